"""The log of Bot API calls, with their answers."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

CAPACITY = 20_000


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One call. `result` is what the method returned, `error` the body of the refusal. Whether the answer
    reached the bot depends on `fault`. `monotonic` is in seconds.
    """

    seq: int
    at: datetime
    monotonic: float
    token: str = field(repr=False)
    method: str
    chat_id: int | str | None
    payload: Mapping[str, Any]
    result: Any = None
    error: Mapping[str, Any] | None = None
    fault: str | None = None

    @property
    def took_effect(self) -> bool:
        return self.error is None

    def as_json(self) -> dict[str, Any]:
        """For the chat page: the bot by its id, the token nowhere."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "bot": int(self.token.partition(":")[0]),
            "method": self.method,
            "chat_id": self.chat_id,
            "payload": dict(self.payload),
            "answer": dict(self.error) if self.error is not None else {"ok": True, "result": self.result},
            "fault": self.fault,
        }


class Ledger:
    """Holds the last `capacity` calls (None: all); its length counts every call there ever was."""

    def __init__(self, capacity: int | None = CAPACITY) -> None:
        self._rows: deque[LedgerRow] = deque(maxlen=capacity)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(tuple(self._rows))

    def __getitem__(self, index: int) -> LedgerRow:
        return self._rows[index]

    def next_seq(self) -> int:
        return self._count + 1

    def add(self, row: LedgerRow) -> None:
        self._rows.append(row)
        self._count += 1

    def clear(self) -> None:
        """Drop the rows; numbers go on."""
        self._rows.clear()

    def since(self, seq: int) -> list[LedgerRow]:
        """Return the calls after a number, in order, as far back as they are held."""
        forgotten = self._count - len(self._rows)
        return list(islice(self._rows, max(0, seq - forgotten), None))

    def of(self, *, method: str | None = None, chat_id: int | None = None) -> list[LedgerRow]:
        """Return the calls held of one method (any case), one chat, or both, in order."""
        return [
            row
            for row in self._rows
            if (method is None or row.method.lower() == method.lower())
            and (chat_id is None or row.chat_id == chat_id)
        ]
