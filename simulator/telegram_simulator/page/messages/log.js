/** The list of messages: in order, with days between them, and never jumping under the reader's eyes. */

import { byId, el } from "../dom.js";
import { draw, sentAt } from "./bubble.js";
import { dayKey, dayName } from "../zone.js";

const keys = (node) => [...node.querySelectorAll(".keyboard button")];

const NEAR = 40; // px from the end that still count as "at the end"

export class Log {
  /** `view` is what bubbles ask of the page; `list` scrolls. */
  constructor(view) {
    this.view = view;
    this.list = byId("log");
    this.bubbles = new Map();
    this.unread = 0;
    this.pinned = true; // it stands at its end until somebody scrolls up
    this.top = 0;
    this.list.addEventListener("scroll", () => {
      if (this.list.scrollTop < this.top || this.#atEnd()) this.pinned = this.#atEnd();
      this.top = this.list.scrollTop;
      this.#showNewest();
    });
    // Pictures come late, and what is written below takes room: the end stays in sight.
    this.list.addEventListener("load", () => this.#keepEnd(), true);
    new ResizeObserver(() => this.#keepEnd()).observe(this.list);
    byId("newest").addEventListener("click", () => this.toEnd());
  }

  get empty() {
    return this.bubbles.size === 0;
  }

  find(messageId) {
    return this.bubbles.get(messageId);
  }

  /** Show a whole chat, from its end; screen readers are not read the old messages. */
  showAll(bubbles) {
    this.list.setAttribute("aria-busy", "true");
    this.bubbles = new Map(bubbles.map((bubble) => [bubble.message_id, bubble]));
    this.redraw();
    this.toEnd();
    requestAnimationFrame(() => this.list.removeAttribute("aria-busy"));
  }

  redraw() {
    const sorted = [...this.bubbles.values()].sort((one, two) => one.message_id - two.message_id);
    this.list.replaceChildren(...sorted.map((bubble) => this.#draw(bubble)));
    this.#separate();
  }

  /** A new message: the list follows when it stood at the end; of a tall message it shows the beginning. */
  add(bubble) {
    if (this.bubbles.has(bubble.message_id)) return this.edit(bubble);
    const follow = this.#atEnd() || !bubble.from_bot;
    this.bubbles.set(bubble.message_id, bubble);
    const node = this.#draw(bubble);
    node.classList.add("fresh");
    this.list.append(node);
    this.#separate();
    if (follow) this.#bring(node);
    else this.unread += 1;
    this.#showNewest();
  }

  /** An edit in place: the edge of the message that can be seen stays where it is, and so does the list's end. */
  edit(bubble) {
    if (!this.bubbles.has(bubble.message_id)) return this.add(bubble);
    const atEnd = this.#atEnd();
    this.bubbles.set(bubble.message_id, bubble);
    const node = this.#steady(this.#node(bubble.message_id), () => this.#draw(bubble));
    if (atEnd && !this.#isTall(node)) this.toEnd();
  }

  remove(messageId) {
    this.bubbles.delete(messageId);
    this.#node(messageId)?.remove();
    for (const day of this.list.querySelectorAll(".day + .day, .day:last-child"))
      (day.matches(":last-child") ? day : day.previousElementSibling).remove();
    this.#separate();
    this.#showNewest();
  }

  /** Scroll to a message and mark it for a moment. */
  show(messageId) {
    const node = this.#node(messageId);
    node?.scrollIntoView({ block: "center" });
    node?.classList.add("shown");
    setTimeout(() => node?.classList.remove("shown"), 1500);
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.pinned = true;
    this.#showNewest();
  }

  #keepEnd() {
    if (this.pinned) this.toEnd();
  }

  #node(messageId) {
    return this.list.querySelector(`[data-message-id="${Number(messageId)}"]`);
  }

  #draw(bubble) {
    return draw(bubble, this.view, () => this.#previewed(bubble));
  }

  /** A preview has come: the message is drawn again, unless it has changed or gone since. */
  #previewed(bubble) {
    if (this.bubbles.get(bubble.message_id) !== bubble) return;
    const atEnd = this.#atEnd();
    const node = this.#node(bubble.message_id);
    const arrived = node.classList.contains("fresh") && node === this.list.lastElementChild;
    const fresh = this.#steady(node, () => this.#draw(bubble));
    if (atEnd && arrived) this.#bring(fresh);
    else if (atEnd) this.toEnd();
  }

  #steady(old, make) {
    const before = old.getBoundingClientRect();
    const seen = before.top >= this.list.getBoundingClientRect().top - 1;
    const focused = keys(old).indexOf(document.activeElement);
    const node = make();
    node.classList.toggle("last", old.classList.contains("last"));
    old.replaceWith(node);
    const after = node.getBoundingClientRect();
    this.list.scrollTop += seen ? after.top - before.top : after.bottom - before.bottom;
    if (focused >= 0) (keys(node)[focused] ?? keys(node).at(-1))?.focus({ preventScroll: true });
    this.#showNewest();
    return node;
  }

  #bring(node) {
    if (!this.#isTall(node)) return this.toEnd();
    this.pinned = false;
    this.list.scrollTop = node.offsetTop - 8;
  }

  #isTall(node) {
    return node.offsetHeight > this.list.clientHeight - NEAR;
  }

  #atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  #showNewest() {
    if (this.#atEnd()) this.unread = 0;
    byId("newest").hidden = this.#atEnd();
    byId("unread").textContent = this.unread || "";
  }

  /** Put a day's name before its first message and mark the last one of each run by one sender. */
  #separate() {
    let key = null;
    for (const node of this.list.querySelectorAll("article")) {
      const bubble = this.bubbles.get(Number(node.dataset.messageId));
      const own = dayKey(sentAt(bubble), this.view.zone);
      this.#mark(node, own === key ? null : own, sentAt(bubble));
      key = own;
    }
    for (const node of this.list.querySelectorAll("article")) node.classList.toggle("last", this.#endsRun(node));
  }

  /** Only what changes is touched: a screen reader is read every separator that is put in. */
  #mark(node, key, at) {
    const before = node.previousElementSibling;
    const marked = before?.matches(".day") ? before : null;
    if (marked?.dataset.day === (key ?? undefined)) return;
    marked?.remove();
    if (key) node.before(this.#day(key, at));
  }

  #endsRun(node) {
    if (node.matches(".service")) return false;
    const next = node.nextElementSibling;
    return !next?.matches("article") || next.classList.contains("in") !== node.classList.contains("in");
  }

  #day(key, at) {
    return el("div", { class: "day", "data-day": key }, el("span", {}, dayName(at, this.view.zone, this.view.locale)));
  }
}
