"""Cases lived through a database, one transaction an event."""

import asyncio
import random
from datetime import datetime

from bot.db.engine.session import Database
from bot.db.readers import grants, readers
from bot.domain.readers.grants import Grant
from bot.services.readers.readers import Readers, User
from bot.services.subscriptions.access import reasons_of, update_access
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from bot.services.subscriptions.subscriptions import Subscriptions
from tools.soak.money.events import DAY, KEY, START, Case, Event, case, payment
from tools.soak.money.judging import Tally, example, moment, shuffled, wrong_end
from tools.soak.money.model import lived
from tools.soak.money.pure import LATE, STATES, days_of

AT_ONCE = 8
"""Cases that are lived side by side, each by a reader of its own."""


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return 0.0


class Life:
    """One reader's events, each through the service that has them in the program."""

    def __init__(self, database: Database, asked: Case, chance: random.Random) -> None:
        self._database = database
        self._asked = asked
        self._chance = chance
        self._clock = SetClock()
        self._charges = Charges(database, self._clock)
        self._granting = Granting(database, self._clock)
        self._subscriptions = StarSubscriptions(database, self._clock)
        self._trials = Subscriptions(database, self._clock, KEY)
        self._said: set[str] = set()

    async def take(self, event: Event) -> None:
        """Let an event come: what others tell comes late, what is done here at its own time."""
        reader_id, outside = self._asked.reader_id, event.kind in ("paid", "month", "refunded")
        self._clock.at = LATE if outside else event.at
        if event.kind in ("paid", "month"):
            # Updates of one reader come in order: a payment after its cancel is from the list.
            told = event.of not in self._said and self._chance.random() < 0.5
            await self._charges.record(payment(reader_id, event, told=told))
        elif event.kind == "refunded":
            await self._charges.refund(f"{reader_id} {event.name}", event.at, stars=event.stars)
        elif event.kind in STATES:
            state, by = STATES[event.kind]
            payload = self._payload(event)
            self._said.add(event.of)
            await self._subscriptions.hear(reader_id, payload, state, by)
        elif event.kind == "trial":
            await self._trials.start_trial(reader_id, event.days)
        elif event.kind == "complimentary":
            request = f"{reader_id} {event.name}"
            await self._granting.give(reader_id, event.days, by=1, request=request)
        elif event.kind == "revoked":
            await self._revoke(event)
        else:
            await self._give(event)

    async def wrong(self) -> tuple[int, int, frozenset[int]]:
        """Return the days and Stars that are wrong at the end, and the days there are."""
        asked, right = self._asked, lived(self._asked)
        async with self._database.write() as session:
            await update_access(session, asked.reader_id, moment(asked))  # as of the day of judgement
        async with self._database.read() as session:
            days = days_of(await reasons_of(session, asked.reader_id))
            reader = await readers.find(session, asked.reader_id)
        paid = await self._charges.of(asked.reader_id)
        stars = sum(charge.stars for charge in paid if charge.refunded_at is None)
        until = reader.full_until if reader else None
        return len(days ^ right.days) + wrong_end(until, asked, right), abs(stars - right.stars), days

    def _payload(self, event: Event) -> str:
        month = next(other for other in self._asked.events if other.kind == "month" and other.of == event.of)
        return payment(self._asked.reader_id, month, told=True).payload

    async def _give(self, event: Event) -> None:
        """Give what has no service of its own here: it is stored as each of them would."""
        until = START + event.until * DAY if event.until is not None else None
        name = f"{self._asked.reader_id} {event.name}"
        grant = Grant(event.kind, name, event.at, event.days or None, until)
        async with self._database.write() as session:
            await readers.lock_for_update(session, self._asked.reader_id)
            await grants.add(session, self._asked.reader_id, grant)
            await update_access(session, self._asked.reader_id, event.at)

    async def _revoke(self, event: Event) -> None:
        """Revoke exactly this grant, also one that was used up by what has come so far."""
        given = next(other for other in self._asked.events if other.name == event.name)
        async with self._database.write() as session:
            await readers.lock_for_update(session, self._asked.reader_id)
            held = await grants.stored(session, self._asked.reader_id)
            ids = [row.id for row in held if _is(row.grant, given, self._asked.reader_id)]
            await grants.revoke(session, ids, event.at, by=1, request=event.name)
            await update_access(session, self._asked.reader_id, event.at)


def possible(chance: random.Random, events: tuple[Event, ...]) -> list[Event]:
    """Return the events in any order in which they can come: nothing is revoked before it was given."""
    order = shuffled(chance, events)
    for revoked in [event for event in order if event.kind == "revoked"]:
        order.remove(revoked)
        order.append(revoked)
    return order


async def judge_database(url: str, seed: int, cases: int) -> Tally:
    """Live so many cases through the database at `url`, which has its tables, and judge each."""
    database, chance, tally = Database(url), random.Random(seed), Tally()  # noqa: S311  # chance, not secrecy
    numbers = iter(range(1, cases + 1))

    async def live() -> None:
        for number in numbers:
            tally.add(await _judge(database, chance, number))

    try:
        await asyncio.gather(*(live() for _ in range(AT_ONCE)))
    finally:
        await database.close()
    return tally


async def _judge(database: Database, chance: random.Random, number: int) -> Tally:
    asked = case(chance, number)
    life, order = Life(database, asked, chance), possible(chance, asked.events)
    await Readers(database, SetClock()).receive(User(number))
    for event in order:
        await life.take(event)
    days_wrong, stars_wrong, days = await life.wrong()
    tally = Tally(1, len(order), days_wrong, stars_wrong)
    if not tally.is_right:
        tally.example = example(asked, order, days, lived(asked))
    return tally


def _is(grant: Grant, event: Event, reader_id: int) -> bool:
    if event.kind == "trial":
        return grant.source == event.kind
    return grant.source_id == f"{reader_id} {event.name}"
