"""The port through which user queues have updates handled."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.db.updates.inbox import Closed, Received


class Summary(Protocol):
    """What the handler can tell of an update before it is handled."""

    @property
    def begins(self) -> object | None:
        """Which later updates may belong to this one; None: none do, so none is waited for."""


Seen = TypeVar("Seen", bound=Summary)
Behind_contra = TypeVar("Behind_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class UpdateGroup:
    """Updates that are handled as one. `others`: the update ids of all but the first."""

    received: Received
    others: frozenset[int] = frozenset()


class Handling(Protocol[Behind_contra]):
    """One update while it is handled."""

    async def attempt(self, behind: Sequence[Behind_contra], *, last: bool) -> str | None:
        """Handle the update; return what went wrong, None for nothing.

        `behind`: the user's later updates. Unless this is the `last` try, an error that may pass by itself is
        raised (`db.engine.errors.is_transient`): the update is tried again. TakenOverError: another process
        owns the user by now.
        """

    def add_behind(self, later: Behind_contra) -> None:
        """Note one more later update, which came while this one is handled."""

    def finish(self, error: str | None) -> Closed:
        """Return how the update is marked in the inbox. Called once, after the last try."""


class UpdateHandler(Protocol[Seen]):
    """Understands and handles updates; the queues know nothing of Telegram."""

    def receive(self, update: dict[str, Any]) -> Received:
        """Return the inbox row for an update as Telegram sent it."""

    def summary(self, received: Received) -> Seen:
        """Return what can be told of an update before it is handled."""
        ...

    async def gather(self, received: Received, stopping: Callable[[], bool]) -> UpdateGroup | None:
        """Wait for the updates that belong to this one; None where its group was handled before it came."""

    def begin(self, received: Received, seen: Seen, slots: asyncio.Semaphore) -> Handling[Seen]:
        """Return the handling of one update. `seen`: its summary.

        The queue holds one of the `slots` during each try; a handler that waits long may release it for that
        time.
        """
