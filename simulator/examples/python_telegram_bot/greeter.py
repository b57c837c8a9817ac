"""A small bot with python-telegram-bot. BOT_TOKEN and BOT_API come from the environment."""

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.effective_user:
        await update.message.reply_html(
            f"Hello, <b>{update.effective_user.first_name}</b>!", reply_markup=KEYBOARD
        )


async def more(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await update.callback_query.answer("Here it is.")
        await update.callback_query.edit_message_text("There is no more.")


def main() -> None:
    api = os.environ.get("BOT_API", "https://api.telegram.org")
    application = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{api}/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(more))
    application.run_polling()


if __name__ == "__main__":
    main()
