/** One message: what it says, what it shows, its time and its buttons. */

import { el, icon } from "../dom.js";
import { fileAddress } from "../control.js";
import { destination } from "./links.js";
import { formatted } from "./entities.js";
import { invoiceCard, paymentLine } from "../payments/bubbles.js";
import { card } from "./preview.js";
import { rich } from "./rich.js";
import { fullDate, hour } from "../zone.js";

export const sentAt = (bubble) => new Date(bubble.date * 1000);

/** Draw a message; `changed()` asks for it to be drawn again when its link preview has come. */
export function draw(bubble, view, changed) {
  const line = paymentLine(bubble, view);
  if (line) return line;
  const preview = card(bubble, view, changed);
  const above = preview?.classList.contains("above");
  const body = el(
    "div",
    { class: "body" },
    quoted(bubble, view),
    above ? preview : null,
    media(bubble),
    said(bubble, view),
    above ? null : preview,
    meta(bubble, view),
  );
  const box = el("div", { class: `box ${looks(bubble, preview)}` }, body, replyButton(bubble, view));
  return el("article", frame(bubble, view), box, keyboard(bubble, view));
}

function frame(bubble, view) {
  const name = bubble.from_bot ? view.bot.name : view.words.you;
  return {
    class: `bubble ${bubble.from_bot ? "in" : "out"}${bubble.protected ? " protected" : ""}`,
    "aria-label": `${name}, ${hour(sentAt(bubble), view.zone, view.locale)}`,
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

function said(bubble, view) {
  if (bubble.rich) return el("div", { class: "said rich-text" }, rich(bubble.rich.html, bubble.rich.media, view));
  if (bubble.invoice) return invoiceCard(bubble.invoice, view);
  const text = bubble.text || bubble.caption || "";
  if (text) return el("div", { class: "said", dir: "auto" }, formatted(text, bubble.entities, view));
  const known = bubble.photo || bubble.document;
  return known ? null : el("div", { class: "said strange" }, view.words.unknownMessage);
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

function quoted(bubble, view) {
  const original = bubble.reply_to && view.find(bubble.reply_to);
  if (!original) return null;
  const who = original.from_bot ? view.bot.name : view.words.you;
  const go = () => view.show(original.message_id);
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
function meta(bubble, view) {
  const at = sentAt(bubble);
  const turned = (bubble.buttons ?? []).length > 0;
  const title = fullDate(at, view.zone, view.locale) + (bubble.edited ? ` · ${view.words.edited}` : "");
  return el(
    "span",
    { class: "meta", title },
    bubble.protected ? shield(view) : null,
    bubble.edited && !turned ? el("span", { class: "edited" }, view.words.edited) : null,
    el("time", { datetime: at.toISOString() }, hour(at, view.zone, view.locale)),
    bubble.from_bot ? null : icon("read"),
  );
}

function shield(view) {
  const mark = { class: "shield", role: "img", "aria-label": view.words.protected, title: view.words.protected };
  return el("span", { ...mark, "data-testid": "protected" }, icon("shield"));
}

function replyButton(bubble, view) {
  const label = { "aria-label": view.words.reply, title: view.words.reply };
  return el("button", { type: "button", class: "reply", ...label, onclick: () => view.reply(bubble) }, icon("reply"));
}

function keyboard(bubble, view) {
  const rows = bubble.buttons ?? [];
  if (rows.length === 0) return null;
  return el(
    "div",
    { class: "keyboard", "data-testid": "keyboard" },
    rows.map((row) =>
      el(
        "div",
        { class: "row" },
        row.map((button) => inline(button, bubble, view)),
      ),
    ),
  );
}

function inline(button, bubble, view) {
  const mark = corner(button, view);
  const press = (event) => view.press(button, event.currentTarget, bubble);
  const off = Boolean(button.disabled);
  const look = { class: "inline", "data-style": button.style, disabled: off, "data-testid": "inline-button" };
  return el(
    "button",
    { type: "button", ...look, onclick: press },
    el("span", {}, button.text),
    mark ? icon(mark) : null,
  );
}

function corner(button, view) {
  if (button.copy_text) return "copy";
  if (!button.url) return null;
  const kind = destination(button.url, view.bot.username)?.kind;
  return kind === "share" ? "share" : kind === "web" ? "out" : null;
}
