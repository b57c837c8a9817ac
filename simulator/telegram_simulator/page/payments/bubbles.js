/** What a chat shows of payments: an invoice, and the line that a payment leaves. */

import { el } from "../dom.js";
import { date } from "../zone.js";
import { star } from "./star.js";

/** What an invoice says, in its bubble. */
export function invoiceCard({ title, description, total_amount: amount }, view) {
  return el(
    "div",
    { class: "said invoice", "data-testid": "invoice" },
    el("strong", {}, title),
    el("p", {}, description),
    el("span", { class: "price" }, star(), view.words.priceOf(amount)),
  );
}

/** The line in the middle of the chat that a payment or its refund leaves; null for other messages. */
export function paymentLine(bubble, view) {
  const { payment, refund } = bubble;
  if (!payment && !refund) return null;
  const { words } = view;
  const text = payment ? words.youPaid(payment.total_amount) : words.youGotBack(refund.total_amount);
  const end = payment?.subscription_expiration_date;
  return el(
    "article",
    { class: "bubble service", "data-testid": "bubble", "data-message-id": bubble.message_id, "aria-label": text },
    el("span", {}, star(), text, end ? el("small", {}, words.youPaidUntil(dayOf(end, view))) : null),
  );
}

/** A day, of Unix seconds. */
export const dayOf = (seconds, view) => date(new Date(seconds * 1000), view.zone, view.locale);
