/** A rich message's HTML as elements: a whitelist rebuilds it, nothing of the foreign markup is taken over. */

import { el, icon, quotation, spoiler } from "../dom.js";
import { fileAddress } from "../control.js";
import { address, link } from "./links.js";
import { moment } from "./entities.js";

const SAME = [
  "strong",
  "em",
  "u",
  "s",
  "code",
  "mark",
  "sub",
  "sup",
  "p",
  "pre",
  "footer",
  "ul",
  "aside",
  "cite",
  "figure",
  "figcaption",
  "tr",
  "caption",
  "summary",
  "hr",
  "br",
];
const RENAMED = { b: "strong", i: "em", ins: "u", strike: "s", del: "s", thead: "thead", tbody: "tbody" };
const TAGS = new Map([...SAME.map((tag) => [tag, tag]), ...Object.entries(RENAMED)]);
const DROPPED = new Set(["script", "style", "template", "iframe", "object", "embed", "noscript", "svg", "math"]);
const NUMBERS = /^\d{1,4}$/;
const SHORT = /<(a|video|audio|tg-document|tg-map)\b([^<>]*?)\s*\/>/gi; // Telegram takes these as closed, HTML does not

/** A fragment of the whole message; `media` maps the names of `tg://photo?id=NAME` to file ids. */
export function rich(html, media, view) {
  const foreign = new DOMParser().parseFromString(html.replace(SHORT, "<$1$2></$1>"), "text/html").body;
  return build(foreign, { media: media ?? {}, view });
}

function build(node, page) {
  const out = document.createDocumentFragment();
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) out.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE) out.append(element(child, page));
  }
  return out;
}

function element(node, page) {
  const tag = node.localName;
  if (DROPPED.has(tag)) return "";
  if (Object.hasOwn(SPECIAL, tag)) return SPECIAL[tag](node, page);
  if (/^h[1-6]$/.test(tag)) return heading(node, page);
  return TAGS.has(tag) ? el(TAGS.get(tag), {}, build(node, page)) : build(node, page);
}

/** Headings of messages stand below the chat's own. */
function heading(node, page) {
  const level = Number(node.localName[1]);
  return el(`h${Math.min(level + 1, 6)}`, { class: `rich-h${level}` }, build(node, page));
}

const SPECIAL = {
  a: anchor,
  blockquote: (node, page) => quotation(build(node, page), node.hasAttribute("expandable"), page.view.words),
  span: (node, page) => (node.classList.contains("tg-spoiler") ? covered(node, page) : build(node, page)),
  details: (node, page) => el("details", { open: node.hasAttribute("open") }, build(node, page)),
  ol: (node, page) =>
    el(
      "ol",
      { start: whole(node, "start"), type: counted(node), reversed: node.hasAttribute("reversed") },
      build(node, page),
    ),
  li: (node, page) => el("li", { value: whole(node, "value"), type: counted(node) }, build(node, page)),
  input: (node) => el("input", { type: "checkbox", disabled: true, checked: node.hasAttribute("checked") }),
  table,
  td: cell,
  th: cell,
  img: picture,
  video: (node, page) => el("video", { src: source(node, page), controls: true }),
  audio: (node, page) => el("audio", { src: source(node, page), controls: true }),
  "tg-spoiler": covered,
  "tg-reference": (node, page) => el("span", { "data-anchor": node.getAttribute("name") }, build(node, page)),
  "tg-time": (node, page) =>
    moment(node.getAttribute("unix"), node.getAttribute("format"), node.textContent, page.view),
  "tg-math": (node) => el("code", { class: "math" }, node.textContent),
  "tg-math-block": (node) => el("pre", { class: "math" }, node.textContent),
  "tg-collage": (node, page) => el("div", { class: "collage" }, build(node, page)),
  "tg-slideshow": (node, page) => el("div", { class: "slideshow", tabindex: "0" }, build(node, page)),
  "tg-document": (node, page) =>
    el(
      "a",
      { class: "document", href: source(node, page), target: "_blank", rel: "noopener" },
      icon("file"),
      page.view.words.file,
    ),
  "tg-map": (node) => el("p", { class: "no-picture" }, `${node.getAttribute("lat")}, ${node.getAttribute("long")}`),
  "tg-button-row": (node, page) => el("div", { class: "button-row" }, build(node, page)),
  "tg-button": button,
};

function covered(node, page) {
  return spoiler(build(node, page), page.view.words);
}

const counted = (node) => ["1", "a", "A", "i", "I"].find((type) => type === node.getAttribute("type"));

function whole(node, name) {
  const value = node.getAttribute(name) ?? "";
  return NUMBERS.test(value) ? value : null;
}

/** An anchor's names are kept beside it, never as ids: two messages may use the same one. */
function anchor(node, page) {
  const href = node.getAttribute("href") ?? "";
  const children = build(node, page);
  if (!href) return el("span", { "data-anchor": node.getAttribute("name") }, children);
  if (!href.startsWith("#")) return link(href, children, page.view);
  return el("a", { href: "#", onclick: (event) => jump(event, href.slice(1)) }, children);
}

function jump(event, name) {
  event.preventDefault();
  const message = event.currentTarget.closest("[data-message-id]");
  const goal = [...message.querySelectorAll("[data-anchor]")].find((node) => node.dataset.anchor === name);
  for (let up = goal?.parentElement; up && up !== message; up = up.parentElement)
    if (up.matches("details")) up.open = true;
  (goal ?? message).scrollIntoView({ block: "start" });
}

function table(node, page) {
  const looks = ["bordered", "striped", "compact"].filter((name) => node.hasAttribute(name));
  const inside = el("table", { class: looks.join(" ") }, build(node, page));
  return el("div", { class: "table", tabindex: "0", role: "group" }, inside);
}

function cell(node, page) {
  const side = ["left", "center", "right"].find((name) => name === node.getAttribute("align"));
  const height = ["top", "bottom"].find((name) => name === node.getAttribute("valign"));
  const spans = { colspan: whole(node, "colspan"), rowspan: whole(node, "rowspan") };
  return el(
    node.localName,
    { ...spans, class: [side && `align-${side}`, height && `valign-${height}`].filter(Boolean).join(" ") },
    build(node, page),
  );
}

function picture(node, page) {
  const src = source(node, page);
  const alt = node.getAttribute("alt") ?? "";
  if (src === null) return el("span", { class: "no-picture" }, alt || page.view.words.picture);
  const shown = el("img", { src, alt });
  return node.hasAttribute("tg-spoiler") ? spoiler(shown, page.view.words) : shown;
}

/** Where a medium lies: a file that came with the message or a page on this machine; null for anywhere else. */
function source(node, page) {
  const url = address(node.getAttribute("src") ?? "");
  if (url?.protocol === "tg:") return named(page.media[url.searchParams.get("id")]);
  return url?.protocol === "http:" && url.hostname === "127.0.0.1" ? url.href : null;
}

const named = (fileId) => (fileId ? fileAddress(fileId) : null);

/** A button inside a message does what one below it does. */
function button(node, page) {
  const [url, data, copied] = ["url", "data", "text"].map((name) => node.getAttribute(name) ?? undefined);
  const action = { text: node.textContent, url, callback_data: data, copy_text: copied && { text: copied } };
  const off = node.hasAttribute("disabled") || node.getAttribute("type") === "disabled";
  const look = { class: "inline", "data-style": node.getAttribute("style"), disabled: off };
  const press = (event) => page.view.press(action, event.currentTarget);
  return el("button", { type: "button", ...look, onclick: press }, build(node, page));
}
