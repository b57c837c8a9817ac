/** Where a link leads: into this chat, to the share dialog, or out of the page in a new tab. */

import { el } from "../dom.js";

const TELEGRAM = new Set(["t.me", "telegram.me"]);
const OUTSIDE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** `{kind: start | share | chat | invoice | web}`, or null for an address that no link may have. */
export function destination(href, username) {
  const url = address(href);
  if (url === null) return null;
  if (url.protocol === "tg:") return inside(url.hostname || url.pathname.replace(/^\/+/, ""), url, username);
  if (!OUTSIDE.has(url.protocol)) return null;
  if (TELEGRAM.has(url.hostname)) return telegram(url, username) ?? { kind: "web", url: url.href };
  return { kind: "web", url: url.href };
}

/** A whole address as a URL, or null. */
export function address(href) {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}

function telegram(url, username) {
  const path = url.pathname.split("/").filter(Boolean);
  if (path[0]?.startsWith("$") || path[0] === "invoice") return { kind: "invoice", url: url.href };
  if (path[0] === "share" && url.searchParams.has("url")) return share(url);
  return path.length === 1 ? toBot(path[0], url, username) : null;
}

function inside(verb, url, username) {
  if (verb === "resolve") return toBot(url.searchParams.get("domain") ?? "", url, username);
  if (verb === "invoice") return { kind: "invoice", url: url.href };
  return verb === "msg_url" ? share(url) : null;
}

const share = (url) => ({ kind: "share", url: url.searchParams.get("url"), text: url.searchParams.get("text") ?? "" });

function toBot(name, url, username) {
  if (name.toLowerCase() !== String(username).toLowerCase()) return null;
  return url.searchParams.has("start") ? { kind: "start", payload: url.searchParams.get("start") } : { kind: "chat" };
}

/** What opening a deep link writes into the chat. */
export const startText = (payload) => (payload ? `/start ${payload}` : "/start");

/** A link to anywhere that a link may lead; elsewhere its text alone. */
export function link(href, children, view) {
  const goal = destination(href, view.bot.username);
  if (goal === null) return el("span", { class: "link", title: href }, children);
  const leave = { href, target: "_blank", rel: "noopener noreferrer" };
  if (goal.kind === "web") return el("a", leave, children);
  return el("a", { ...leave, onclick: (event) => (event.preventDefault(), view.open(goal)) }, children);
}

/** A number that the page's own address names after #. */
export const asked = (name) => Number(new URLSearchParams(location.hash.slice(1)).get(name));
