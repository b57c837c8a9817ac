/** Telegram's pay sheet: what is asked, for how many Stars, and what becomes of it. */

import { el } from "../dom.js";
import { pay } from "./requests.js";
import { star } from "./star.js";
import { refusalText } from "./words.js";

const EXPIRED = "FORM_EXPIRED";

const asRefused = (error) => ({ paid: false, code: error.code, error: error.message });

export class PaySheet {
  /** `view` says who pays which bot, and in which words; `done()` is called after a payment. */
  constructor(view, done) {
    this.view = view;
    this.done = done;
    this.dialog = el("dialog", { id: "pay-sheet", class: "stars-sheet", "data-testid": "pay-sheet" });
    document.body.append(this.dialog);
  }

  /** Show a sheet that has just been opened; `reopen()` opens the same again. */
  show(sheet, reopen) {
    this.sheet = sheet;
    this.reopen = reopen;
    this.#draw("");
    if (!this.dialog.open) this.dialog.showModal();
  }

  #draw(error, again = false) {
    const { sheet, view } = this;
    const { words } = view;
    const period = sheet.subscription_period;
    const balance = el("span", { class: "balance", "data-testid": "pay-balance" }, star(), words.youHave(sheet.balance));
    this.dialog.setAttribute("aria-label", sheet.title);
    this.dialog.replaceChildren(
      el("div", { class: "big-star" }, star()),
      el("h2", { dir: "auto" }, sheet.title),
      el("p", { class: "lead", dir: "auto" }, sheet.description),
      el("p", { class: "price", "data-testid": "pay-price" }, star(), words.priceOf(sheet.amount), this.#every(period)),
      period ? el("p", { class: "note" }, words.renewsBySelf(period)) : "",
      el("p", { class: "note" }, sheet.bot_name, " · ", balance),
      el("p", { class: "error", role: "alert", "data-testid": "pay-error" }, error),
      again ? this.#button(words.openAgain, () => this.reopen()) : this.#button(this.#label(), () => this.#pay()),
      el("button", { type: "button", class: "plain", onclick: () => this.dialog.close() }, words.cancel),
    );
    this.dialog.querySelector(".main").focus();
  }

  #every(period) {
    return period ? el("small", {}, this.view.words.every(period)) : "";
  }

  #label() {
    const { words } = this.view;
    const { amount, subscription_period: period } = this.sheet;
    return [period ? words.subscribeFor(amount) : words.payFor(amount), star()];
  }

  #button(label, act) {
    return el("button", { type: "button", class: "main", "data-testid": "pay", onclick: act }, label);
  }

  async #pay() {
    const { sheet, view } = this;
    const button = this.dialog.querySelector(".main");
    button.disabled = true;
    button.textContent = view.words.askingBot;
    const { paid, code, error } = await pay(view.bot.id, view.person.id, sheet.form_id).catch(asRefused);
    if (paid) this.done();
    if (this.sheet !== sheet) return;
    if (paid) this.dialog.close();
    else this.#draw(refusalText(code, error || view.words.offline, view.words), code === EXPIRED);
  }
}
