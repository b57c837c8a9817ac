"""A small bot that sells a month for Telegram Stars. BOT_TOKEN and BOT_API come from the environment."""

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice, Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, PreCheckoutQueryHandler
from telegram.ext.filters import SUCCESSFUL_PAYMENT, StatusUpdate

PRICE = 250
PERIOD = 2_592_000  # seconds: Telegram knows no other


async def subscribe(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is None:
        return
    link = await context.bot.create_invoice_link(
        title="A month",
        description="Thirty days of everything",
        payload="month",
        currency="XTR",
        prices=[LabeledPrice("A month", PRICE)],
        subscription_period=PERIOD,
    )
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Subscribe", url=link)]])
    await update.message.reply_text("It renews every 30 days.", reply_markup=keyboard)


async def check(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say yes to the price of today, within ten seconds."""
    if query := update.pre_checkout_query:
        ok = query.total_amount == PRICE
        await query.answer(ok=ok, error_message=None if ok else "This price is no longer good.")


async def thank(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Thank for every payment: only the first of a subscription says that it is the first."""
    if update.message and (payment := update.message.successful_payment):
        words = "Welcome!" if payment.is_first_recurring else "Renewed."
        await update.message.reply_text(f"{words} You have paid {payment.total_amount} Stars.")


async def part(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message:
        await update.message.reply_text("Your Stars are back with you.")


def main() -> None:
    api = os.environ.get("BOT_API", "https://api.telegram.org")
    application = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{api}/bot").build()
    application.add_handler(CommandHandler("subscribe", subscribe))
    application.add_handler(PreCheckoutQueryHandler(check))
    application.add_handler(MessageHandler(SUCCESSFUL_PAYMENT, thank))
    application.add_handler(MessageHandler(StatusUpdate.REFUNDED_PAYMENT, part))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
