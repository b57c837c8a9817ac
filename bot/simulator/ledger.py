"""The ledger of calls: what was asked of the Bot API, what was answered, what took effect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One call. `result` is what the method returned, `error` the refusal's body; neither says that the
    answer arrived: `fault` names what was done to it. `monotonic` is in seconds.
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
    def __init__(self) -> None:
        self._rows: list[LedgerRow] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self._rows)

    def __getitem__(self, index: int) -> LedgerRow:
        return self._rows[index]

    def next_seq(self) -> int:
        return len(self._rows) + 1

    def add(self, row: LedgerRow) -> None:
        self._rows.append(row)

    def since(self, seq: int) -> list[LedgerRow]:
        """Return the calls after a number, in order."""
        return self._rows[max(0, seq) :]

    def of(self, *, method: str | None = None, chat_id: int | None = None) -> list[LedgerRow]:
        """Return the calls of one method (any case), one chat, or both, in order."""
        return [
            row
            for row in self._rows
            if (method is None or row.method.lower() == method.lower())
            and (chat_id is None or row.chat_id == chat_id)
        ]
