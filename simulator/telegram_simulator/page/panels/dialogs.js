/** What comes up over the chat: notices, the bot's alerts, sharing a link, and someone new. */

import { byId, el } from "../dom.js";
import { addPerson } from "../control.js";

const SHOWN = 3500; // ms that a notice stays

/** A short notice in the place of the header, where it covers nothing that one reads. */
export function toast(text) {
  const node = byId("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(Number(node.dataset.timer));
  node.dataset.timer = setTimeout(() => (node.hidden = true), SHOWN);
}

/** Take the notice away: something else was asked. */
export function hush() {
  byId("toast").hidden = true;
}

/** A bot's alert, which waits for OK. */
export function alertBox(name, text) {
  byId("alert-title").textContent = name;
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words.copied);
  } catch {
    toast(words.notCopied);
  }
}

/** Ask what to do with a shared link; `openAs(personId)` when someone else is to open it. */
export function shareBox({ url, text }, others, view, openAs) {
  byId("share-text").textContent = text;
  byId("share-link").value = url;
  byId("share-as").replaceChildren(
    ...others.map(({ id, first_name: name, note }) => el("option", { value: id }, note ? `${name} – ${note}` : name)),
  );
  byId("share-open-row").hidden = others.length === 0 || openAs === null;
  byId("share-copy").onclick = () => (byId("share-link").select(), copy(url, view.words));
  byId("share-open").onclick = () => (byId("share").close(), openAs(Number(byId("share-as").value)));
  byId("share").showModal();
}

/** Ask for someone new; `added(id)` when the local Telegram has taken them. */
export function personBox(added) {
  const form = byId("person-form");
  form.reset();
  form.elements.language_code.value = document.documentElement.lang;
  form.elements.id.value = String(Math.floor(5_000_000_000 + Math.random() * 999_999_999));
  byId("person-error").textContent = "";
  form.onsubmit = (event) => (event.preventDefault(), submit(form, added));
  byId("person").showModal();
}

async function submit(form, added) {
  const { id, ...rest } = Object.fromEntries(new FormData(form));
  try {
    await addPerson({ id: Number(id), ...rest });
  } catch (error) {
    byId("person-error").textContent = error.message;
    return;
  }
  byId("person").close();
  added(Number(id));
}

/** Every button marked so closes the dialog it stands in; so does a press beside it. */
export function listenForClosing() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }
}
