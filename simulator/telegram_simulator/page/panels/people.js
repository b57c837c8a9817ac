/** The list of people whose chats can be opened, one of them chosen. */

import * as control from "../control.js";
import { avatar, byId, el } from "../dom.js";

const SHOWN = 6; // more would push the clock below the edge; the others are found by name, note or id

/** Those whose names hold what is sought: the first of them, and how many there are. */
export class People {
  constructor() {
    this.shown = [];
    this.count = 0; // of all
    this.matches = 0; // of what is sought
  }

  /** Ask for a bot's people; an answer that comes after the search has changed is dropped. */
  async find(bot) {
    const words = byId("people-find").value;
    const { shown, count } = await control.people(bot, SHOWN, words);
    if (words !== byId("people-find").value) return;
    this.shown = shown;
    this.matches = count;
    if (!words) this.count = count;
  }

  /** What to draw: who is being played stays in the list while nobody is sought. */
  listed(person) {
    const playing = this.shown.some(({ id }) => id === person.id);
    const sought = byId("people-find").value !== "";
    const shown = playing || sought ? this.shown : [person, ...this.shown.slice(0, SHOWN - 1)];
    return { shown, count: this.count, matches: this.matches };
  }

  /** The person of an id, null without one. */
  async get(bot, id) {
    const known = this.shown.find((person) => person.id === id);
    return known ?? (id ? control.person(bot, id).catch(() => null) : null);
  }
}

/** Draw people as radio buttons; `chosen(person)` when one is picked, `done()` by mouse, finger or Enter. */
export function drawPeople({ shown, count, matches }, current, words, chosen, done) {
  const list = byId("people");
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...shown.map((person) => choice(person, person.id === current, words, chosen, done)));
  if (focused) list.querySelector("input:checked")?.focus();
  byId("people-find").hidden = count <= SHOWN;
  const more = matches - shown.length;
  byId("people-more").textContent = more > 0 ? words.morePeople(more) : shown.length ? "" : words.nobody;
}

function choice(person, checked, words, chosen, done) {
  const end = { onclick: (event) => event.detail > 0 && done(), onkeydown: (event) => event.key === "Enter" && done() };
  const pick = { type: "radio", name: "persona", value: person.id, checked, onchange: () => chosen(person), ...end };
  const note = person.blocked ? words.blockedMark : person.note;
  return el(
    "label",
    { class: "person", "data-testid": "persona", "data-person-id": person.id },
    el("input", pick),
    avatar(person.first_name, person.id),
    el(
      "span",
      { class: "who" },
      el("strong", {}, person.first_name),
      note ? el("span", { class: person.blocked ? "blocked" : "" }, note) : null,
    ),
    el("span", { class: "tongue" }, (person.language_code ?? "").slice(0, 2).toUpperCase()),
  );
}
