"""Halts: after a 429 a bot is to be silent, in one chat or everywhere, and who goes on is counted."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telegram_simulator.errors import too_many

IN_FLIGHT = 0.25
"""Seconds after an answer has left in which a send may still arrive that was on its way before it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: `monotonic` seconds and the time of day."""

    monotonic: float
    wall: datetime


@dataclass(slots=True)
class Halt:
    """Ends when its seconds have passed or the clock has been moved past its end. `told` are the chats that
    have been answered 429 within it, each with when its first answer left.
    """

    until: Moment
    told: dict[Hashable, float] = field(default_factory=dict)

    def left(self, now: Moment) -> float:
        waits = (self.until.monotonic - now.monotonic, (self.until.wall - now.wall).total_seconds())
        return min(waits)

    def known(self, now: Moment, chats: int, chat_id: Hashable) -> bool:
        """Tell whether the bot must know of it: this chat was told long enough ago, or `chats` were."""
        heard = [chat for chat, at in self.told.items() if now.monotonic > at + IN_FLIGHT]
        return chat_id in heard or len(heard) >= chats


class Halts:
    """`ignored` counts the sends that arrived inside a halt which the bot had been told of."""

    def __init__(self) -> None:
        self.ignored = 0
        self._of_chats: dict[tuple[int, Hashable], Halt] = {}
        self._of_all: dict[int, Halt] = {}

    def begin(self, bot: int, chat_id: Hashable | None, seconds: float, now: Moment) -> None:
        """Let a halt stand for so long, for one chat or (None) for everyone; one that stands is prolonged."""
        until = Moment(now.monotonic + seconds, now.wall + timedelta(seconds=seconds))
        halt = self._of_all.get(bot) if chat_id is None else self._of_chats.get((bot, chat_id))
        if halt is None or halt.left(now) <= 0:
            self._keep(bot, chat_id, Halt(until))
        elif halt.left(now) < seconds:
            halt.until = until

    def check(self, bot: int, chat_id: Hashable, now: Moment) -> None:
        """Count and refuse a send inside a halt: ApiError 429 says what is left of it."""
        standing = self._standing(bot, chat_id, now)
        if not standing:
            return
        if any(halt.known(now, chats, chat_id) for halt, chats in standing):
            self.ignored += 1
        raise too_many(max(1, math.ceil(max(halt.left(now) for halt, _ in standing))))

    def answered(self, bot: int, chat_id: Hashable, now: Moment) -> None:
        """Note that a 429 to this chat has left."""
        for halt, _ in self._standing(bot, chat_id, now):
            if len(halt.told) < 2:
                halt.told.setdefault(chat_id, now.monotonic)

    def _standing(self, bot: int, chat_id: Hashable, now: Moment) -> list[tuple[Halt, int]]:
        """Return the halts that stand here, each with how many chats must be told before all must know."""
        found = [(self._of_chats.get((bot, chat_id)), 1), (self._of_all.get(bot), 2)]
        return [(halt, chats) for halt, chats in found if halt is not None and halt.left(now) > 0]

    def _keep(self, bot: int, chat_id: Hashable | None, halt: Halt) -> None:
        if chat_id is None:
            self._of_all[bot] = halt
        else:
            self._of_chats[bot, chat_id] = halt
