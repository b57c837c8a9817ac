"""python-telegram-bot's Application with our handlers, fed by the update inbox."""

import traceback
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import partial
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
    TypeHandler,
    filters,
)

from bot.db.engine.update_lock import TakenOverError
from bot.db.errors import is_transient
from bot.telegram.api.errors import TokenError, UnreachableError
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.update_context import current
from bot.telegram.chat.conversation import Conversation, ConversationContext
from bot.telegram.handlers import fallback
from bot.telegram.handlers.router import Router
from bot.telegram.updates.command_text import as_meant
from bot.telegram.updates.origin import SUBSCRIPTION, Origin, origin

App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
Run: TypeAlias = Callable[[Conversation], Awaitable[object]]
Callback: TypeAlias = Callable[[Update, Any], Coroutine[Any, Any, None]]

_failure: ContextVar[str | None] = ContextVar("failure", default=None)
_raised: ContextVar[Exception | None] = ContextVar("raised", default=None)
_last: ContextVar[bool] = ContextVar("last", default=True)
_origin: ContextVar[Origin] = ContextVar("origin")
_NEW = filters.UpdateType.MESSAGE
"""Edited messages and channel posts are no commands."""


class _OfSubscription(TypeHandler[Update, Any, Any]):
    """Takes updates of subscriptions (Bot API 10.2), which the library does not know."""

    def check_update(self, update: object) -> bool:
        return isinstance(update, Update) and SUBSCRIPTION in update.api_kwargs


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


def register(application: App, router: Router, context: ConversationContext) -> None:
    """Add our handlers to the library; the first that fits an update gets it."""

    def callback(run: Run) -> Callback:
        return _callback(context, run)

    payments = MessageHandler(_NEW & filters.SUCCESSFUL_PAYMENT, callback(router.payment))
    application.add_handler(payments)  # first: whatever else the message holds
    refunds = MessageHandler(_NEW & filters.StatusUpdate.REFUNDED_PAYMENT, callback(router.refund))
    application.add_handler(refunds)
    for name in router.names:
        run = partial(router.command, name=name)
        application.add_handler(CommandHandler(name, callback(run), filters=_NEW))
    application.add_handler(MessageHandler(_NEW & filters.COMMAND, callback(router.other_command)))
    application.add_handler(CallbackQueryHandler(callback(router.tap)))
    application.add_handler(ChatMemberHandler(callback(router.membership)))
    application.add_handler(MessageHandler(_NEW & ~filters.StatusUpdate.ALL, callback(router.message)))
    application.add_handler(_OfSubscription(Update, callback(router.subscription)))
    application.add_error_handler(_on_error(context))


async def handle(application: App, raw: dict[str, Any], *, last: bool = True) -> str | None:
    """Handle one update as Telegram sent it; return what went wrong, None for nothing.

    A handler's error is returned as its trace, after an apology to whoever asked. Two are raised instead,
    without an apology: a transient error of the database unless this is the `last` try, and TakenOverError.
    """
    try:
        meant = _command_first(raw)
        update = Update.de_json(meant, application.bot)
    except Exception as error:  # noqa: BLE001  # foreign input: whatever it breaks, the next one is handled
        return f"not understood: {type(error).__name__}: {error}"[:500]
    _failure.set(None)
    _raised.set(None)
    _last.set(last)
    _origin.set(origin(meant))
    await application.process_update(update)
    if (raised := _raised.get()) is not None:
        raise raised
    return _failure.get()


def _command_first(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a message as `command_text.as_meant` reads it, with the command as its first entity.

    The library takes a message for a command only where its first entity is one and begins the text.
    """
    message = raw.get("message")
    if not isinstance(message, dict):
        return raw
    message = as_meant(message)
    if not message.get("entities"):
        return {**raw, "message": message}
    ordered = sorted(
        message["entities"], key=lambda entity: (entity["offset"], entity["type"] != "bot_command")
    )
    return {**raw, "message": {**message, "entities": ordered}}


def kind_of(raw: dict[str, Any]) -> str:
    """Return the name of the field that holds what happened."""
    return next((name for name in raw if name != "update_id"), "")


def _callback(context: ConversationContext, run: Run) -> Callback:
    async def callback(update: Update, _context: Any) -> None:
        if (came := _origin.get()).asks:
            conversation = Conversation(update, context, came)
            await run(conversation)
            if current().slow_down:
                current().begin_slow_down_answer()
                await fallback.slower(conversation)

    return callback


def _on_error(shared: ConversationContext) -> Callable[[object, Any], Coroutine[Any, Any, None]]:
    async def on_error(update: object, context: Any) -> None:
        """Note what a handler raised, and apologise once to whoever waits for an answer."""
        error = context.error
        if isinstance(error, TakenOverError) or (not _last.get() and is_transient(error)):
            _raised.set(error)
            return
        trace = "".join(traceback.format_exception(error)) if error else "no error given"
        _failure.set(trace[-2_000:])
        came = _origin.get()
        asked = isinstance(update, Update) and not (
            update.my_chat_member or SUBSCRIPTION in update.api_kwargs
        )
        if isinstance(update, Update) and asked and came.asks:
            try:
                await fallback.apologise(Conversation(update, shared, came))
            except TakenOverError as taken_over:
                _raised.set(taken_over)

    return on_error
