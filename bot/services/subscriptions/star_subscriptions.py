"""Subscriptions that Telegram renews: what is heard of them, and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.readers import grants, readers
from bot.db.subscriptions import charges, star_subscriptions
from bot.domain.readers.grants import full_until
from bot.domain.subscriptions.charges import Heard, is_overtaken, subscription_of
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.services.subscriptions.access import update_access


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a subscription. `is_new`: its state is another than before.

    `subscription`: None where its payload is none of ours. `until`: the end of the reader's unbroken access
    now, as far as it is paid or given.
    """

    subscription: StarSubscription | None
    is_new: bool
    until: datetime | None


class StarSubscriptions:
    """Each reader's subscriptions, and their state as far as Telegram or the bot itself changed it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def running(self, reader_id: int) -> StarSubscription | None:
        """Return the subscription that is to renew, else the one paid longest; None where none runs."""
        async with self._database.read() as session:
            held = await star_subscriptions.of(session, reader_id)
        return running_of(held, self._clock.now())

    async def uncancelled(self, reader_id: int) -> tuple[StarSubscription, ...]:
        """Return all subscriptions that Telegram may charge again, as far as is known. Of one that is over a
        renewal may have been missed.
        """
        async with self._database.read() as session:
            held = await star_subscriptions.of(session, reader_id)
        return tuple(subscription for subscription in held if subscription.state is State.ACTIVE)

    async def hear(self, reader_id: int, payload: str, state: State, by: CancelledBy | None = None) -> Change:
        """Store a state that became known now, with the access that follows from it.

        A state that is known already stays as it was learned: Telegram repeats itself.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)
            stored = await star_subscriptions.by_payload(session, payload)
            is_new = stored is None or (stored.state, stored.cancelled_by) != (state, by)
            if stored is not None and by is CancelledBy.READER and stored.state is state:
                is_new = False  # the bot's own cancel, heard back
            heard = Heard(state, now, by)
            if is_new and is_overtaken(heard, await charges.of_payload(session, payload)):
                is_new = False
            if is_new:
                await _put(session, reader_id, payload, heard)
                await update_access(session, reader_id, now)
            subscription = await star_subscriptions.by_payload(session, payload)
            until = full_until(await grants.of(session, reader_id), now)
        return Change(subscription, is_new and subscription is not None, until)

    async def allow(self, reader_id: int, payload: str) -> None:
        """Note that the bot's cancel was lifted: the reader may renew it in Telegram by herself now."""
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)
            heard = Heard(State.CANCELLED, self._clock.now(), CancelledBy.READER)
            await _put(session, reader_id, payload, heard)


async def _put(session: Session, reader_id: int, payload: str, heard: Heard) -> None:
    paid = await charges.of_payload(session, payload)
    subscription = subscription_of(payload, paid, heard, reader_id)
    if subscription is not None:
        await star_subscriptions.put(session, subscription)


def running_of(held: Sequence[StarSubscription], now: datetime) -> StarSubscription | None:
    """Return the subscription that is to renew, else the one paid longest; None where none runs."""
    running = [subscription for subscription in held if subscription.is_running(now)]
    chosen = [subscription for subscription in running if subscription.renews(now)] or running
    return chosen[-1] if chosen else None
