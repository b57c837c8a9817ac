/** Telegram Stars on the page: the balance in the person's menu, the pay sheet, "My Stars". */

import { byId } from "../dom.js";
import { toast } from "../panels/dialogs.js";
import { MyStars } from "./my_stars.js";
import { PaySheet } from "./pay_sheet.js";
import * as requests from "./requests.js";
import { star } from "./star.js";
import { refusalText } from "./words.js";

const GIFT = 1000; // Stars

export class Payments {
  /** `view` is the page: its bot, its person and its words. */
  constructor(view) {
    this.view = view;
    this.sheet = new PaySheet(view, () => toast(view.words.paid));
    this.list = new MyStars(view, {
      take: () => this.#try(() => this.#take()),
      press: (subscription, button) => this.#try(() => this.#press(subscription, button)),
    });
    byId("stars").addEventListener("click", () => this.#try(async () => this.list.show(await this.#wallet())));
  }

  /** Show the Stars of whoever the page plays now; a list that is open, too. */
  async refresh() {
    await this.#try(async () => {
      const { person } = this.view;
      const wallet = await this.#wallet();
      if (person === this.view.person) this.#shown(wallet);
    });
  }

  /** Open what a link (`{link}`) or a message (`{message_id}`) asks for. */
  async open(what) {
    await this.#try(async () => {
      const { bot, person } = this.view;
      this.sheet.show(await requests.openInvoice(bot.id, person.id, what), () => this.open(what));
    });
  }

  #wallet() {
    return requests.wallet(this.view.bot.id, this.view.person.id);
  }

  #shown(wallet) {
    const { words } = this.view;
    byId("stars").replaceChildren(star(), wallet.balance.toLocaleString(this.view.locale));
    byId("stars").setAttribute("aria-label", `${words.myStars}: ${words.priceOf(wallet.balance)}`);
    byId("stars").title = words.myStars;
    byId("stars").hidden = false;
    if (this.list.dialog.open) this.list.draw(wallet);
  }

  async #take() {
    const { balance } = await this.#wallet();
    this.#shown(await requests.setBalance(this.view.bot.id, this.view.person.id, balance + GIFT));
  }

  async #press(subscription, button) {
    const answer = await requests.press(subscription.bot, this.view.person.id, subscription.id, button);
    if (button === "again") {
      this.list.dialog.close();
      return this.sheet.show(answer, () => this.#try(() => this.#press(subscription, button)));
    }
    this.#shown(await this.#wallet());
  }

  async #try(act) {
    try {
      await act();
    } catch (refusal) {
      toast(refusalText(refusal.code, refusal.message || this.view.words.offline, this.view.words));
    }
  }
}
