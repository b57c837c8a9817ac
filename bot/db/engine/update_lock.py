"""The fence around handling an update: no effect once another process has taken its user over.

`holding` puts the hold on the user into a context variable while her update is handled. Every transaction
(`insist`) and every call to Telegram (`sure`) checks it, so that no handler can forget it. On SQLite, which
one process uses, nothing is checked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.tables import update_owners

_ASKED = (
    select(update_owners.c.user_id, update_owners.c.owner, update_owners.c.epoch)
    .where(update_owners.c.user_id.in_(bindparam("senders", expanding=True)))
    .order_by(update_owners.c.user_id)  # as whoever takes them over does: no deadlocks
)
_LOCKED, _AT_ONCE = (_ASKED.with_for_update(read=True, skip_locked=at_once) for at_once in (False, True))


class TakenOverError(Exception):
    """Another process has this user by now, or may have: what was begun here must have no effect."""

    def __init__(self) -> None:
        super().__init__("Another process handles this sender's updates by now, or may do so.")


class UnsureError(TakenOverError):
    """The database did not answer for so long that another process may have her; mostly none does."""


class Life(Protocol):
    """What a process knows of its own place among the living (see `processes.Presence`)."""

    owner: str

    def is_over(self, epoch: int) -> bool:
        """Tell whether others took this process for dead since it took this number."""
        ...

    async def sure(self, epoch: int) -> None:
        """Return when nobody can have taken over what has this number. TakenOverError."""
        ...


@dataclass(frozen=True, slots=True)
class Hold:
    """A claim on a user by this process. `epoch`: a fencing number that no other claim of it has."""

    sender: int
    epoch: int
    life: Life

    @property
    def is_over(self) -> bool:
        return self.life.is_over(self.epoch)


_holds: ContextVar[tuple[Hold, ...]] = ContextVar("holds", default=())


def holds() -> tuple[Hold, ...]:
    """Return the holds on the users whose updates are being handled in this context."""
    return _holds.get()


@contextmanager
def holding(*several: Hold) -> Iterator[None]:
    """Check these holds in every transaction and before every call to Telegram of this block."""
    token = _holds.set(several)
    try:
        yield
    finally:
        _holds.reset(token)


async def sure() -> None:
    """Check the holds before a call to Telegram: TakenOverError where it must not leave.

    It reads nothing from the database, but may wait until the heartbeat has (see `Presence.sure`).
    """
    for hold in _holds.get():
        await hold.life.sure(hold.epoch)


async def insist(session: AsyncConnection) -> None:
    """Check the holds in a transaction, and lock their rows so that nobody takes over before it ends.

    TakenOverError where one does not hold. Of several users' rows no lock is waited for: one that is locked
    counts as taken over, and the caller tries each user alone (see `coalescer`), which waits.
    """
    several = _holds.get()
    if not several:
        return
    senders = sorted({hold.sender for hold in several})
    found = await session.execute(_LOCKED if len(senders) == 1 else _AT_ONCE, {"senders": senders})
    have = {row.user_id: (row.owner, row.epoch) for row in found}
    if not all(_is_there(hold, have) for hold in several):
        raise TakenOverError


def _is_there(hold: Hold, have: Mapping[int, tuple[str, int]]) -> bool:
    return have.get(hold.sender) == (hold.life.owner, hold.epoch)
