/** The panel of raw calls: what the bot asked of the Bot API and what it got. */

import { byId, el } from "../dom.js";
import { hour } from "../zone.js";

const KEPT = 300;

export class Calls {
  constructor(view) {
    this.view = view;
    this.list = byId("calls-list");
    this.filter = byId("calls-filter");
    this.polls = byId("calls-polls");
    this.calls = [];
    this.fresh = [];
    this.filter.addEventListener("input", () => this.draw());
    this.polls.addEventListener("change", () => this.draw());
    byId("calls-clear").addEventListener("click", () => this.showAll([]));
  }

  /** Replace everything; `calls` in any order. */
  showAll(calls) {
    this.calls = [...calls].sort((one, two) => two.seq - one.seq);
    this.draw();
  }

  /** A campaign brings hundreds of calls a second: what has come is drawn once a frame. */
  add(call) {
    if (this.fresh.length === 0) requestAnimationFrame(() => this.#drawFresh());
    this.fresh.push(call);
  }

  #drawFresh() {
    const fresh = new Map(this.fresh.slice(-KEPT).map((call) => [call.seq, call]));
    this.fresh = [];
    const newest = [...fresh.values()].reverse();
    this.calls = [...newest, ...this.calls.filter(({ seq }) => !fresh.has(seq))].slice(0, KEPT);
    const rows = newest.filter((call) => this.#fits(call)).map((call) => this.#row(call));
    if (rows.length === 0) return;
    this.list.querySelector(".none")?.remove();
    this.list.prepend(...rows);
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
  }

  draw() {
    const rows = this.calls.filter((call) => this.#fits(call)).map((call) => this.#row(call));
    const none = el("li", { class: "none" }, this.view.words.noCalls);
    this.list.replaceChildren(...(rows.length ? rows : [none]));
  }

  #fits({ method }) {
    if (method === "getUpdates" && !this.polls.checked) return false;
    return method.toLowerCase().includes(this.filter.value.trim().toLowerCase());
  }

  #row(call) {
    const box = el(
      "details",
      { class: "call" },
      el("summary", {}, this.#facts(call), el("span", { class: "gist" }, gist(call))),
    );
    box.addEventListener("toggle", () => box.append(...this.#parts(call)), { once: true });
    return el("li", { "data-testid": "call", "data-method": call.method }, box);
  }

  /** Method, what went wrong (the refusal's code, a fault asked for), when it was and how long it took. */
  #facts({ method, answer, fault, at, ms }) {
    const wrong = [answer.error_code, fault].filter(Boolean).join(" · ");
    const when = hour(Date.parse(at), this.view.zone, this.view.locale);
    return [
      el("span", { class: "method" }, method),
      wrong ? el("span", { class: "refused" }, wrong) : null,
      el("span", { class: "ms" }, ms === undefined ? when : `${when} · ${Math.round(ms)} ms`),
    ];
  }

  #parts(call) {
    const { words } = this.view;
    return [el("h3", {}, words.payload), tree(call.payload), el("h3", {}, words.answer), tree(call.answer)];
  }
}

/** The one line that tells two calls of a method apart. */
function gist({ payload, answer }) {
  if (!answer.ok) return answer.description ?? "";
  const { text, caption, rich_message: rich, chat_id: chat } = payload ?? {};
  const words = String(text ?? caption ?? rich?.html ?? "")
    .replace(/<[^>]*>|\s+/g, " ")
    .replace(/ +/g, " ");
  return [chat, words.trim().slice(0, 90)].filter(Boolean).join(" · ");
}

/** A JSON value that folds at every object and list; what is folded is not built before it is opened. */
function tree(value) {
  if (value === null || typeof value !== "object") return leaf(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return el("code", {}, Array.isArray(value) ? "[]" : "{}");
  return el(
    "ul",
    { class: "tree" },
    entries.map(([key, child]) => el("li", {}, branch(key, child))),
  );
}

function branch(key, child) {
  if (child === null || typeof child !== "object") return [el("span", { class: "key" }, `${key}: `), leaf(child)];
  const count = Array.isArray(child) ? `[${child.length}]` : `{${Object.keys(child).length}}`;
  const box = el(
    "details",
    {},
    el("summary", {}, el("span", { class: "key" }, `${key} `), el("span", { class: "count" }, count)),
  );
  box.addEventListener("toggle", () => box.append(tree(child)), { once: true });
  return box;
}

const leaf = (value) =>
  el("code", { class: typeof value }, typeof value === "string" ? value : String(JSON.stringify(value)));
