/** The chat page: opens the chat of one person with one bot and keeps it as the local Telegram says. */

import * as control from "./control.js";
import { Calls } from "./panels/calls.js";
import { ClockPanel } from "./panels/clock.js";
import { Composer } from "./writing/composer.js";
import { alertBox, copy, hush, listenForClosing, personBox, shareBox, toast } from "./panels/dialogs.js";
import { avatar, byId, el, messageOf } from "./dom.js";
import * as drawers from "./panels/drawers.js";
import { asked, destination, startText } from "./messages/links.js";
import { Log } from "./messages/log.js";
import { parts } from "./writing/parts.js";
import { Payments } from "./payments/payments.js";
import { People, drawPeople } from "./panels/people.js";
import { protect } from "./messages/protection.js";
import { apply, speech } from "./words.js";

const TYPING = 5000; // ms, as in Telegram
const CHANGES = new Set(["setMyCommands", "deleteMyCommands", "setMyName", "setMyDescription"]);
const CALLS = 200; // raw calls shown at the start
const ANSWER = 15_000; // ms that a bot has to answer a tap

class Page {
  constructor() {
    Object.assign(this, speech(navigator.language));
    this.bots = [];
    this.people = new People();
    this.bot = null;
    this.person = null;
    this.line = null;
    this.waiting = new Set();
    this.log = new Log(this);
    this.calls = new Calls(this);
    this.payments = new Payments(this);
    this.clock = new ClockPanel(this, () => this.log.redraw());
    this.composer = new Composer(this, {
      write: (text, replyTo) => this.write(text, replyTo),
      attach: (...what) => this.#try(() => control.attach(this.bot.id, this.person.id, ...what)),
    });
    this.#listen();
  }

  get zone() {
    return this.clock.zone;
  }

  now() {
    return this.clock.now();
  }

  async start() {
    this.#speak();
    await this.#until(() => this.clock.start());
    await this.#until(() => this.#findBots());
    await this.choose(this.bots.find((bot) => bot.id === asked("bot")) ?? this.bots[0]);
  }

  /** Open a bot's chats, as the same person, else the one that the address names, else the first one. */
  async choose(bot) {
    this.bot = bot;
    await this.#until(() => this.people.find(bot.id));
    byId("bots").value = bot.id;
    byId("bot-name").textContent = bot.name;
    byId("bot-avatar").replaceChildren(avatar(bot.name, bot.id));
    this.calls.showAll(await this.#until(() => control.calls(bot.id, CALLS)));
    const person = (await this.people.get(bot.id, this.person?.id ?? asked("as"))) ?? this.people.shown[0];
    if (person) await this.become(person);
    else personBox((id) => this.#added(id));
  }

  /** Sit down in a person's place: their language, their chat. */
  async become(person) {
    this.person = person;
    Object.assign(this, speech(person.language_code));
    history.replaceState(null, "", `#bot=${this.bot.id}&as=${person.id}`);
    this.composer.reply(null);
    this.#speak();
    this.#drawPeople();
    this.payments.refresh();
    await this.refresh();
  }

  /** Read the whole chat and follow it from there. */
  async refresh() {
    const [bot, person] = [this.bot, this.person];
    const chat = await this.#until(() => control.chat(bot.id, person.id));
    if (this.person !== person || this.bot !== bot) return;
    this.line?.close();
    this.waiting.clear();
    this.#typing(false);
    Object.assign(person, { blocked: chat.blocked });
    this.commands = chat.commands;
    this.description = chat.description;
    this.log.showAll(chat.bubbles);
    this.#settle();
    this.line = control.follow(
      bot.id,
      person.id,
      chat.seq,
      (kind, data) => this.#heard(kind, data),
      () => this.refresh(),
    );
  }

  find(messageId) {
    return this.log.find(messageId);
  }

  show(messageId) {
    this.log.show(messageId);
  }

  reply(bubble) {
    this.composer.reply(bubble);
  }

  async write(text, replyTo = null) {
    const { bot, person } = this;
    hush();
    await this.#try(async () => {
      for (const [index, part] of parts(text).entries())
        await control.write(bot.id, person.id, part, index === 0 ? replyTo : null);
    });
  }

  /** Press a button below a message or inside it. */
  press(button, node, bubble) {
    if (button.callback_data !== undefined) return this.#tap(button, node, bubble?.message_id ?? messageOf(node));
    if (button.pay) return this.payments.open({ message_id: bubble.message_id });
    if (button.copy_text) return copy(button.copy_text.text ?? button.copy_text, this.words);
    const goal = button.url ? destination(button.url, this.bot.username) : null;
    return goal ? this.open(goal) : toast(this.words.noSuchButton);
  }

  /** Follow a link of a message or a button. */
  open(goal) {
    if (goal.kind === "start") this.write(startText(goal.payload));
    else if (goal.kind === "share") this.#share(goal);
    else if (goal.kind === "invoice") this.payments.open({ link: goal.url });
    else if (goal.kind === "web") window.open(goal.url, "_blank", "noopener,noreferrer");
  }

  #share(goal) {
    const others = this.people.shown.filter(({ id }) => id !== this.person.id);
    const inside = destination(goal.url, this.bot.username);
    const openAs = async (id) => {
      await this.become(await this.people.get(this.bot.id, id));
      await this.write(startText(inside.payload));
    };
    shareBox(goal, others, this, inside?.kind === "start" ? openAs : null);
  }

  async #tap(button, node, messageId) {
    hush();
    node.classList.add("waiting");
    this.waiting.add(node);
    setTimeout(() => this.#answered(node), ANSWER);
    const done = await this.#try(() => control.tap(this.bot.id, this.person.id, messageId, button.callback_data));
    if (!done) this.#answered(node);
  }

  #answered(node) {
    node.classList.remove("waiting");
    this.waiting.delete(node);
  }

  #heard(kind, data) {
    const hear = {
      new: () => this.#came(data),
      edit: () => this.log.edit(data),
      delete: () => this.log.remove(data.message_id),
      alert: () => this.#alert(data),
      typing: () => this.#typing(true),
      state: () => this.#changed(),
      call: () => this.#called(data),
      clock: () => this.clock.set(data.now),
      stars: () => this.payments.refresh(),
    };
    hear[kind]();
    if (kind === "edit" || kind === "new") this.#answerAll();
    if (kind === "new" || kind === "delete") this.#settle();
  }

  /** A message that asks for an answer opens a reply to itself, as in Telegram. */
  #came(bubble) {
    this.#typing(false);
    this.log.add(bubble);
    if (bubble.asks) this.reply(bubble);
  }

  #called(call) {
    this.calls.add(call);
    if (call.method === "answerCallbackQuery") this.#answerAll();
    if (CHANGES.has(call.method)) this.#changed();
  }

  #answerAll() {
    for (const node of this.waiting) this.#answered(node);
  }

  /** The bot has another name or other commands, or the chat was blocked elsewhere. */
  async #changed() {
    const bot = (await control.bots()).find(({ id }) => id === this.bot.id);
    byId("bot-name").textContent = Object.assign(this.bot, bot).name;
    const { commands, description, blocked } = await control.chat(this.bot.id, this.person.id);
    Object.assign(this, { commands, description });
    this.person.blocked = blocked;
    this.#drawPeople();
    this.#settle();
  }

  #alert({ text, show_alert: modal, url }) {
    this.#answerAll();
    const goal = url ? destination(url, this.bot.username) : null;
    if (goal) this.open(goal);
    if (!text) return;
    if (modal) alertBox(this.bot.name, text);
    else toast(text);
  }

  #typing(yes) {
    clearTimeout(this.typingTimer);
    byId("bot-status").textContent = yes ? this.words.typing : this.words.bot;
    byId("bot-status").classList.toggle("typing", yes);
    if (yes) this.typingTimer = setTimeout(() => this.#typing(false), TYPING);
  }

  async #block() {
    const act = this.person.blocked ? control.comeBack : control.block;
    if (await this.#try(() => act(this.bot.id, this.person.id))) await this.#changed();
  }

  #settle() {
    const { blocked } = this.person;
    this.composer.show({ commands: this.commands, empty: this.log.empty, blocked });
    byId("welcome-text").textContent = this.description || this.words.empty;
    byId("block").hidden = false;
    byId("block").textContent = blocked ? this.words.unblockBot : this.words.blockBot;
    byId("block").classList.toggle("danger", !blocked);
  }

  #speak() {
    apply(this.words, this.language);
    this.#typing(false);
    this.clock.draw();
    this.calls.draw();
  }

  #drawPeople() {
    drawPeople(this.people.listed(this.person), this.person.id, this.words, (person) => this.become(person), drawers.shut);
    byId("persona-button").replaceChildren(avatar(this.person.first_name, this.person.id));
  }

  async #findBots() {
    this.bots = await control.bots();
    byId("no-bot").hidden = this.bots.length > 0;
    if (this.bots.length === 0) throw new control.Refusal("");
    byId("bots").replaceChildren(
      ...this.bots.map(({ id, name, username }) => el("option", { value: id }, `${name} (@${username})`)),
    );
    byId("bots-row").hidden = this.bots.length < 2;
  }

  async #added(id) {
    byId("people-find").value = "";
    await this.people.find(this.bot.id);
    await this.become(await this.people.get(this.bot.id, id));
    drawers.shut();
  }

  /** Do it; a refusal is shown, not thrown. */
  async #try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      toast(error instanceof control.Refusal ? error.message : this.words.offline);
      return false;
    }
  }

  /** Do it again and again until the local Telegram answers. */
  #until(act) {
    return control.retry(act, (error) => {
      if (!(error instanceof control.Refusal)) toast(this.words.offline);
      else if (error.message) toast(error.message);
    });
  }

  #listen() {
    byId("start").addEventListener("click", () => this.write("/start"));
    for (const id of ["block", "unblock"]) byId(id).addEventListener("click", () => this.#block());
    byId("people-find").addEventListener("input", async () => {
      if (await this.#try(() => this.people.find(this.bot.id))) this.#drawPeople();
    });
    byId("new-person").addEventListener("click", () => personBox((id) => this.#added(id)));
    byId("bots").addEventListener("change", (event) =>
      this.choose(this.bots.find(({ id }) => id === Number(event.target.value))),
    );
    protect();
    listenForClosing();
    drawers.listen();
  }
}

new Page().start();
