"""Rates on request: so many messages in any one second, overall and per chat, in any one minute per group;
and halts after a refusal.
"""

import math
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from typing import Any

from bot.simulator.errors import too_many
from bot.simulator.halts import Halts

WINDOW = 1.0
MINUTE = 60.0
COUNTED = ("send", "copy", "forward", "edit")
NOT_COUNTED = frozenset({"sendchataction"})


def counted(method: str) -> bool:
    """Tell whether calls of this method are messages to Telegram's limits."""
    name = method.lower()
    return name.startswith(COUNTED) and name not in NOT_COUNTED


class Rates:
    """Strict sliding windows over monotonic time, each bot's apart.

    `violations` counts what a rate refused, `inside_halts` what came although a halt was known to the bot,
    `busiest_second` is the most messages that any one second has brought, refused ones too.
    """

    def __init__(self) -> None:
        self.overall: int | None = None
        self.per_chat: int | None = None
        self.per_group: int | None = None
        self.violations = 0
        self.busiest_second = 0
        self.halts = Halts()
        self._seen: dict[Hashable, deque[float]] = defaultdict(deque)
        self._forget()

    @property
    def inside_halts(self) -> int:
        return self.halts.ignored

    def set(
        self, *, overall: int | None = None, per_chat: int | None = None, per_group: int | None = None
    ) -> None:
        """Permit so many a second, and so many a minute in a group; None is no limit."""
        self.overall = overall
        self.per_chat = per_chat
        self.per_group = per_group
        self._forget()

    def check(self, bot: int, method: str, chat_id: Hashable, now: float) -> None:
        """Count this call; ApiError 429 when it is one too many."""
        if not counted(method):
            return
        self._note(bot, now)
        group = self._groups[bot, chat_id] if _is_group(chat_id) and self.per_group is not None else deque()
        windows = (
            (self._all[bot], self.overall, WINDOW),
            (self._chat(bot, chat_id), self.per_chat, WINDOW),
            (group, self.per_group, MINUTE),
        )
        waits = [_wait(seen, limit, now, span) for seen, limit, span in windows if limit is not None]
        if any(waits):
            self.violations += 1
            raise too_many(max(1, math.ceil(max(waits))))
        group.append(now)
        if self.overall is not None:
            self._all[bot].append(now)
        if self.per_chat is not None:
            self._chats.setdefault((bot, chat_id), deque()).append(now)
            self._order.append((now, (bot, chat_id)))

    def as_json(self) -> Mapping[str, Any]:
        names = ("overall", "per_chat", "per_group", "violations", "inside_halts", "busiest_second")
        return {name: getattr(self, name) for name in names}

    def _note(self, bot: int, now: float) -> None:
        seen = self._seen[bot]
        seen.append(now)
        _expire(seen, now)
        self.busiest_second = max(self.busiest_second, len(seen))

    def _chat(self, bot: int, chat_id: Hashable) -> deque[float]:
        """Return the chat's own window; chats that have been quiet for a second are forgotten."""
        now = self._seen[bot][-1]
        while self._order and self._order[0][0] <= now - WINDOW:
            _, key = self._order.popleft()
            window = self._chats[key]
            window.popleft()
            if not window:
                del self._chats[key]
        return self._chats.get((bot, chat_id), deque())

    def _forget(self) -> None:
        self._all: dict[Hashable, deque[float]] = defaultdict(deque)
        self._chats: dict[Hashable, deque[float]] = {}
        self._groups: dict[Hashable, deque[float]] = defaultdict(deque)
        self._order: deque[tuple[float, Hashable]] = deque()


def _is_group(chat_id: Hashable) -> bool:
    return isinstance(chat_id, int) and chat_id < 0


def _expire(window: deque[float], now: float, span: float = WINDOW) -> None:
    while window and window[0] <= now - span:
        window.popleft()


def _wait(window: deque[float], limit: int, now: float, span: float) -> float:
    _expire(window, now, span)
    if len(window) < limit:
        return 0.0
    return span if limit <= 0 else max(window[-limit] + span - now, 1e-9)
