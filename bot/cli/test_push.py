"""Test pushes: an issue's front page, sent to one admin at once.

She gets it as each kind of reader would. Nothing of it is in the ledger, and it does not count as having the
issue.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import SecretStr

from bot.clock import Clock, MovableClock
from bot.composition.greeting import UnnamedError, username_of
from bot.config import CALLED, NO_SIMULATOR, Settings
from bot.db.engine.session import Database
from bot.domain.content.gate import Access
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent
from bot.domain.pages.page import Place
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader, Viewer
from bot.i18n import LANGUAGES, Translator, translator_for
from bot.services.content.archive import Archive
from bot.services.content.released_issues import ByHour, Out, known
from bot.services.delivery.cooldowns import Cooldowns
from bot.services.operations.demo_address import demo_settings
from bot.services.reading.cover_uploads import CoverUploads
from bot.services.reading.reading import Reading
from bot.services.reading.rich_refusals import RichRefusals
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.page_request import PageRequests
from bot.telegram.api.transport import Transport
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.chat.replies import Replies
from bot.telegram.updates.origin import Spot


class PushTestError(Exception):
    """The test push was not sent; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sent, and to whom. None stands for the newest issue, for every language, for both accesses."""

    admin_id: int
    day: date | None = None
    language: str | None = None
    access: Access | None = None


async def send_test_push(
    settings: Settings, wanted: Wanted, clock: Clock, say: Callable[[str], None]
) -> None:
    """Send the pages, and `say` a sentence after each. PushTestError, ContentErrors."""
    token = _admitted(settings, wanted.admin_id)
    archive = Archive(settings.content_dir, clock, await _out(settings, clock))
    await archive.open()
    try:
        await archive.wait_until_quiet()  # an editor tries what she has just saved
        async with _connected(settings, token, clock) as (transport, database):
            username = await _username(transport, settings.telegram_api_url)
            reading = Reading(database, archive, clock, settings.admin_ids)
            page_sender = PageSender(
                reading,
                PageRequests(username, settings.public_url),
                CoverUploads(database),
                RichRefusals(),
            )
            for viewer in _kinds(wanted, archive.publication.languages):
                say(await _TestPush(reading, page_sender, transport, clock).send(viewer, wanted.day))
    finally:
        archive.close()


async def _out(settings: Settings, clock: Clock) -> Out:
    """Return which issues are out, by the bot's own records; by their hours where it has never run."""
    database = Database(settings.database_url)
    try:
        if database.missing or not await database.is_at_head():
            return ByHour()
        return await known(database, clock.now()) or ByHour()
    finally:
        await database.close()


async def send_test_push_in_demo(settings: Settings, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Send the pages in the demo that runs on this machine, at its time. PushTestError, ContentErrors."""
    demo = demo_settings(settings)
    hour = await _hour_at(demo.telegram_api_url) if demo else None
    if demo is None or hour is None:
        raise PushTestError(
            "BOT_TOKEN is not set, and no demo runs. @BotFather gives a token; or write "
            f"`{CALLED} demo` in another terminal, and the test goes to its editor."
        )
    if wanted.admin_id not in demo.admin_ids:
        editor = ", ".join(map(str, sorted(demo.admin_ids)))
        raise PushTestError(
            f"{wanted.admin_id} is no admin of the demo that runs. Its editor is --test-to {editor}."
        )
    await send_test_push(demo, wanted, MovableClock(hour), say)


async def _hour_at(address: str) -> datetime | None:
    """Return the time of the demo at this address; None where none answers. PushTestError."""
    try:
        from telegram_simulator.remote_clock import time_at  # the bot runs without the simulator
    except ModuleNotFoundError:
        raise PushTestError(NO_SIMULATOR) from None
    return await time_at(address)


@dataclass(frozen=True, slots=True)
class _TestPush:
    reading: Reading
    page_sender: PageSender
    transport: Transport
    clock: Clock

    async def send(self, viewer: Viewer, day: date | None) -> str:
        """Send a note that it is a test, then the page; return a sentence about it. PushTestError."""
        chosen = day or next(iter(self.reading.dates(viewer)), None)
        opened = await self.reading.open(viewer, Place(chosen)) if chosen else None
        if opened is None:
            raise PushTestError(f"There is no issue of {day}." if day else "There is no issue yet.")
        access = viewer.access(self.clock.now())
        reader_id, translator = viewer.reader.id, translator_for(viewer.reader.language)
        answers = Replies(self.transport, Spot(reader_id))
        _require_sent(await answers.send(html_message(_words(translator, access))))
        _require_sent(await self.page_sender.show(replace(viewer, private=False), answers, opened))
        return f"Sent: the issue of {chosen} in {opened.language}, {access} access."


def _words(translator: Translator, access: Access) -> str:
    if access is Access.FULL:
        return translator.say("<b>Test.</b> This is what readers with access get:")
    return translator.say("<b>Test.</b> This is what readers without access get:")


def _admitted(settings: Settings, admin_id: int) -> SecretStr:
    if settings.bot_token is None:
        raise PushTestError("BOT_TOKEN is not set. @BotFather gives one.")
    if admin_id not in settings.admin_ids:
        raise PushTestError(
            f"{admin_id} is none of ADMIN_IDS. Tests show what is paid or not out yet to admins."
        )
    return settings.bot_token


def _kinds(wanted: Wanted, languages: tuple[str, ...]) -> list[Viewer]:
    spoken = (
        [wanted.language]
        if wanted.language
        else [language for language in languages if language in LANGUAGES]
    )
    held = [wanted.access] if wanted.access else list(Access)
    return [
        Viewer(Reader(wanted.admin_id, language, full_until=FOREVER if access is Access.FULL else None))
        for language in spoken
        for access in held
    ]


@asynccontextmanager
async def _connected(
    settings: Settings, token: SecretStr, clock: Clock
) -> AsyncIterator[tuple[Transport, Database]]:
    """Yield a transport and the database. Stored cooldowns hold for the test push as well."""
    database, rate_limiter, request = Database(settings.database_url), RateLimiter(), AiohttpRequest()
    cooldowns = Cooldowns(database, clock)
    await request.initialize()
    try:
        if await database.is_at_head():
            rate_limiter.adopt(await cooldowns.active())
        yield Transport(request, settings.telegram_api_url, token, rate_limiter), database
    finally:
        await request.shutdown()
        await database.close()


async def _username(transport: Transport, api_url: str) -> str:
    try:
        return await username_of(transport, api_url)
    except UnnamedError as error:
        raise PushTestError(str(error)) from None


def _require_sent(outcome: Outcome) -> None:
    match outcome:
        case Sent():
            return
        case Gone():
            raise PushTestError(
                "Telegram does not take it to this reader, who has to write /start to the bot."
            )
        case NotSent():
            raise PushTestError(
                f"Telegram wants nothing to be sent for {outcome.wait:.0f} s. Try again then."
            )
        case Rejected():
            raise PushTestError(f"Telegram refused it: {outcome.reason}")
        case _:
            raise PushTestError("Telegram's answer was lost: look whether it came, and else try again.")
