"""Rate limits per second and per minute, and their violations."""

import math
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from telegram_simulator.api.errors import too_many
from telegram_simulator.network.cooldowns import Cooldowns
from telegram_simulator.network.sliding_window import SlidingWindows

SECOND, MINUTE = 1.0, 60.0
COUNTED = ("send", "copy", "forward", "edit")
NOT_COUNTED = frozenset({"sendchataction"})


def counted(method: str) -> bool:
    """Tell whether Telegram's rate limits count calls of this method."""
    name = method.lower()
    return name.startswith(COUNTED) and name not in NOT_COUNTED


class Rates:
    """Rate limits as strict sliding windows over monotonic time, for each bot. A chat with an id below 0 is
    a group.

    `violations` counts what a rate refused, `inside_cooldowns` what came although the bot knew of a cooldown,
    `busiest_second` is the most messages that any one second has brought, refused ones too.
    """

    def __init__(self) -> None:
        self.overall: int | None = None
        self.per_chat: int | None = None
        self.per_group: int | None = None
        self.violations = 0
        self.busiest_second = 0
        self.cooldowns = Cooldowns()
        self._seen: dict[Hashable, deque[float]] = defaultdict(deque)
        self._reset()

    @property
    def inside_cooldowns(self) -> int:
        return self.cooldowns.ignored

    def set(
        self, *, overall: int | None = None, per_chat: int | None = None, per_group: int | None = None
    ) -> None:
        """Permit so many a second, and so many a minute to one group; None is no limit."""
        self.overall = overall
        self.per_chat = per_chat
        self.per_group = per_group
        self._reset()

    def check(self, bot: int, method: str, chat_id: Hashable, now: float) -> None:
        """Count this call; ApiError 429 when it is one too many."""
        if not counted(method):
            return
        self._count(bot, now)
        limits = list(self._limits(bot, chat_id))
        wait = max((windows.wait(key, limit, now) for windows, key, limit in limits), default=0.0)
        if wait:
            self.violations += 1
            raise too_many(max(1, math.ceil(wait)))
        for windows, key, _ in limits:
            windows.add(key, now)

    def as_json(self) -> Mapping[str, Any]:
        names = ("overall", "per_chat", "per_group", "violations", "busiest_second")
        # The control API keeps its fields, this one under its first name.
        return {name: getattr(self, name) for name in names} | {"inside_halts": self.inside_cooldowns}

    def _limits(self, bot: int, chat_id: Hashable) -> Iterator[tuple[SlidingWindows, Hashable, int]]:
        """Return the windows that this call falls into, each with its key and its limit."""
        if self.overall is not None:
            yield self._all, bot, self.overall
        if self.per_chat is not None:
            yield self._chats, (bot, chat_id), self.per_chat
        if self.per_group is not None and isinstance(chat_id, int) and chat_id < 0:
            yield self._groups, (bot, chat_id), self.per_group

    def _count(self, bot: int, now: float) -> None:
        seen = self._seen[bot]
        seen.append(now)
        while seen[0] <= now - SECOND:
            seen.popleft()
        self.busiest_second = max(self.busiest_second, len(seen))

    def _reset(self) -> None:
        self._all = SlidingWindows(SECOND)
        self._chats = SlidingWindows(SECOND)
        self._groups = SlidingWindows(MINUTE)
