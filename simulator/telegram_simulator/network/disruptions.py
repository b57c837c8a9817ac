"""Updates that are lost, doubled or held back on request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

What = Literal["lose", "duplicate"]


@dataclass(frozen=True, slots=True)
class HeldUpdate:
    """An update that is kept from its bot. Its life began at `since`."""

    kind: str
    body: dict[str, Any]
    since: datetime


@dataclass(slots=True)
class _Planned:
    what: What
    kind: str
    times: int | None


class Disruptions:
    """What happens to the updates of one bot before they wait for it.

    A kind is that of an update, as `subscription` or `pre_checkout_query`, or what a message says, as
    `successful_payment` or `refunded_payment`. `times` None is for ever.
    """

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._holding: set[str] = set()
        self._held: list[HeldUpdate] = []

    def lose(self, kind: str, times: int | None = 1) -> None:
        """Let the next updates of a kind never come."""
        self._planned.append(_Planned("lose", kind, times))

    def duplicate(self, kind: str, times: int | None = 1) -> None:
        """Let the next updates of a kind come twice, under two update ids."""
        self._planned.append(_Planned("duplicate", kind, times))

    def hold(self, kind: str) -> None:
        """Keep the updates of a kind back from now on."""
        self._holding.add(kind)

    def clear(self) -> None:
        """Plan nothing any more; what is held stays held."""
        self._planned.clear()
        self._holding.clear()

    def take_held(self, kind: str | None) -> list[HeldUpdate]:
        """Take what is held of a kind (None: of all) and hold none of it any more."""
        taken = [held for held in self._held if kind is None or _is(kind, held.kind, held.body)]
        self._held = [held for held in self._held if held not in taken]
        self._holding = set() if kind is None else self._holding - {kind}
        return taken

    def copies(self, kind: str, body: dict[str, Any], since: datetime) -> int:
        """Return how often this update is to come now, and keep it if it is held."""
        number = 1
        for planned in self._planned:
            if planned.times == 0 or not _is(planned.kind, kind, body):
                continue
            if planned.times is not None:
                planned.times -= 1
            number = 0 if planned.what == "lose" else 2
            break
        if any(_is(held, kind, body) for held in self._holding):
            self._held += [HeldUpdate(kind, body, since)] * number
            return 0
        return number


def _is(wanted: str, kind: str, body: Mapping[str, Any]) -> bool:
    return wanted == kind or (kind == "message" and wanted in body)
