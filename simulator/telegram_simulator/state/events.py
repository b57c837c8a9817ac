"""The numbered stream of events that the chat page follows."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from telegram_simulator.condition import Condition

CAPACITY = 1000


class Serializable(Protocol):
    """Data that is serialized only when a client listens."""

    def as_json(self) -> Mapping[str, Any]: ...


EventData: TypeAlias = Mapping[str, Any] | Serializable


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: new, edit, delete, alert, typing, state, call or clock. `bot` and `chat` None concern all."""

    seq: int
    kind: str
    bot: int | None
    chat: int | None
    source: EventData

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source if isinstance(self.source, Mapping) else self.source.as_json()


class Events:
    def __init__(self) -> None:
        self.changed = Condition()
        self._recent: deque[Event] = deque(maxlen=CAPACITY)
        self._seq = 0
        self.closed = False

    @property
    def last(self) -> int:
        return self._seq

    def publish(self, kind: str, bot: int | None, chat: int | None, source: EventData) -> None:
        self._seq += 1
        self._recent.append(Event(self._seq, kind, bot, chat, source))
        self.changed.notify_all()

    def after(self, seq: int) -> list[Event]:
        """Return the events since `seq`, as far back as they are kept."""
        missing = self._seq - seq
        if missing <= 0:
            return []
        return list(self._recent)[-missing:]

    def close(self) -> None:
        """Let everyone who listens leave."""
        self.closed = True
        self.changed.notify_all()
