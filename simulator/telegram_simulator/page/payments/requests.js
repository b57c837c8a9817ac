/** The control API of Telegram Stars. */

import { ask } from "../control.js";

/** Balance, subscriptions and payments of a person, the newest payment first. */
export const wallet = (bot, person) => ask(`people/${person}/stars?bot=${bot}`);
export const setBalance = (bot, person, balance) => ask(`people/${person}/stars?bot=${bot}`, { balance });
/** Open what `{link}` or `{message_id}` asks for; the answer is a pay sheet. */
export const openInvoice = (bot, chat, what) => ask(`chats/${chat}/invoice?bot=${bot}`, what);
export const pay = (bot, chat, form) => ask(`chats/${chat}/pay?bot=${bot}`, { form_id: form });
/** Press a subscription's button: cancel, renew, or again, which answers with a pay sheet. */
export const press = (bot, person, subscription, button) =>
  ask(`people/${person}/subscriptions/${subscription}?bot=${bot}`, { do: button });
