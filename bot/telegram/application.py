"""python-telegram-bot's Application with our handlers; it is fed by our own intake."""

import traceback
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeAlias

from pydantic import SecretStr
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    filters,
)

from bot.db.errors import is_transient
from bot.db.update_lock import TakenOverError
from bot.metrics import OTHER, Metrics
from bot.telegram.asking import current
from bot.telegram.buttons import tap
from bot.telegram.commands import COMMANDS, Command
from bot.telegram.errors import TokenError, UnreachableError
from bot.telegram.handlers import broadcast, feedback, finding, named, newsroom, other, typed
from bot.telegram.origin import Origin, origin
from bot.telegram.request import AiohttpRequest
from bot.telegram.slash import as_meant
from bot.telegram.talk import Desk, Talk

App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
Run: TypeAlias = Callable[[Talk], Awaitable[object]]
Callback: TypeAlias = Callable[[Update, Any], Coroutine[Any, Any, None]]

_failure: ContextVar[str | None] = ContextVar("failure", default=None)
_absence: ContextVar[Exception | None] = ContextVar("absence", default=None)
_last: ContextVar[bool] = ContextVar("last", default=True)
_origin: ContextVar[Origin] = ContextVar("origin")
_NEW = filters.UpdateType.MESSAGE
"""Edited messages and channel posts are no commands."""


class DiscreetBot(ExtBot[None]):
    """The library's bot, whose `repr` would show its token."""

    def __repr__(self) -> str:
        return type(self).__name__


def build(token: SecretStr, api_url: str, request: AiohttpRequest) -> App:
    """Build the Application; handlers come with `register`, updates through `handle`."""
    bot = DiscreetBot(
        token.get_secret_value(),
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )
    return ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()


async def connect(application: App) -> None:
    """Ask Telegram who we are. Raises TokenError, or UnreachableError when it does not answer."""
    try:
        await application.initialize()
    except TokenError:
        raise
    except TelegramError as error:
        raise UnreachableError(str(error)) from error
    except Exception as error:  # the library on an answer of a shape that it does not expect
        kind = type(error).__name__
        raise UnreachableError(f"The answer to getMe is none of the Bot API ({kind}).") from error


def name_of(application: App) -> str | None:
    """Return the bot's user name, None as long as Telegram has not told it."""
    try:
        return str(application.bot.username)
    except RuntimeError:
        return None


def register(application: App, desk: Desk, metrics: Metrics) -> None:
    """Add the handlers; the first that fits an update gets it."""
    for command in COMMANDS:
        application.add_handler(CommandHandler(command.name, _command(desk, metrics, command), filters=_NEW))
    application.add_handler(MessageHandler(_NEW & filters.COMMAND, _callback(desk, _other_command(metrics))))
    application.add_handler(CallbackQueryHandler(_callback(desk, tap)))
    application.add_handler(ChatMemberHandler(_callback(desk, other.membership)))
    application.add_handler(
        MessageHandler(_NEW & ~filters.StatusUpdate.ALL, _callback(desk, _words(metrics)))
    )
    application.add_error_handler(_on_error(desk))


async def handle(application: App, raw: dict[str, Any], *, last: bool = True) -> str | None:
    """Handle one update as Telegram sent it; return what went wrong, if anything did.

    A database that is away is raised, without an apology, unless this was the `last` try; TakenOverError is,
    without a word to anybody.
    """
    try:
        meant = _command_first(raw)
        update = Update.de_json(meant, application.bot)
    except Exception as error:  # noqa: BLE001  # foreign input: whatever it breaks, the next one is handled
        return f"not understood: {type(error).__name__}: {error}"[:500]
    _failure.set(None)
    _absence.set(None)
    _last.set(last)
    _origin.set(origin(meant))
    await application.process_update(update)
    if (absence := _absence.get()) is not None:
        raise absence
    return _failure.get()


def _command_first(raw: dict[str, Any]) -> dict[str, Any]:
    """Put a command before formatting that begins where it does: the library looks at the first entity, and
    at the first sign of the text.
    """
    message = raw.get("message")
    if not isinstance(message, dict):
        return raw
    message = as_meant(message)
    if not message.get("entities"):
        return {**raw, "message": message}
    ordered = sorted(message["entities"], key=lambda one: (one["offset"], one["type"] != "bot_command"))
    return {**raw, "message": {**message, "entities": ordered}}


def kind_of(raw: dict[str, Any]) -> str:
    """Return the name of the field that holds what happened."""
    return next((name for name in raw if name != "update_id"), "")


def _callback(desk: Desk, run: Run) -> Callback:
    async def callback(update: Update, _context: Any) -> None:
        if (came := _origin.get()).asks:
            talk = Talk(update, desk, came)
            await run(talk)
            if current().slow_down:
                current().tells()
                await other.slower(talk)

    return callback


def _command(desk: Desk, metrics: Metrics, command: Command) -> Callback:
    async def run(talk: Talk) -> None:
        await _run(talk, metrics, command)

    return _callback(desk, run)


async def _run(talk: Talk, metrics: Metrics, command: Command) -> None:
    with metrics.command(command.name):
        if command.admin and not talk.is_admins_own:
            if not await typed.command(talk):
                await other.unknown_command(talk)
        elif command.private and not talk.visitor.private:
            await other.private_only(talk)
        elif not command.admin and await _answers_reader(talk):
            return
        else:
            await command.run(talk)


def _other_command(metrics: Metrics) -> Run:
    async def run(talk: Talk) -> None:
        with metrics.command(OTHER):
            if await _answers_reader(talk):
                return
            if not (await named.section_command(talk) or await typed.command(talk)):
                await other.unknown_command(talk)

    return run


async def _answers_reader(talk: Talk) -> bool:
    """Take an admin's answer to a reader that begins with a command: "/latest opens it"."""
    return bool(talk.words) and await newsroom.takes(talk)


def _words(metrics: Metrics) -> Run:
    async def run(talk: Talk) -> None:
        """What is no command may answer a question, or be the text that an admin's draft waits for."""
        if await newsroom.takes(talk) or await feedback.takes(talk) or await finding.takes(talk):
            return
        if talk.is_admins_own and await broadcast.takes(talk):
            return
        if talk.visitor.private and named.is_command(talk):
            await _unmarked(talk, metrics)
        else:
            await other.words(talk)

    return run


async def _unmarked(talk: Talk, metrics: Metrics) -> None:
    """Do what a command says that the library did not find: in a caption, or with accents."""
    name, bot = named.command(talk)
    ours = bot in ("", talk.desk.username.lower())
    known = next((one for one in COMMANDS if ours and one.name == name), None)
    await (_run(talk, metrics, known) if known else _other_command(metrics)(talk))


def _on_error(desk: Desk) -> Callable[[object, Any], Coroutine[Any, Any, None]]:
    async def on_error(update: object, context: Any) -> None:
        """Note what a handler raised, and tell whoever waits for an answer, once."""
        error = context.error
        if isinstance(error, TakenOverError) or (not _last.get() and is_transient(error)):
            _absence.set(error)
            return
        trace = "".join(traceback.format_exception(error)) if error else "no error given"
        _failure.set(trace[-2_000:])
        came = _origin.get()
        if isinstance(update, Update) and came.asks and not update.my_chat_member:
            try:
                await other.apologise(Talk(update, desk, came))
            except TakenOverError as taken_over:
                _absence.set(taken_over)

    return on_error
