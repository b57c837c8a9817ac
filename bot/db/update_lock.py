"""Whose update is being handled: a hold on its sender, which every transaction and every hand-over asks for.

The hold stands in a context variable, so that no handler can forget it. Where nobody shares the database
nothing is asked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.tables import talking

_ASKED = (
    select(talking.c.sender, talking.c.owner, talking.c.epoch)
    .where(talking.c.sender.in_(bindparam("senders", expanding=True)))
    .order_by(talking.c.sender)  # as whoever takes them over does: no deadlocks
)
_LOCKED, _AT_ONCE = (_ASKED.with_for_update(read=True, skip_locked=at_once) for at_once in (False, True))


class TakenOverError(Exception):
    """Another process has this sender by now, or may have: what was begun here must have no effect."""

    def __init__(self) -> None:
        super().__init__("Another process handles this sender's updates by now, or may do so.")


class UnsureError(TakenOverError):
    """The database has been silent for so long that another process may have her: mostly none does."""


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
    """A sender who is this process's; `epoch` is a number that no other hold of this process has."""

    sender: int
    epoch: int
    life: Life

    @property
    def is_over(self) -> bool:
        return self.life.is_over(self.epoch)


_holds: ContextVar[tuple[Hold, ...]] = ContextVar("holds", default=())


def holds() -> tuple[Hold, ...]:
    """Return whose updates are being handled here."""
    return _holds.get()


@contextmanager
def holding(*several: Hold) -> Iterator[None]:
    """Let every transaction and hand-over in this block ask whether all of these still hold."""
    token = _holds.set(several)
    try:
        yield
    finally:
        _holds.reset(token)


async def sure() -> None:
    """Ask before a hand-over to Telegram; TakenOverError where it must not leave. Reads nothing."""
    for hold in _holds.get():
        await hold.life.sure(hold.epoch)


async def insist(session: AsyncConnection) -> None:
    """Ask in a transaction, and let nobody take over before it ends. TakenOverError.

    Of several senders none waits for another's row that somebody has locked: each is to ask by herself then.
    """
    several = _holds.get()
    if not several:
        return
    senders = sorted({hold.sender for hold in several})
    found = await session.execute(_LOCKED if len(senders) == 1 else _AT_ONCE, {"senders": senders})
    have = {row.sender: (row.owner, row.epoch) for row in found}
    if not all(_is_there(hold, have) for hold in several):
        raise TakenOverError


def _is_there(hold: Hold, have: Mapping[int, tuple[str, int]]) -> bool:
    return have.get(hold.sender) == (hold.life.owner, hold.epoch)
