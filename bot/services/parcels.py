"""What a campaign hands over for one reader after another, and to whom."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.db.campaigns import FrozenCover
from bot.domain.campaign import FrozenPage
from bot.domain.delivery import NotSent, Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """A frozen page, serialised once: `head` wants only the chat's number and a closing brace.

    `cover` is set as long as Telegram does not have the page's picture yet: it goes along then. `file` is
    the digest of a picture that is named by its file id.
    """

    page: FrozenPage
    method: str
    head: bytes = field(repr=False)
    cover: FrozenCover | None = None
    file: str | None = None


class Carrier(Protocol):
    """Takes parcels to Telegram at the pace it permits, by as many couriers as one asks for."""

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> Parcel: ...

    def courier(self) -> "Courier": ...

    async def slots(self, most: int, least: int) -> int:
        """Wait a while until `least` messages could leave at once; return how many could, up to `most`."""
        ...

    def keep(self, most: int) -> None:
        """Give back what `slots` told of, but for so many."""
        ...

    def away(self, reader_id: int) -> float:
        """Return how many seconds this reader's own turn is away; 0 or less is now."""
        ...

    def halted(self) -> float:
        """Return how many seconds nobody may be sent anything."""
        ...

    async def answers(self) -> bool:
        """Ask whether Telegram answers at all."""
        ...


class Courier(Protocol):
    """Hands one parcel over after another."""

    @property
    def is_ready(self) -> bool:
        """Tell whether a parcel could leave at once."""
        ...

    async def ready(self) -> NotSent | None:
        """Get ready to hand over; or return why that cannot be."""
        ...

    async def turn(self, reader_id: int) -> NotSent | None:
        """Take a slot that `slots` has told of, without waiting for one; or return why nothing can be handed
        to this reader now.
        """
        ...

    async def send(self, parcel: Parcel, reader_id: int) -> Outcome: ...
