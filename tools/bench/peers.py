"""What users of the peers write to send one page to many."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import InlineKeyboardMarkup as AiogramMarkup
from aiogram.types import LinkPreviewOptions as AiogramPreview
from aiolimiter import AsyncLimiter
from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ApplicationBuilder

from tools.bench.senders import TOKEN, Errand, Run, Stack, page

IN_FLIGHT = 50
"""How many calls are under way at once."""


@asynccontextmanager
async def library(errand: Errand) -> AsyncIterator[Run]:
    """python-telegram-bot with its AIORateLimiter, as its manual shows it, over its own transport (HTTPX)."""
    call = await page(errand)
    markup = InlineKeyboardMarkup.de_json(call["reply_markup"], None)
    preview = LinkPreviewOptions(**call["link_preview_options"])
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{errand.address}/bot")
    limiter = AIORateLimiter(overall_max_rate=errand.rate)
    application = builder.rate_limiter(limiter).updater(None).build()
    chats = errand.chats()

    async def work() -> None:
        for chat in chats:
            try:
                await application.bot.send_message(
                    chat,
                    call["text"],
                    parse_mode="HTML",
                    reply_markup=markup,
                    link_preview_options=preview,
                )
            except RetryAfter:  # the limiter's default: it does not try again
                continue

    async with application:
        yield lambda: _side_by_side(work)


@asynccontextmanager
async def aiogram(errand: Errand) -> AsyncIterator[Run]:
    """Aiogram with aiolimiter: a wait before each call, and another try after a 429."""
    call = await page(errand)
    markup = AiogramMarkup.model_validate(call["reply_markup"])
    preview = AiogramPreview(**call["link_preview_options"])
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(errand.address)))
    limiter = AsyncLimiter(errand.rate, 1)
    chats = errand.chats()

    async def send(chat: int) -> None:
        while True:
            async with limiter:
                try:
                    await bot.send_message(
                        chat,
                        call["text"],
                        parse_mode="HTML",
                        reply_markup=markup,
                        link_preview_options=preview,
                    )
                except TelegramRetryAfter as error:
                    await asyncio.sleep(error.retry_after)
                else:
                    return

    async def work() -> None:
        for chat in chats:
            await send(chat)

    async with bot.context():
        yield lambda: _side_by_side(work)


async def _side_by_side(work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


STACKS: dict[str, Stack] = {"library": library, "aiogram": aiogram}
