"""A small bot with aiogram. BOT_TOKEN and BOT_API come from the environment."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="More", callback_data="more")]])


async def start(message: Message) -> None:
    if message.from_user:
        await message.answer(
            f"Hello, <b>{message.from_user.first_name}</b>!", parse_mode="HTML", reply_markup=KEYBOARD
        )


async def more(query: CallbackQuery) -> None:
    await query.answer("Here it is.")
    if isinstance(query.message, Message):
        await query.message.edit_text("There is no more.")


def dispatcher() -> Dispatcher:
    made = Dispatcher()
    made.message.register(start, CommandStart())
    made.callback_query.register(more, F.data == "more")
    return made


def bot(token: str, api: str) -> Bot:
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))


def main() -> None:
    api = os.environ.get("BOT_API", "https://api.telegram.org")
    asyncio.run(dispatcher().start_polling(bot(os.environ["BOT_TOKEN"], api)))


if __name__ == "__main__":
    main()
