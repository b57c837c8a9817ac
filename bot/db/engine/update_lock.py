"""Fencing of updates: no effect once another process handles the user.

1. While an update is handled, `fenced_by` keeps the fencing token of its user in a context variable.
2. Every transaction checks it (`check`), and every call to Telegram (`sure`): no handler can forget to.
3. On SQLite, which one process uses, nothing is checked.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class FencingToken:
    """Says under which ownership a user's updates are handled. `Heartbeat.fencing_token` makes it.

    `owner` is this process's id. `epoch` is its fencing number, which no other ownership of its has.
    """

    user_id: int
    owner: str
    epoch: int
    is_epoch_over: Callable[[int], bool]
    """Tells, without asking anybody, whether others may have taken over what carries an epoch."""
    confirm_epoch: Callable[[int], Awaitable[None]]
    """Returns once nobody can have taken over what carries an epoch. Raises TakenOverError."""

    @property
    def is_over(self) -> bool:
        """Tell whether the user may be another process's by now; asks nobody."""
        return self.is_epoch_over(self.epoch)


_tokens: ContextVar[tuple[FencingToken, ...]] = ContextVar("fencing_tokens", default=())


def fencing_tokens() -> tuple[FencingToken, ...]:
    """Return the fencing tokens of the users whose updates are being handled in this context."""
    return _tokens.get()


@contextmanager
def fenced_by(*fencing_tokens: FencingToken) -> Iterator[None]:
    """Check these fencing tokens in every transaction and before every call to Telegram of this block."""
    reset = _tokens.set(fencing_tokens)
    try:
        yield
    finally:
        _tokens.reset(reset)


async def sure() -> None:
    """Check the fencing tokens before a call to Telegram.

    Raises TakenOverError: then the call must not be made. It reads nothing from the database, but may wait
    until the heartbeat has, for 10 s (see `Heartbeat.sure`). Without fencing tokens it returns at once.
    """
    for fencing_token in _tokens.get():
        await fencing_token.confirm_epoch(fencing_token.epoch)


async def check(session: AsyncConnection) -> None:
    """Check the fencing tokens in a transaction, and lock their users' rows.

    Nobody takes over before the transaction ends. Raises TakenOverError where another process has one of the
    users. The lock on a single user's row is waited for. Of several users' rows none is: one that is locked
    counts as taken over, and the caller tries each user alone (see `Coalescer`), which waits.
    """
    current = _tokens.get()
    if not current:
        return
    users = sorted({fencing_token.user_id for fencing_token in current})
    rows = await session.execute(_WAIT_FOR_LOCK if len(users) == 1 else _SKIP_LOCKED, {"users": users})
    owners = {row.user_id: (row.owner, row.epoch) for row in rows}
    if not all(_is_current(fencing_token, owners) for fencing_token in current):
        raise TakenOverError


def _is_current(fencing_token: FencingToken, owners: Mapping[int, tuple[str, int]]) -> bool:
    return owners.get(fencing_token.user_id) == (fencing_token.owner, fencing_token.epoch)
