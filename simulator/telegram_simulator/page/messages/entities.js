/** A message's text and its entities as elements; offsets are UTF-16 units, as JavaScript's own are. */

import { el, quotation, spoiler } from "../dom.js";
import { link } from "./links.js";
import { spelled } from "../zone.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** A fragment of the whole text; entities that cross each other or the end are cut, never dropped. */
export function formatted(text, entities, view) {
  const order = (one, two) => one.offset - two.offset || two.length - one.length || rank(one) - rank(two);
  return stretch(text, 0, text.length, [...(entities ?? [])].sort(order), view);
}

const rank = (entity) => (BLOCKS.has(entity.type) ? 0 : 1);

function stretch(text, start, end, entities, view) {
  const out = document.createDocumentFragment();
  let at = start;
  entities.forEach((entity, index) => {
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) return;
    const inner = entities.slice(index + 1).filter((other) => other.offset < to);
    const rest = stretch(text, from, to, inner, view);
    out.append(text.slice(at, from), dressed(entity, text.slice(from, to), rest, view));
    at = to + (BLOCKS.has(entity.type) && text[to] === "\n" ? 1 : 0);
  });
  out.append(text.slice(at, end));
  return out;
}

const plain = (tag) => (entity, text, children) => el(tag, {}, children);

const DRESS = {
  bold: plain("strong"),
  italic: plain("em"),
  underline: plain("u"),
  strikethrough: plain("s"),
  code: plain("code"),
  pre: (entity, text, children) => el("pre", { "data-language": entity.language }, el("code", {}, children)),
  blockquote: (entity, text, children, view) => quotation(children, false, view.words),
  expandable_blockquote: (entity, text, children, view) => quotation(children, true, view.words),
  spoiler: (entity, text, children, view) => spoiler(children, view.words),
  text_link: (entity, text, children, view) => link(entity.url, children, view),
  url: (entity, text, children, view) =>
    link(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `http://${text}`, children, view),
  email: (entity, text, children, view) => link(`mailto:${text}`, children, view),
  phone_number: (entity, text, children, view) => link(`tel:${text.replace(/[^+\d]/g, "")}`, children, view),
  mention: (entity, text, children, view) => link(`https://t.me/${text.slice(1)}`, children, view),
  text_mention: plainLink,
  hashtag: plainLink,
  cashtag: plainLink,
  bot_command: (entity, text, children, view) => command(text, children, view),
  date_time: (entity, text, children, view) => moment(entity.unix_time, entity.date_time_format, text, view),
};

function plainLink(entity, text, children) {
  return el("span", { class: "link" }, children);
}

function command(text, children, view) {
  return el("button", { type: "button", class: "command", onclick: () => view.write(text) }, children);
}

function dressed(entity, text, children, view) {
  const dress = Object.hasOwn(DRESS, entity.type) ? DRESS[entity.type] : null;
  return dress ? dress(entity, text, children, view) : children;
}

/** A moment in the time of whoever looks: the zone that the page shows; the sender's words when it has no form. */
export function moment(unix, form, fallback, view) {
  const at = new Date(Number(unix) * 1000);
  if (Number.isNaN(Number(at))) return document.createTextNode(fallback);
  const text = spelled(at, form, view.now(), view.zone, view.locale) || fallback;
  return el("time", { datetime: at.toISOString(), title: fallback }, text);
}
