"""Fencing of updates: no effect once another process handles the user.

1. While an update is handled, `holding` keeps the hold on its user in a context variable.
2. Every transaction checks it (`check`), and every call to Telegram (`sure`): no handler can forget to.
3. On SQLite, which one process uses, nothing is checked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.tables import update_owners

_OWNERS = (
    select(update_owners.c.user_id, update_owners.c.owner, update_owners.c.epoch)
    .where(update_owners.c.user_id.in_(bindparam("users", expanding=True)))
    .order_by(update_owners.c.user_id)  # as whoever takes them over does: no deadlocks
)
_WAIT_FOR_LOCK, _SKIP_LOCKED = (
    _OWNERS.with_for_update(read=True, skip_locked=skips) for skips in (False, True)
)


class TakenOverError(Exception):
    """Another process handles this user's updates, or may do so: what was begun here must have no effect."""

    def __init__(self) -> None:
        super().__init__("Another process handles this user's updates by now, or may do so.")


class UnsureError(TakenOverError):
    """The database did not answer for so long that another process may have her; mostly none does."""


class Liveness(Protocol):
    """What a hold asks of this process's `Heartbeat`, which cannot be imported here: it uses transactions."""

    owner: str

    def is_over(self, epoch: int) -> bool:
        """Tell whether others may have declared this process dead since it took the number `epoch`."""
        ...

    async def sure(self, epoch: int) -> None:
        """Return once nobody can have taken over what carries the number `epoch`. Raises TakenOverError."""
        ...


@dataclass(frozen=True, slots=True)
class Hold:
    """A claim of this process on a user's updates. `epoch`: its fencing number, which no other claim has."""

    user_id: int
    epoch: int
    liveness: Liveness

    @property
    def is_over(self) -> bool:
        """Tell whether the claim may have passed to another process; asks nobody."""
        return self.liveness.is_over(self.epoch)


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
    """Check the holds before a call to Telegram. Raises TakenOverError: then the call must not be made.

    It reads nothing from the database, but may wait until the heartbeat has, for 10 s (see
    `Heartbeat.sure`). Without holds it returns at once.
    """
    for hold in _holds.get():
        await hold.liveness.sure(hold.epoch)


async def check(session: AsyncConnection) -> None:
    """Check the holds in a transaction, and lock their rows so that nobody takes over before it ends.

    Raises TakenOverError where another process has one of the users. The lock on a single user's row is
    waited for. Of several users' rows none is: one that is locked counts as taken over, and the caller tries
    each user alone (see `Coalescer`), which waits.
    """
    several = _holds.get()
    if not several:
        return
    users = sorted({hold.user_id for hold in several})
    rows = await session.execute(_WAIT_FOR_LOCK if len(users) == 1 else _SKIP_LOCKED, {"users": users})
    owners = {row.user_id: (row.owner, row.epoch) for row in rows}
    if not all(_is_current(hold, owners) for hold in several):
        raise TakenOverError


def _is_current(hold: Hold, owners: Mapping[int, tuple[str, int]]) -> bool:
    return owners.get(hold.user_id) == (hold.liveness.owner, hold.epoch)
