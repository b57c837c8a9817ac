/** One message: what it says, what it shows, its time and its buttons. */

import { el, icon } from "./dom.js";
import { fileAddress } from "./control.js";
import { destination } from "./links.js";
import { formatted } from "./entities.js";
import { card } from "./preview.js";
import { rich } from "./rich.js";
import { fullDate, hour } from "./zone.js";

export const sentAt = (bubble) => new Date(bubble.date * 1000);

/** Draw a message; `changed()` asks for it to be drawn again when its link preview has come. */
export function draw(bubble, desk, changed) {
  const preview = card(bubble, desk, changed);
  const above = preview?.classList.contains("above");
  const body = el(
    "div",
    { class: "body" },
    quoted(bubble, desk),
    above ? preview : null,
    media(bubble),
    said(bubble, desk),
    above ? null : preview,
    meta(bubble, desk),
  );
  const box = el("div", { class: `box ${looks(bubble, preview)}` }, body, replyButton(bubble, desk));
  return el("article", frame(bubble, desk), box, keyboard(bubble, desk));
}

function frame(bubble, desk) {
  const name = bubble.from_bot ? desk.bot.name : desk.words.you;
  return {
    class: `bubble ${bubble.from_bot ? "in" : "out"}${bubble.protected ? " protected" : ""}`,
    "aria-label": `${name}, ${hour(sentAt(bubble), desk.zone, desk.locale)}`,
    "data-testid": "bubble",
    "data-message-id": bubble.message_id,
    "data-protected": Boolean(bubble.protected),
    "data-edited": Boolean(bubble.edited),
  };
}

function looks(bubble, preview) {
  const has = {
    pictured: bubble.photo,
    captioned: bubble.photo && bubble.caption,
    rich: bubble.rich,
    previewed: preview,
  };
  return Object.keys(has)
    .filter((name) => has[name])
    .join(" ");
}

function said(bubble, desk) {
  if (bubble.rich) return el("div", { class: "said rich-text" }, rich(bubble.rich.html, bubble.rich.media, desk));
  const text = bubble.text || bubble.caption || "";
  if (text) return el("div", { class: "said", dir: "auto" }, formatted(text, bubble.entities, desk));
  const known = bubble.photo || bubble.document;
  return known ? null : el("div", { class: "said strange" }, desk.words.unknownMessage);
}

function media(bubble) {
  if (bubble.photo) return picture(bubble.photo, bubble.caption ?? "");
  return bubble.document ? attachment(bubble.document) : null;
}

function picture(photo, caption) {
  return el("img", {
    class: "photo",
    src: fileAddress(photo.file_id),
    width: photo.width,
    height: photo.height,
    alt: caption,
  });
}

function attachment(file) {
  const name = file.file_name ?? file.file_id;
  const size = file.file_size ? el("span", { class: "size" }, `${Math.ceil(file.file_size / 1024)} KB`) : null;
  return el(
    "a",
    { class: "attachment", href: fileAddress(file.file_id), target: "_blank", rel: "noopener noreferrer" },
    icon("file"),
    el("span", {}, name, size),
  );
}

function quoted(bubble, desk) {
  const original = bubble.reply_to && desk.find(bubble.reply_to);
  if (!original) return null;
  const who = original.from_bot ? desk.bot.name : desk.words.you;
  const go = () => desk.show(original.message_id);
  return el(
    "button",
    { type: "button", class: "quoted", onclick: go },
    el("strong", {}, who),
    el("span", {}, summary(original)),
  );
}

/** The first words of a message, for a line that points to it. */
export const summary = (bubble) => (bubble.text || bubble.caption || "…").replace(/\s+/g, " ").slice(0, 80);

/** Telegram shows "edited" on no message that has buttons: those change all the time. */
function meta(bubble, desk) {
  const at = sentAt(bubble);
  const turned = (bubble.buttons ?? []).length > 0;
  const title = fullDate(at, desk.zone, desk.locale) + (bubble.edited ? ` · ${desk.words.edited}` : "");
  return el(
    "span",
    { class: "meta", title },
    bubble.protected ? shield(desk) : null,
    bubble.edited && !turned ? el("span", { class: "edited" }, desk.words.edited) : null,
    el("time", { datetime: at.toISOString() }, hour(at, desk.zone, desk.locale)),
    bubble.from_bot ? null : icon("read"),
  );
}

function shield(desk) {
  const mark = { class: "shield", role: "img", "aria-label": desk.words.protected, title: desk.words.protected };
  return el("span", { ...mark, "data-testid": "protected" }, icon("shield"));
}

function replyButton(bubble, desk) {
  const label = { "aria-label": desk.words.reply, title: desk.words.reply };
  return el("button", { type: "button", class: "reply", ...label, onclick: () => desk.reply(bubble) }, icon("reply"));
}

function keyboard(bubble, desk) {
  const rows = bubble.buttons ?? [];
  if (rows.length === 0) return null;
  return el(
    "div",
    { class: "keyboard", "data-testid": "keyboard" },
    rows.map((row) =>
      el(
        "div",
        { class: "row" },
        row.map((button) => inline(button, bubble, desk)),
      ),
    ),
  );
}

function inline(button, bubble, desk) {
  const mark = corner(button, desk);
  const press = (event) => desk.press(button, event.currentTarget, bubble);
  const off = Boolean(button.disabled);
  const look = { class: "inline", "data-style": button.style, disabled: off, "data-testid": "inline-button" };
  return el(
    "button",
    { type: "button", ...look, onclick: press },
    el("span", {}, button.text),
    mark ? icon(mark) : null,
  );
}

function corner(button, desk) {
  if (button.copy_text) return "copy";
  if (!button.url) return null;
  const kind = destination(button.url, desk.bot.username)?.kind;
  return kind === "share" ? "share" : kind === "web" ? "out" : null;
}
