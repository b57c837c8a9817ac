"""The numbered stream of events that the chat page follows."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from telegram_simulator.condition import Signal

KEPT = 1000


class Told(Protocol):
    """Data that is serialized only when a client listens."""

    def as_json(self) -> Mapping[str, Any]: ...


News: TypeAlias = Mapping[str, Any] | Told


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: new, edit, delete, alert, typing, state, call or clock. `bot` and `chat` None concern all."""

    seq: int
    kind: str
    bot: int | None
    chat: int | None
    news: News

    @property
    def data(self) -> Mapping[str, Any]:
        return self.news if isinstance(self.news, Mapping) else self.news.as_json()


class Events:
    def __init__(self) -> None:
        self.signal = Signal()
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._seq = 0
        self.closed = False

    @property
    def last(self) -> int:
        return self._seq

    def publish(self, kind: str, bot: int | None, chat: int | None, news: News) -> None:
        self._seq += 1
        self._kept.append(Event(self._seq, kind, bot, chat, news))
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
