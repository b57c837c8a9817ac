"""Injected faults: what fails on the wire, where, how often."""

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from telegram_simulator.network.rates import counted


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with this error; the call takes no effect, unless `effect` (a proxy's 502 after the fact)."""

    code: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, Any] | None = None
    effect: bool = False


@dataclass(frozen=True, slots=True)
class TooMany:
    """Answer 429 with this wait in seconds, and put this chat on a cooldown; no effect."""

    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class Flood:
    """Answer 429 with this wait in seconds, and put all chats of the bot on a cooldown; no effect."""

    seconds: int = 30


@dataclass(frozen=True, slots=True)
class OkFalse:
    """Answer 200 with `ok: false` and nothing else; no effect."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The call takes effect at once, its answer comes `seconds` later. Adds to any other fault."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class ResetBefore:
    """Reset the connection; no effect."""


@dataclass(frozen=True, slots=True)
class ResetAfter:
    """Reset the connection once the call has taken effect."""


@dataclass(frozen=True, slots=True)
class CutHeaders:
    """The call takes effect; the connection ends within the answer's headers."""


@dataclass(frozen=True, slots=True)
class CutBody:
    """The call takes effect; the connection ends in the middle of the answer's body."""


@dataclass(frozen=True, slots=True)
class Drip:
    """The call takes effect; its answer comes byte by byte."""

    seconds_per_byte: float = 1.0


@dataclass(frozen=True, slots=True)
class Rubbish:
    """The call takes effect; the answer is 200 and no JSON."""


@dataclass(frozen=True, slots=True)
class Says:
    """The call takes effect; the answer is this text, said to be JSON, with this status."""

    text: str = "null"
    code: int = 200


Fault: TypeAlias = (
    Status
    | TooMany
    | Flood
    | OkFalse
    | Latency
    | ResetBefore
    | ResetAfter
    | CutHeaders
    | CutBody
    | Drip
    | Rubbish
    | Says
)

KINDS: dict[str, type[Fault]] = {
    kind.__name__: kind
    for kind in (
        Status, TooMany, Flood, OkFalse, Latency, ResetBefore, ResetAfter, CutHeaders, CutBody, Drip, Rubbish,
        Says,
    )
}  # fmt: skip


@dataclass(slots=True)
class PlannedFault:
    """A fault waiting for its calls; `times` None is for ever."""

    method: str
    chat_id: int | None
    times: int | None
    kind: Fault

    def matches(self, method: str, chat_id: object) -> bool:
        return (
            self.times != 0
            and self.method in ("*", method.lower())
            and (counted(method) or not isinstance(self.kind, Flood))
            and (self.chat_id is None or self.chat_id == chat_id)
        )

    def as_json(self) -> dict[str, Any]:
        kind = {"kind": type(self.kind).__name__, **asdict(self.kind)}
        return {"method": self.method, "chat_id": self.chat_id, "times": self.times, **kind}


class Faults:
    def __init__(self) -> None:
        self._orders: list[PlannedFault] = []

    def add(
        self, *, method: str = "*", chat_id: int | None = None, times: int | None = 1, kind: Fault
    ) -> None:
        """Let the next `times` calls (None: all) of `method` ("*": any) in `chat_id` (None: any) fail so."""
        self._orders.append(PlannedFault(method.lower(), chat_id, times, kind))

    def clear(self) -> None:
        self._orders.clear()

    def pending(self) -> list[PlannedFault]:
        return [order for order in self._orders if order.times != 0]

    def take(self, method: str, chat_id: object) -> list[Fault]:
        """Take and return the faults of this call: every latency, and the first other fault."""
        taken: list[Fault] = []
        other = False
        for order in self._orders:
            if not order.matches(method, chat_id) or (other and not isinstance(order.kind, Latency)):
                continue
            other = other or not isinstance(order.kind, Latency)
            taken.append(order.kind)
            if order.times is not None:
                order.times -= 1
        self._orders = self.pending()
        return taken
