"""Subscriptions: a reader's access by her grants, and her trial."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.db.subscriptions import redemptions, star_subscriptions
from bot.domain.readers.grants import Grant, Source, Stretch, full_until, stretches, timeline
from bot.domain.subscriptions.person import person_hash
from bot.domain.subscriptions.star_subscription import StarSubscription, State
from bot.services.subscriptions.access import reasons_of, update_access


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of asking for the trial. `until`: the end of the reader's access now, None without any."""

    given: bool
    days: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """`had`: all access that the reader had, has and is to have, in order. `subscriptions`: those that
    Telegram renews, ended ones too, the one that runs longest last.
    """

    full_until: datetime | None
    had: tuple[Stretch, ...] = ()
    subscriptions: tuple[StarSubscription, ...] = ()

    def running(self, now: datetime) -> tuple[Stretch, ...]:
        """Return what she has now and is to have after it."""
        return tuple(stretch for stretch in self.had if stretch.ends > now)

    def subscription(self, now: datetime) -> StarSubscription | None:
        """Return the subscription that is to renew, else the last one that was paid and is not over."""
        running = [each for each in self.subscriptions if each.is_running(now)]
        renewing = [each for each in running if each.renews(now)]
        return next(reversed(renewing or running), None)

    def awaited(self, now: datetime) -> StarSubscription | None:
        """Return the subscription whose renewal was due and is neither known nor given up; None: none."""
        subscription = self.subscription(now)
        return subscription if subscription is not None and subscription.is_awaited(now) else None

    def failed(self, now: datetime) -> StarSubscription | None:
        """Return the last subscription, where it is over because Telegram could not renew it."""
        last = self.subscriptions[-1] if self.subscriptions else None
        is_over = last is not None and last.state is State.FAILED and not last.is_running(now)
        return last if is_over else None

    def told_until(self, now: datetime) -> datetime | None:
        """Return the end of what she has, without the grace that may follow it; of grace alone, its end."""
        return max((stretch.ends for stretch in self.running(now)), default=self.full_until)

    def paid_until(self, now: datetime) -> datetime | None:
        """Return until when she has access that was paid for; None where she has none."""
        return max((each.ends for each in self.running(now) if each.source == Source.STARS), default=None)

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
        """Give the trial, once per person for ever; none where `days` is 0, or there is no such reader."""
        now = self._clock.now()
        person = person_hash(self._hash_key, reader_id)
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)  # first: see PersonalData.delete
            is_there = days > 0 and await readers.find(session, reader_id) is not None
            given = is_there and await redemptions.add(session, redemptions.TRIAL, person, 1, now)
            if given:
                await grants.add(session, reader_id, Grant(Source.TRIAL, person, now, days=days))
            return Trial(given, days, await update_access(session, reader_id, now))

    async def account(self, reader_id: int) -> Account:
        now = self._clock.now()
        async with self._database.read() as session:
            held = await reasons_of(session, reader_id)
            renewed = await star_subscriptions.of(session, reader_id)
        return Account(full_until(held, now), stretches(timeline(held)), renewed)
