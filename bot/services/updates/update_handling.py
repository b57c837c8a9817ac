"""What the queues need of whoever understands updates."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.db.updates.inbox import Closed, Received


class Summary(Protocol):
    """What the handler can tell of an update before it is handled."""

    @property
    def begins(self) -> object | None:
        """What later updates may belong to this one; None: nothing does, so that none is waited for."""


Seen = TypeVar("Seen", bound=Summary)
Behind_contra = TypeVar("Behind_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class UpdateGroup:
    """Updates that are handled as one. `others` are the ids of all but its first."""

    received: Received
    others: frozenset[int] = frozenset()


class Handling(Protocol[Behind_contra]):
    """One update while it is handled."""

    async def attempt(self, behind: Sequence[Behind_contra], *, last: bool) -> str | None:
        """Handle the update; return what went wrong, None for nothing. `behind`: this user's later updates.

        Raises an error that may pass by itself (`errors.is_transient`) unless this is the `last` try, and
        TakenOverError where another process has the user by now.
        """

    def add_behind(self, later: Behind_contra) -> None:
        """Note one more later update, which came while the update is handled."""

    def finish(self, error: str | None) -> Closed:
        """Return how the update is marked in the inbox. Called once, after the last try."""


class UpdateHandler(Protocol[Seen]):
    """What the queues need of whoever understands updates."""

    def receive(self, update: dict[str, Any]) -> Received:
        """Return the row of the inbox for an update as Telegram sent it."""

    def summary(self, received: Received) -> Seen: ...

    async def gather(self, received: Received, stopping: Callable[[], bool]) -> UpdateGroup | None:
        """Wait for what belongs to this update; None where it came after its group was handled."""

    def begin(self, received: Received, slots: asyncio.Semaphore) -> Handling[Seen]:
        """Begin to handle an update. One of the `slots` is held during each try, and may be lent out."""
