"""Random events of one reader: what she pays, gets and loses."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.subscriptions.charges import Payment
from bot.domain.subscriptions.payload import Payload

START = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
MOST = 6
"""Events of one case."""

KEY = b"soak"
MONTH = 30
LENGTHS = (1, 2, 3, 7, 30, 90)
GIVEN = ("trial", "offer", "gift", "complimentary")
SAID = ("cancelled", "failed", "active")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a `day`, counted from 0.

    `kind`: "paid" (once), "month" (a payment of a subscription), "refunded", one of `GIVEN`, "imported" (with
    a fixed end), "revoked", or one of `SAID` of a subscription. `name`: of the charge or grant; `of`: of the
    subscription. `days`: its length. `until`: the day of a fixed end, None for no end.
    """

    day: int
    kind: str
    name: str
    days: int = 0
    stars: int = 0
    until: int | None = None
    of: str = ""
    first: bool = False
    """Of a month: it begins its subscription."""

    @property
    def at(self) -> datetime:
        return START + self.day * DAY


@dataclass(frozen=True, slots=True)
class Case:
    """Events in the order in which they happened, and the day on which they are judged."""

    reader_id: int
    events: tuple[Event, ...]
    today: int


def case(chance: random.Random, reader_id: int) -> Case:
    """Return a random case."""
    events: list[Event] = []
    wanted = chance.randint(1, MOST)
    while len(events) < wanted:
        events += _some(chance, events)
    events = events[:MOST]
    # What is taken back must have been given; its own event may have been cut off.
    given = {event.name for event in events if event.kind not in ("refunded", "revoked")}
    events = [event for event in events if event.kind not in ("refunded", "revoked") or event.name in given]
    ordered = tuple(sorted(events, key=lambda event: event.day))
    last = ordered[-1].day if ordered else 0
    return Case(reader_id, ordered, last + chance.choice((0, 1, 3, 10, 40)))


def payment(reader_id: int, event: Event, *, told: bool) -> Payment:
    """Return the payment of an event; `told`: as an update tells it, else as the list of transactions."""
    monthly = event.kind == "month"
    nonce = f"{int(event.of or 0):08x}"
    text = Payload(reader_id, event.stars, event.days, monthly, START, nonce).signed(KEY)
    whole = Payment(f"{reader_id} {event.name}", reader_id, text, event.stars, event.at)
    if not monthly or not told:
        return whole
    return replace(whole, is_first=event.first, expires_at=event.at + MONTH * DAY)


def payload_of(reader_id: int, subscription: str) -> str:
    """Return the payload of a subscription's link."""
    return Payload(reader_id, 250, MONTH, True, START, f"{int(subscription):08x}").signed(KEY)


def _some(chance: random.Random, before: list[Event]) -> list[Event]:
    """Return one event more, or a subscription with its renewals."""
    day, number, draw = chance.randrange(60), len(before), chance.random()
    if draw < 0.2:
        return [Event(day, "paid", f"o{number}", chance.choice(LENGTHS), chance.choice((100, 400)))]
    if draw < 0.4:
        return _subscription(chance, day, number)
    if draw < 0.55:
        kind = chance.choice(GIVEN)
        if kind == "trial" and any(event.kind == "trial" for event in before):
            kind = "gift"
        return [Event(day, kind, f"g{number}", chance.choice(LENGTHS))]
    if draw < 0.65:
        until = None if chance.random() < 0.2 else day + chance.choice(LENGTHS)
        return [Event(day, "imported", f"i{number}", until=until)]
    return _taken_back(chance, before)


def _subscription(chance: random.Random, day: int, number: int) -> list[Event]:
    """Return a subscription: paid by the month, perhaps cancelled, or failed in the end."""
    name, events = str(number + 1), list[Event]()
    for month in range(chance.randint(1, 3)):
        # Months later Telegram's "subscribe again" opens the same link.
        lapsed = month > 0 and chance.random() < 0.2
        day += (
            0 if not month else MONTH + (chance.choice((3, 25, 100)) if lapsed else chance.choice((0, 0, 1)))
        )
        first = month == 0 or lapsed
        events.append(Event(day, "month", f"s{name}.{month}", MONTH, 250, of=name, first=first))
    if chance.random() < 0.5:
        kind = chance.choice(SAID)
        # Telegram fails to renew only where the paid period ends.
        said = day + (MONTH if kind == "failed" else chance.randint(1, MONTH - 1))
        events.append(Event(said, kind, f"said of {name}", of=name))
    return events


def _taken_back(chance: random.Random, before: list[Event]) -> list[Event]:
    """Return a refund or a revocation of something before; nothing where there is nothing left."""
    gone = {event.name for event in before if event.kind in ("refunded", "revoked")}
    left = [
        event
        for event in before
        if event.name not in gone and event.kind not in (*SAID, "refunded", "revoked")
    ]
    if not left:
        return []
    event = chance.choice(left)
    kind = "refunded" if event.kind in ("paid", "month") else "revoked"
    return [Event(event.day + chance.randint(0, 40), kind, event.name, stars=event.stars)]
