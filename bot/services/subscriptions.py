"""Subscriptions: the grants a reader has, and her trial."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.db import grants, readers
from bot.db.session import Database, Session
from bot.domain.access import Grant, Period, Source, full_until, timeline


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking for the trial; `until` is the end of the reader's access now, if she has any;
    `since`: when she was given it, if that is still known.
    """

    given: bool
    days: int
    until: datetime | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    full_until: datetime | None
    periods: tuple[Period, ...]
    trial_open: bool


class Subscriptions:
    def __init__(self, database: Database, clock: Clock, hash_key: bytes) -> None:
        """`hash_key` keys the hashes of those who had their trial; another key gives trials again."""
        self._database = database
        self._clock = clock
        self._hash_key = hash_key

    async def start_trial(self, reader_id: int, days: int) -> Trial:
        """Give the trial, once per person for ever; with no days there is none."""
        now = self._clock.now()
        grant = Grant(Source.TRIAL, self._person(reader_id), now, days=days)
        async with self._database.write() as session:
            given = days > 0 and await grants.add(session, reader_id, grant)
            held = [one for one in await grants.of(session, reader_id) if one.source == Source.TRIAL]
            since = held[0].given_at if held else None
            return Trial(given, days, await settle(session, reader_id, now), since)

    async def account(self, reader_id: int) -> Account:
        now = self._clock.now()
        async with self._database.read() as session:
            held = await grants.of(session, reader_id)
        tried = any(grant.source == Source.TRIAL for grant in held)
        return Account(full_until(held, now), timeline(held), not tried)

    def _person(self, reader_id: int) -> str:
        return hmac.new(self._hash_key, str(reader_id).encode(), hashlib.sha256).hexdigest()


async def settle(session: Session, reader_id: int, now: datetime) -> datetime | None:
    """Write down until when the reader's grants give access, and what she had of them, and return until
    when; None: she has no access now.
    """
    await readers.hold(session, reader_id)  # grants given at the same moment are counted, too
    held = await grants.of(session, reader_id)
    until, periods = full_until(held, now), timeline(held)
    trials = [grant.given_at for grant in held if grant.source == Source.TRIAL]
    await readers.change(
        session,
        reader_id,
        full_until=until,
        trial_at=min(trials, default=None),
        full_since=periods[0].starts if periods else None,
    )
    return until
