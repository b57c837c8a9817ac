/** The clock panel: what time the bot believes it is, and the ways to move it forward. */

import { byId, el } from "../dom.js";
import { Refusal, clock, moveClock } from "../control.js";
import { ZONES, date, hour, nextMonday, readLocal, weekday, writeLocal } from "../zone.js";

const HOUR = 3_600_000;

export class ClockPanel {
  /** `changed()` when another zone is chosen. */
  constructor(view, changed) {
    this.view = view;
    this.ahead = 0;
    this.zone = localStorage.getItem("zone") ?? ZONES[0];
    this.field = byId("clock-moment");
    byId("clock-monday").addEventListener("click", () => this.#move(nextMonday(this.now(), this.zone)));
    byId("clock-hour").addEventListener("click", () => this.#move(new Date(Number(this.now()) + HOUR)));
    byId("clock-day").addEventListener("click", () => this.#move(new Date(Number(this.now()) + 24 * HOUR)));
    byId("clock-form").addEventListener("submit", (event) => (event.preventDefault(), this.#moveToField()));
    byId("clock-zone").addEventListener("change", (event) => (this.#choose(event.target.value), changed()));
  }

  now() {
    return new Date(Date.now() + this.ahead);
  }

  /** Ask for the time once, then go on by the browser's own clock. */
  async start() {
    const answer = await clock();
    if (answer.zone && !localStorage.getItem("zone")) this.zone = answer.zone;
    const zones = [...new Set([this.zone, answer.zone ?? this.zone, ...ZONES])];
    byId("clock-zone").replaceChildren(
      ...zones.map((zone) => el("option", { value: zone, selected: zone === this.zone }, zone.replaceAll("_", " "))),
    );
    this.set(answer.now);
    setInterval(() => this.draw(), 1000);
  }

  /** The simulator's clock stands at `now` (ISO). */
  set(now) {
    this.ahead = Date.parse(now) - Date.now();
    this.field.value = writeLocal(this.now(), this.zone);
    this.#tell("");
    this.draw();
  }

  draw() {
    const { locale } = this.view;
    const now = this.now();
    byId("clock-hour-now").textContent = byId("phone-hour").textContent = hour(now, this.zone, locale);
    byId("clock-weekday").textContent = weekday(now, this.zone, locale);
    byId("clock-date").textContent = date(now, this.zone, locale);
    byId("clock-now").dateTime = now.toISOString();
  }

  #choose(zone) {
    this.zone = zone;
    localStorage.setItem("zone", zone);
    this.field.value = writeLocal(this.now(), zone);
    this.draw();
  }

  #moveToField() {
    const { words } = this.view;
    if (!this.field.value) return this.#tell(words.noMoment);
    const moment = readLocal(this.field.value, this.zone);
    return moment < this.now() ? this.#tell(words.onlyForward) : this.#move(moment);
  }

  async #move(moment) {
    try {
      this.set((await moveClock(moment)).now ?? moment.toISOString());
    } catch (error) {
      this.#tell(error instanceof Refusal ? error.message : this.view.words.offline);
    }
  }

  #tell(sentence) {
    byId("clock-error").textContent = sentence;
  }
}
