"""Cooldowns after a 429, and the sends that ignore them."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram_simulator.api.errors import too_many

IN_FLIGHT = 0.25
"""Seconds after a 429 was sent in which further sends are not counted: they were already on their way."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: `monotonic` seconds and the time of day."""

    monotonic: float
    wall: datetime


@dataclass(slots=True)
class Cooldown:
    """A cooldown. It ends when its seconds have passed, or when the clock was moved past its end.
    `told`: the chats that were answered 429 during it, with the monotonic time of the first answer.
    """

    until: Moment
    told: dict[Hashable, float] = field(default_factory=dict)

    def left(self, now: Moment) -> float:
        waits = (self.until.monotonic - now.monotonic, (self.until.wall - now.wall).total_seconds())
        return min(waits)

    def known(self, now: Moment, chats: int, chat_id: Hashable) -> bool:
        """Tell whether the bot has had time to learn of it: through this chat, or through `chats` others."""
        heard = [chat for chat, at in self.told.items() if now.monotonic > at + IN_FLIGHT]
        return chat_id in heard or len(heard) >= chats


class Cooldowns:
    """The cooldowns of all bots, per chat and global. `ignored` counts the sends that arrived during one that
    the bot had been told of.
    """

    def __init__(self) -> None:
        self.ignored = 0
        self._of_chats: dict[tuple[int, Hashable], Cooldown] = {}
        self._of_all: dict[int, Cooldown] = {}

    def begin(self, bot: int, chat_id: Hashable | None, seconds: float, now: Moment) -> None:
        """Begin or prolong a cooldown of so many seconds for one chat, or (None) for all chats of the bot."""
        until = Moment(now.monotonic + seconds, now.wall + timedelta(seconds=seconds))
        cooldown = self._of_all.get(bot) if chat_id is None else self._of_chats.get((bot, chat_id))
        if cooldown is None or cooldown.left(now) <= 0:
            self._store(bot, chat_id, Cooldown(until))
        elif cooldown.left(now) < seconds:
            cooldown.until = until

    def check(self, bot: int, chat_id: Hashable, now: Moment) -> None:
        """ApiError 429 with the seconds left when a cooldown applies to this chat; counts ignored ones."""
        active = self._active(bot, chat_id, now)
        if not active:
            return
        if any(cooldown.known(now, chats, chat_id) for cooldown, chats in active):
            self.ignored += 1
        raise too_many(max(1, math.ceil(max(cooldown.left(now) for cooldown, _ in active))))

    def answered(self, bot: int, chat_id: Hashable, now: Moment) -> None:
        """Record that a 429 to this chat was sent."""
        for cooldown, _ in self._active(bot, chat_id, now):
            if len(cooldown.told) < 2:
                cooldown.told.setdefault(chat_id, now.monotonic)

    def _active(self, bot: int, chat_id: Hashable, now: Moment) -> list[tuple[Cooldown, int]]:
        """Return the active cooldowns of a chat, each with how many chats must have been told of it
        before the bot is expected to know it in every chat.
        """
        cooldowns = [(self._of_chats.get((bot, chat_id)), 1), (self._of_all.get(bot), 2)]
        return [
            (cooldown, chats)
            for cooldown, chats in cooldowns
            if cooldown is not None and cooldown.left(now) > 0
        ]

    def _store(self, bot: int, chat_id: Hashable | None, cooldown: Cooldown) -> None:
        if chat_id is None:
            self._of_all[bot] = cooldown
        else:
            self._of_chats[bot, chat_id] = cooldown
