"""Rates on request: so many messages in any one second, overall and per chat."""

import math
from collections import defaultdict, deque
from collections.abc import Hashable

from bot.simulator.errors import too_many

WINDOW = 1.0
COUNTED = ("send", "copy", "forward", "edit")
NOT_COUNTED = frozenset({"sendchataction"})


class Rates:
    """Strict sliding windows over monotonic time. `violations` counts what was refused."""

    def __init__(self) -> None:
        self.overall: int | None = None
        self.per_chat: int | None = None
        self.violations = 0
        self._all: dict[Hashable, deque[float]] = defaultdict(deque)
        self._chats: dict[Hashable, deque[float]] = defaultdict(deque)

    def set(self, *, overall: int | None = None, per_chat: int | None = None) -> None:
        """Permit so many a second; None is no limit."""
        self.overall = overall
        self.per_chat = per_chat
        self._all.clear()
        self._chats.clear()

    def check(self, bot: int, method: str, chat_id: Hashable, now: float) -> None:
        """Count this call; ApiError 429 when it is one too many."""
        name = method.lower()
        if not name.startswith(COUNTED) or name in NOT_COUNTED:
            return
        windows = []
        if self.overall is not None:
            windows.append((self._all[bot], self.overall))
        if self.per_chat is not None:
            windows.append((self._chats[bot, chat_id], self.per_chat))
        waits = [_wait(window, limit, now) for window, limit in windows]
        if any(waits):
            self.violations += 1
            raise too_many(max(1, math.ceil(max(waits))))
        for window, _ in windows:
            window.append(now)


def _wait(window: deque[float], limit: int, now: float) -> float:
    while window and window[0] <= now - WINDOW:
        window.popleft()
    if len(window) < limit:
        return 0.0
    return WINDOW if limit <= 0 else max(window[-limit] + WINDOW - now, 1e-9)
