"""Prepared messages of campaigns, and what takes them to Telegram."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.db.delivery.campaigns import FrozenCover
from bot.domain.delivery.campaign import FrozenPage
from bot.domain.delivery.outcome import NotSent, Outcome


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """A prepared message: a frozen page whose request body was serialised once, for all who get the same.

    `head` is that body up to the chat id and the closing brace. `cover` is the picture that has to be
    uploaded with it, None once Telegram has it; `file` is then the digest of the picture that the body names
    by its file id.
    """

    page: FrozenPage
    method: str
    head: bytes = field(repr=False)
    cover: FrozenCover | None = None
    file: str | None = None


class CampaignTransport(Protocol):
    """The campaigns' transport: prepares messages, makes connections, and speaks for the rate limiter."""

    async def prepare(self, page: FrozenPage, cover: FrozenCover | None) -> PreparedMessage:
        """Serialise a page; its cover is named by its file id, or goes along. DatabaseError."""
        ...

    def campaign_connection(self) -> "CampaignConnection":
        """Make another connection, not open yet."""
        ...

    async def reserve_slots(self, most: int, least: int) -> int:
        """Wait up to half a second until `least` messages may leave at once, and reserve their places in the
        rate; return how many, up to `most`, or 0.
        """
        ...

    def limit_reserved(self, most: int) -> None:
        """Give back all but `most` of the reserved places."""
        ...

    def chat_wait(self, reader_id: int) -> float:
        """Return how many seconds this reader's own turn is away; 0 or less is now."""
        ...

    def cooldown_left(self) -> float:
        """Return how many seconds nobody may be sent anything."""
        ...

    async def answers(self) -> bool:
        """Ask whether Telegram answers at all."""
        ...


class CampaignConnection(Protocol):
    """One of the campaigns' connections: one message after another."""

    @property
    def is_ready(self) -> bool:
        """Tell whether a message could leave at once: the connection is open."""
        ...

    async def ready(self) -> NotSent | None:
        """Open the connection; or return why it cannot be opened."""
        ...

    async def take_slot(self, reader_id: int) -> NotSent | None:
        """Take a place that `reserve_slots` has reserved, without waiting; or return why nothing may be sent to this
        reader now. Only a reason that concerns her chat alone has a `wait`, which puts off her row.
        """
        ...

    async def send(self, prepared: PreparedMessage, reader_id: int) -> Outcome:
        """Send a message, once."""
        ...
