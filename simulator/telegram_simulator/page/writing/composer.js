/** The message field, its command menu, and what stands in its place in an empty or a blocked chat. */

import { byId, el } from "../dom.js";
import { Attachment } from "./attachment.js";
import { summary } from "../messages/bubble.js";

/** The field is a combobox only while its menu stands open; a text area is a text box else. */
const COMBOBOX = [
  ["role", "combobox"],
  ["aria-expanded", "true"],
];

export class Composer {
  /** `write(text, replyTo)` and `attach(file, kind, caption, replyTo)` send; `view` gives words and names. */
  constructor(view, { write, attach }) {
    this.view = view;
    this.write = write;
    this.attachment = new Attachment((caption, file, kind) => attach(file, kind, caption, this.replyTo));
    this.input = byId("composer-input");
    this.menu = byId("command-menu");
    this.button = byId("commands-button");
    this.commands = [];
    this.replyTo = null;
    this.active = -1;
    this.#listen();
  }

  /** Show what fits the chat: its commands, the Start button, or the line about blocking. */
  show({ commands, empty, blocked }) {
    this.commands = commands ?? [];
    const starting = empty && !blocked;
    byId("start-bar").hidden = !starting;
    byId("welcome").hidden = !starting;
    byId("blocked-bar").hidden = !blocked;
    byId("composer").hidden = blocked || starting;
    byId("skip").hash = starting ? "#start" : "#composer-input";
    byId("skip").textContent = starting ? this.view.words.skipToStart : this.view.words.skip;
  }

  reply(bubble) {
    this.replyTo = bubble?.message_id ?? null;
    byId("replying").hidden = !bubble;
    byId("replying-text").textContent = bubble ? `${this.view.words.replyTo}: ${summary(bubble)}` : "";
    if (bubble) this.input.focus();
  }

  #listen() {
    byId("composer").addEventListener("submit", (event) => (event.preventDefault(), this.#send(this.input.value)));
    this.input.addEventListener("input", () => this.#filter());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.#leave(), 150));
    this.button.addEventListener("click", () => (this.menu.hidden ? this.#openAll() : this.#close()));
    byId("cancel-reply").addEventListener("click", () => (this.reply(null), this.input.focus()));
  }

  #send(text) {
    this.#close();
    if (!this.attachment.send(text)) {
      if (!text.trim()) return;
      this.write(text, this.replyTo);
    }
    this.input.value = "";
    this.reply(null);
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.menu.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) this.#move(event, step);
    else if (event.key === "Escape") open ? this.#close(event) : this.reply(null);
    else if (event.key === "Tab" && open && !event.shiftKey) this.#complete(event);
    else if (event.key === "Enter" && !event.shiftKey) this.#enter(event);
  }

  #enter(event) {
    event.preventDefault();
    const chosen = this.menu.hidden ? null : this.menu.querySelector('[aria-selected="true"]');
    this.#send(chosen ? chosen.dataset.command : this.input.value);
  }

  #complete(event) {
    const chosen = this.menu.querySelector('[aria-selected="true"]') ?? this.menu.querySelector("[role=option]");
    if (!chosen) return;
    event.preventDefault();
    this.input.value = `${chosen.dataset.command} `;
    this.#close();
  }

  #move(event, step) {
    event.preventDefault();
    const options = [...this.menu.querySelectorAll("[role=option]")];
    if (options.length === 0) return;
    this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.active)));
    options[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
  }

  #openAll() {
    this.#list(this.commands);
    this.input.focus();
  }

  #filter() {
    const typed = this.input.value.toLowerCase();
    const fits = this.commands.filter(({ command }) => `/${command}`.startsWith(typed));
    if (typed.startsWith("/") && fits.length > 0) this.#list(fits);
    else this.#close();
  }

  #list(commands) {
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    const none = el("p", { class: "none" }, this.view.words.noCommands);
    this.menu.replaceChildren(
      ...(commands.length ? commands.map((command, index) => this.#option(command, index)) : [none]),
    );
    this.#toggle(true);
  }

  #option({ command, description }, index) {
    const parts = [el("strong", {}, `/${command}`), el("span", {}, description)];
    const pick = () => (this.#send(`/${command}`), this.input.focus());
    return el(
      "div",
      {
        role: "option",
        id: `command-${index}`,
        "aria-selected": "false",
        "data-command": `/${command}`,
        onclick: pick,
      },
      parts,
    );
  }

  #leave() {
    if (!byId("composer").contains(document.activeElement)) this.#close();
  }

  #close(event) {
    event?.stopPropagation();
    this.#toggle(false);
  }

  #toggle(open) {
    this.menu.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) for (const [name, value] of COMBOBOX) this.input.setAttribute(name, value);
    else for (const name of ["role", "aria-expanded", "aria-activedescendant"]) this.input.removeAttribute(name);
  }
}
