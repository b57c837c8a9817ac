"""Subscriptions: a reader's access by her grants, and her trial."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.readers import grants
from bot.db.subscriptions import redemptions
from bot.domain.readers.grants import Grant, Source, Stretch, full_until, stretches, timeline
from bot.domain.subscriptions.person import person_hash
from bot.services.subscriptions.access import reasons_of, update_access


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
        person = person_hash(self._hash_key, reader_id)
        async with self._database.write() as session:
            given = days > 0 and await redemptions.add(session, redemptions.TRIAL, person, 1, now)
            if given:
                await grants.add(session, reader_id, Grant(Source.TRIAL, person, now, days=days))
            return Trial(given, days, await update_access(session, reader_id, now))

    async def account(self, reader_id: int) -> Account:
        now = self._clock.now()
        async with self._database.read() as session:
            held = await reasons_of(session, reader_id)
        return Account(full_until(held, now), stretches(timeline(held)))
