"""Granting: admins give access and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import audit
from bot.db.readers import grants, readers
from bot.db.readers.grants import StoredGrant
from bot.domain.operations.audit_entries import given, taken_back
from bot.domain.readers.grants import Grant, Source, full_until, running
from bot.services.subscriptions.access import update_access

LONGEST_GRANT_DAYS = 3_660
"""Ten years; more is a slip of the finger."""

YEAR_DAYS = 366
"""Who gives more is asked first."""


@dataclass(frozen=True, slots=True)
class Given:
    """Days that were given, and until when the reader may read everything now (None: she may not)."""

    reader_id: int
    days: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ActiveGrant:
    """A grant that still gives access, and when that ends."""

    id: int
    grant: Grant
    ends: datetime


class Taking(StrEnum):
    """The result of a request to take a grant back."""

    DONE = "done"
    SEVERAL = "several"  # which one has to be said
    PAID = "paid"  # it was paid for: whether the Stars go back has to be said
    NOTHING = "nothing"  # the reader holds nothing, or not this one any more
    NO_READER = "no reader"


@dataclass(frozen=True, slots=True)
class Taken:
    """`grants`: what was taken back; `held`: what the reader holds; `until`: the end of her access now;
    `paid`: what of that which was to be taken back was paid for.
    """

    taking: Taking
    grants: tuple[Grant, ...] = ()
    held: tuple[ActiveGrant, ...] = ()
    until: datetime | None = None
    paid: tuple[ActiveGrant, ...] = ()


class Granting:
    """Gives and takes back complimentary grants. Each act has a row in the audit.

    `request` names an admin's request: the same request has an effect once.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def give(self, reader_id: int, days: int, *, by: int | None, request: str) -> Given | None:
        """Give a reader days of full access, as an admin (`by` None: the command line).

        None where there is no such reader.
        """
        now = self._clock.now()
        grant = Grant(Source.COMPLIMENTARY, request, now, days=days)
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)  # first: see PersonalData.delete
            if await readers.find(session, reader_id) is None:
                return None
            if await grants.add(session, reader_id, grant, by=by):
                await audit.add(session, by, "grant", given(reader_id, days), now)
            return Given(reader_id, days, await update_access(session, reader_id, now))

    async def would_give(self, reader_id: int, days: int) -> Given | None:
        """Return what `give` would return now; nothing is given."""
        now = self._clock.now()
        async with self._database.read() as session:
            if await readers.find(session, reader_id) is None:
                return None
            held = await grants.of(session, reader_id)
        more = Grant(Source.COMPLIMENTARY, "", now, days=days)
        return Given(reader_id, days, full_until((*held, more), now))

    async def was_given(self, request: str) -> Given | None:
        """Return what this request has given, with the reader's access now; None: nothing."""
        async with self._database.read() as session:
            row = await grants.by_source(session, Source.COMPLIMENTARY, request)
            if row is None or row.grant.days is None:
                return None
            until = full_until(await grants.of(session, row.reader_id), self._clock.now())
        return Given(row.reader_id, row.grant.days, until)

    async def held(self, reader_id: int) -> Taken:
        """Return the grants that still give a reader access, as a choice of what to take back."""
        async with self._database.read() as session:
            reader, rows = await readers.find(session, reader_id), await grants.stored(session, reader_id)
        return _asking(rows, self._clock.now()) if reader else Taken(Taking.NO_READER)

    async def was_taken(self, reader_id: int, request: str) -> Taken | None:
        """Return what this request has taken back, with the reader's access now; None: nothing."""
        async with self._database.read() as session:
            done = await grants.revoked_for(session, reader_id, request)
            rows = await grants.stored(session, reader_id)
        return _taken(Taking.DONE, rows, self._clock.now(), done) if done else None

    async def take_back(
        self,
        reader_id: int,
        grant_id: int | None = None,
        *,
        up_to: int | None = None,
        unrefunded: bool = False,
        by: int | None,
        request: str,
    ) -> Taken:
        """Take back a reader's only grant, the one with this number, or (`up_to`) all up to this number.

        Her access ends at once, or goes on by the grants that she still has. Without a number and with
        several grants, nothing is taken back, and the result is SEVERAL. Where one of them was paid for,
        nothing is taken back either (PAID) but `unrefunded`: she does not get her Stars back.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            if await readers.find(session, reader_id) is None:
                return Taken(Taking.NO_READER)
            await readers.lock_for_update(session, reader_id)  # others may grant and revoke meanwhile
            done = await grants.revoked_for(session, reader_id, request)
            rows = await grants.stored(session, reader_id)
            if done:
                return _taken(Taking.DONE, rows, now, done)
            chosen = _chosen(_held(rows, now), grant_id, up_to)
            if not chosen:
                return _taken(Taking.NOTHING, rows, now)
            if len(chosen) > 1 and up_to is None:
                return _asking(rows, now)
            paid = tuple(held for held in chosen if held.grant.source == Source.STARS)
            if paid and not unrefunded:
                return replace(_taken(Taking.PAID, rows, now), paid=paid)
            await grants.revoke(session, [held.id for held in chosen], now, by=by, request=request)
            for held in chosen:
                await audit.add(session, by, "revoke", taken_back(reader_id, held.grant), now)
            await update_access(session, reader_id, now)
            rows = await grants.stored(session, reader_id)
        ids = {held.id for held in chosen}
        return _taken(Taking.DONE, rows, now, [row for row in rows if row.id in ids])


def _held(rows: Sequence[StoredGrant], now: datetime) -> tuple[ActiveGrant, ...]:
    """Return what still gives access, in the order in which it ends."""
    numbers = {row.grant: row.id for row in rows}
    ends = running(numbers, now)
    return tuple(ActiveGrant(numbers[grant], grant, end) for grant, end in ends.items())


def _chosen(held: Sequence[ActiveGrant], grant_id: int | None, up_to: int | None) -> list[ActiveGrant]:
    if up_to is not None:
        return [grant for grant in held if grant.id <= up_to]
    return [grant for grant in held if grant_id in (None, grant.id)]


def _asking(rows: Sequence[StoredGrant], now: datetime) -> Taken:
    """Return the grants to choose from; NOTHING where there are none."""
    taken = _taken(Taking.SEVERAL, rows, now)
    return taken if taken.held else replace(taken, taking=Taking.NOTHING)


def _taken(
    taking: Taking, rows: Sequence[StoredGrant], now: datetime, revoked: Sequence[StoredGrant] = ()
) -> Taken:
    until = full_until([row.grant for row in rows], now)
    return Taken(taking, tuple(row.grant for row in revoked), _held(rows, now), until)
