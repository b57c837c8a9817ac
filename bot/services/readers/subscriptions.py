"""Subscriptions: a reader's access by her grants, and her trial."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.readers import grants, readers
from bot.domain.readers.grants import Grant, Source, Stretch, full_until, stretches, timeline


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of asking for the trial. `until`: the end of the reader's access now, None without any."""

    given: bool
    days: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """`had`: all access that the reader had, has and is to have, in order."""

    full_until: datetime | None
    had: tuple[Stretch, ...] = ()

    def running(self, now: datetime) -> tuple[Stretch, ...]:
        """Return what she has now and is to have after it."""
        return tuple(stretch for stretch in self.had if stretch.ends > now)

    def trial(self) -> Stretch | None:
        """Return her trial, from its first moment to its last; None where it gave no access."""
        trials = [stretch for stretch in self.had if stretch.source == Source.TRIAL]
        return replace(trials[0], ends=trials[-1].ends) if trials else None


class Subscriptions:
    def __init__(self, database: Database, clock: Clock, hash_key: bytes) -> None:
        """`hash_key` keys the hashes of those who had their trial; another key gives trials again."""
        self._database = database
        self._clock = clock
        self._hash_key = hash_key

    async def start_trial(self, reader_id: int, days: int) -> Trial:
        """Give the trial, once per person for ever; none where `days` is 0."""
        now = self._clock.now()
        grant = Grant(Source.TRIAL, self._person(reader_id), now, days=days)
        async with self._database.write() as session:
            given = days > 0 and await grants.add(session, reader_id, grant)
            return Trial(given, days, await update_access(session, reader_id, now))

    async def account(self, reader_id: int) -> Account:
        now = self._clock.now()
        async with self._database.read() as session:
            held = await grants.of(session, reader_id)
        return Account(full_until(held, now), stretches(timeline(held)))

    def _person(self, reader_id: int) -> str:
        return hmac.new(self._hash_key, str(reader_id).encode(), hashlib.sha256).hexdigest()


async def update_access(session: Session, reader_id: int, now: datetime) -> datetime | None:
    """Store in the reader's row what her grants give: call it after each change of them.

    Returns the end of the unbroken access that she has at `now`; None: she has none.
    """
    await readers.lock_for_update(session, reader_id)  # or a grant given at this moment would be left out
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
