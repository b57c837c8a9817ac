"""What happens, as one numbered stream; the chat page listens to it."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from bot.simulator.signals import Signal

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: new, edit, delete, alert, typing, state, call or clock. `bot` and `chat` None concern all."""

    seq: int
    kind: str
    bot: int | None
    chat: int | None
    data: dict[str, Any]


class Events:
    def __init__(self) -> None:
        self.signal = Signal()
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._seq = 0
        self.closed = False

    @property
    def last(self) -> int:
        return self._seq

    def publish(self, kind: str, bot: int | None, chat: int | None, data: dict[str, Any]) -> None:
        self._seq += 1
        self._kept.append(Event(self._seq, kind, bot, chat, data))
        self.signal.fire()

    def after(self, seq: int) -> list[Event]:
        """Return the events since `seq`, as far back as they are kept."""
        missing = self._seq - seq
        if missing <= 0:
            return []
        return list(self._kept)[-missing:]

    def close(self) -> None:
        """Let everyone who listens leave."""
        self.closed = True
        self.signal.fire()
