"""Reads what can be told of an update before it is handled."""

from collections.abc import Mapping
from typing import Any

from telegram.ext import filters

from bot.domain.pages.page import Place
from bot.telegram.api.keyboard import ACTION
from bot.telegram.api.update_context import UpdateSummary
from bot.telegram.updates.grouped import begins, thing
from bot.telegram.updates.origin import SUBSCRIPTION, chat_of, origin

SERVICE = frozenset(name.lower() for name in vars(filters.StatusUpdate) if name.isupper())
"""Fields of messages that nobody wrote (a pin, say): these get no answer."""

STARTS_ACCESS = tuple(f"{ACTION}{name}" for name in ("trial", "offer:", "code:"))
"""How the callback data begins of taps that give access."""


def summarise(update: Mapping[str, Any]) -> UpdateSummary:
    """Return what a raw update tells before it is handled. Never raises: its fields may hold anything."""
    query, message = update.get("callback_query"), update.get("message")
    if SUBSCRIPTION in update:
        return UpdateSummary(command=True)
    if isinstance(query, dict):
        starts = origin(update).private and str(query.get("data")).startswith(STARTS_ACCESS)
        return UpdateSummary(command=starts, tap=True, turns=_turns(query), thing=thing(update))
    if not isinstance(message, dict):
        return UpdateSummary()
    text = message.get("text") or message.get("caption")
    is_private = origin(update).private and SERVICE.isdisjoint(message)
    is_command = is_private or (isinstance(text, str) and text.startswith("/"))
    return UpdateSummary(command=is_command, thing=thing(update), begins=begins(update))


def _turns(query: Mapping[str, Any]) -> tuple[int, int] | None:
    data, message = query.get("data"), query.get("message")
    if not isinstance(data, str) or not isinstance(message, dict) or Place.read(data) is None:
        return None
    chat_id, number = chat_of(message), message.get("message_id")
    return (chat_id, number) if chat_id is not None and isinstance(number, int) else None
