"""A bot that is written with aiogram; to load that takes a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

__all__ = ["TelegramBadRequest", "running"]

MORE = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="More", callback_data="more")]])


async def greet(message: Message) -> None:
    await message.answer(f"You wrote {message.text}.", reply_markup=MORE)


async def tell_more(query: CallbackQuery) -> None:
    await query.answer("Here it is.")
    assert isinstance(query.message, Message)
    await query.message.edit_text("<b>More</b> of it.", parse_mode="HTML")


@asynccontextmanager
async def running(address: str, token: str) -> AsyncIterator[Bot]:
    """Let the bot poll, in the event loop of the test."""
    dispatcher = Dispatcher()
    dispatcher.message.register(greet, CommandStart())
    dispatcher.message.register(greet)
    dispatcher.callback_query.register(tell_more, F.data == "more")
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    async with Bot(token, session=session) as bot:
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, polling_timeout=5)
        )
        yield bot
        await dispatcher.stop_polling()
        await polling
