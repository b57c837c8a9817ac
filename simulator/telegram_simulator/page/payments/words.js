/** The words of Telegram Stars. Functions take numbers, or texts that were made from numbers and dates. */

const stars = (count, locale) => Number(count).toLocaleString(locale);
const starsEn = (count) => `${stars(count, "en-US")} ${Number(count) === 1 ? "Star" : "Stars"}`;
const starsEs = (count) => `${stars(count, "es-PY")} ${Number(count) === 1 ? "Estrella" : "Estrellas"}`;
const days = (seconds) => Math.round(seconds / 86_400);

export const STARS_EN = {
  myStars: "My Stars",
  starsLead: "Telegram Stars pay bots for digital goods. These are play money: add as many as you like.",
  takeStars: "Add 1,000 Stars",
  priceOf: starsEn,
  payFor: (count) => `Pay ${stars(count, "en-US")}`,
  subscribeFor: (count) => `Subscribe for ${stars(count, "en-US")}`,
  every: (seconds) => `every ${days(seconds)} days`,
  renewsBySelf: (seconds) => `Renews every ${days(seconds)} days until you cancel it in My Stars.`,
  youHave: (count) => `You have ${stars(count, "en-US")}.`,
  askingBot: "Waiting for the bot…",
  openAgain: "Open it again",
  paid: "Paid.",
  youPaid: (count) => `You paid ${starsEn(count)}`,
  youPaidUntil: (date) => `Subscribed until ${date}`,
  youGotBack: (count) => `You got ${starsEn(count)} back`,
  subscriptions: "Subscriptions",
  noSubscriptions: "You have no subscriptions.",
  payments: "Payments",
  noPayments: "You have paid nothing yet.",
  renewsOn: (date) => `Renews on ${date}`,
  endsOn: (date) => `Canceled. Yours until ${date}`,
  botCanceled: (date) => `The bot has canceled this subscription. Yours until ${date}`,
  endedOn: (date) => `Ended on ${date}`,
  tooFewOn: (date) => `Ended on ${date}: you had too few Stars`,
  cancelSubscription: "Cancel subscription",
  renewSubscription: "Renew",
  subscribeAgain: "Subscribe again",
  cameBack: "Refund",
  formExpired: "This form is older than ten minutes. Open it again.",
  formTwice: "This was already sent.",
  balanceTooLow: "You have too few Stars.",
  botSilent: "The bot didn’t answer in time. Please try again.",
  paymentFailed: "The payment has failed. You haven’t been charged.",
  noInvoice: "This invoice doesn’t exist.",
};

export const STARS_ES = {
  myStars: "Mis Estrellas",
  starsLead: "Con las Estrellas de Telegram se les paga a los bots. Estas son de juguete: agrega las que quieras.",
  takeStars: "Agregar 1.000 Estrellas",
  priceOf: starsEs,
  payFor: (count) => `Pagar ${stars(count, "es-PY")}`,
  subscribeFor: (count) => `Suscribirme por ${stars(count, "es-PY")}`,
  every: (seconds) => `cada ${days(seconds)} días`,
  renewsBySelf: (seconds) => `Se renueva cada ${days(seconds)} días hasta que la canceles en Mis Estrellas.`,
  youHave: (count) => `Tienes ${stars(count, "es-PY")}.`,
  askingBot: "Esperando al bot…",
  openAgain: "Volver a abrir",
  paid: "Pagado.",
  youPaid: (count) => `Pagaste ${starsEs(count)}`,
  youPaidUntil: (date) => `Suscripción hasta el ${date}`,
  youGotBack: (count) => `Te devolvieron ${starsEs(count)}`,
  subscriptions: "Suscripciones",
  noSubscriptions: "No tienes suscripciones.",
  payments: "Pagos",
  noPayments: "Todavía no pagaste nada.",
  renewsOn: (date) => `Se renueva el ${date}`,
  endsOn: (date) => `Cancelada. Es tuya hasta el ${date}`,
  botCanceled: (date) => `El bot canceló esta suscripción. Es tuya hasta el ${date}`,
  endedOn: (date) => `Terminó el ${date}`,
  tooFewOn: (date) => `Terminó el ${date}: te faltaban Estrellas`,
  cancelSubscription: "Cancelar suscripción",
  renewSubscription: "Renovar",
  subscribeAgain: "Volver a suscribirme",
  cameBack: "Devolución",
  formExpired: "Este formulario tiene más de diez minutos. Vuelve a abrirlo.",
  formTwice: "Esto ya se envió.",
  balanceTooLow: "Te faltan Estrellas.",
  botSilent: "El bot no respondió a tiempo. Inténtalo de nuevo.",
  paymentFailed: "El pago falló. No se te cobró nada.",
  noInvoice: "Esta factura no existe.",
};

const OF_CODES = {
  FORM_EXPIRED: "formExpired",
  FORM_SUBMIT_DUPLICATE: "formTwice",
  BALANCE_TOO_LOW: "balanceTooLow",
  BOT_PRECHECKOUT_TIMEOUT: "botSilent",
  PAYMENT_FAILED: "paymentFailed",
  SLUG_INVALID: "noInvoice",
};

/** What a payer reads when a payment was refused; a bot's own words as they stand. */
export const refusalText = (code, text, words) => words[OF_CODES[code]] ?? text;
