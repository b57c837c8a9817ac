"""What sending needs of Telegram: prepared messages, a transport, connections."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.db.delivery.campaigns import FrozenCover
from bot.domain.delivery.campaign import FrozenPage
from bot.domain.delivery.outcome import NotSent, Outcome


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """A prepared message: a frozen page whose request body was serialised once, for all who get the same.

    The body is `head`, the chat id and a closing brace. `cover`: the picture that has to be uploaded with it;
    None once Telegram has it. `file` is then the digest of the picture that the body names by its file id.
    """

    page: FrozenPage
    method: str
    head: bytes = field(repr=False)
    cover: FrozenCover | None = None
    file: str | None = None


class CampaignTransport(Protocol):
    """The campaigns' transport: prepares messages, makes connections, and speaks for the rate limiter.

    A protocol, because services may not import what calls Telegram.
    """

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> PreparedMessage:
        """Serialise a page for all its readers. Its cover is named by its file id, or has to be uploaded
        where Telegram has given none yet. DatabaseError.
        """
        ...

    def campaign_connection(self) -> "CampaignConnection":
        """Make another connection, not open yet."""
        ...

    async def reserve_slots(self, most: int, least: int) -> int:
        """Wait until `least` messages may leave at once, and reserve slots for these and any others that may,
        up to `most`. Return how many: 0 where there are none for half a second.
        """
        ...

    def limit_reserved(self, most: int) -> None:
        """Give back all but `most` of the reserved slots."""
        ...

    def chat_wait(self, reader_id: int) -> float:
        """Return the seconds until this reader's chat may get its next message; 0 or less is now."""
        ...

    def cooldown_left(self) -> float:
        """Return the seconds until the cooldown of the whole bot is over; 0 for none."""
        ...

    async def answers(self) -> bool:
        """Ask Telegram something harmless, to probe whether it answers at all."""
        ...


class CampaignConnection(Protocol):
    """One of the campaigns' connections. It is used for one message at a time."""

    @property
    def is_ready(self) -> bool:
        """Tell whether the connection is open, so that a message could leave at once."""
        ...

    async def ready(self) -> NotSent | None:
        """Open the connection; return why it cannot be opened, None where it is open."""
        ...

    async def take_slot(self, reader_id: int) -> NotSent | None:
        """Take one of the slots that `reserve_slots` has reserved, without waiting. None: the message may
        leave now. Otherwise why it may not; only a reason that concerns this chat alone has a `wait`, which
        moves the due time of the row.
        """
        ...

    async def send(self, prepared: PreparedMessage, reader_id: int) -> Outcome:
        """Send a message to a reader, once, and tell the rate limiter of a 429. Nothing is raised."""
        ...
