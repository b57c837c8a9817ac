/** "Telegram's settings → My Stars": the balance, subscriptions, payments. */

import { el } from "../dom.js";
import { dayOf } from "./bubbles.js";
import { star } from "./star.js";

const SHOWN = 30; // payments

export class MyStars {
  /** `acts` are `take()` for more Stars and `press(subscription, button)`. */
  constructor(view, acts) {
    this.view = view;
    this.acts = acts;
    this.dialog = el("dialog", { id: "my-stars", class: "stars-sheet wide", "data-testid": "my-stars" });
    document.body.append(this.dialog);
  }

  show(wallet) {
    this.draw(wallet);
    if (!this.dialog.open) this.dialog.showModal();
  }

  draw({ balance, subscriptions, changes }) {
    const { words } = this.view;
    this.dialog.setAttribute("aria-label", words.myStars);
    this.dialog.replaceChildren(
      el("h2", {}, words.myStars),
      el("p", { class: "lead" }, words.starsLead),
      el("p", { class: "price", "data-testid": "stars-balance" }, star(), words.priceOf(balance)),
      el("button", { type: "button", class: "soft", "data-testid": "take-stars", onclick: this.acts.take }, words.takeStars),
      el("h3", {}, words.subscriptions),
      list(subscriptions.toReversed().map((subscription) => this.#subscription(subscription)), words.noSubscriptions),
      el("h3", {}, words.payments),
      list(changes.slice(0, SHOWN).map((change) => this.#change(change)), words.noPayments),
      el("div", { class: "foot" }, el("button", { type: "button", class: "main", "data-close": true }, words.close)),
    );
  }

  #subscription(subscription) {
    const { words } = this.view;
    const labels = { cancel: words.cancelSubscription, renew: words.renewSubscription, again: words.subscribeAgain };
    const { amount, period, title, bot_name: name } = subscription;
    return el(
      "li",
      { "data-testid": "subscription" },
      el("div", { class: "who" }, el("strong", { dir: "auto" }, title), el("span", {}, name)),
      el("span", { class: "cost", title: words.priceOf(amount) }, star(), this.#count(amount), el("small", {}, words.every(period))),
      el("p", { class: subscription.bot_canceled ? "note danger" : "note" }, this.#state(subscription)),
      subscription.buttons.map((button) =>
        el(
          "button",
          { type: "button", class: button === "cancel" ? "plain danger" : "soft", onclick: () => this.acts.press(subscription, button) },
          labels[button],
        ),
      ),
    );
  }

  #count(stars) {
    return stars.toLocaleString(this.view.locale);
  }

  #state({ state, until, failed, bot_canceled: byBot }) {
    const { words } = this.view;
    const day = dayOf(until, this.view);
    if (state === "expired") return failed ? words.tooFewOn(day) : words.endedOn(day);
    if (byBot) return words.botCanceled(day);
    return state === "active" ? words.renewsOn(day) : words.endsOn(day);
  }

  #change({ title, amount, date, bot_name: name }) {
    const { words } = this.view;
    const sign = amount > 0 ? "+" : "−";
    const cost = words.priceOf(Math.abs(amount));
    const what = amount > 0 ? `${words.cameBack} · ${title}` : title;
    return el(
      "li",
      { "data-testid": "star-change" },
      el("div", { class: "who" }, el("strong", { dir: "auto" }, what), el("span", {}, `${name} · ${dayOf(date, this.view)}`)),
      el("span", { class: amount > 0 ? "cost in" : "cost", title: cost }, star(), `${sign}${this.#count(Math.abs(amount))}`),
    );
  }
}

function list(items, none) {
  return items.length ? el("ul", {}, items) : el("p", { class: "note" }, none);
}
