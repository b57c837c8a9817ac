/** The list of people whose chats can be opened, one of them chosen. */

import { avatar, byId, el } from "./dom.js";

export const SHOWN = 6; // more would push the clock below the edge; the others are found by name, note or id

/** Draw people as radio buttons; `chosen(person)` when one is picked, `done()` by mouse, finger or Enter. */
export function drawPeople({ shown, count, found }, current, words, chosen, done) {
  const list = byId("people");
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...shown.map((person) => choice(person, person.id === current, words, chosen, done)));
  if (focused) list.querySelector("input:checked")?.focus();
  byId("people-find").hidden = count <= SHOWN;
  const more = found - shown.length;
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
