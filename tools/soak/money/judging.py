"""Cases judged: what is wrong, in days and in Stars."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.readers.grants import full_until
from tools.soak.money.events import DAY, START, Case, Event, case
from tools.soak.money.model import HORIZON, Lived, lived
from tools.soak.money.pure import Rules, days_of


@dataclass(slots=True)
class Tally:
    """Figures of a run. `orders`: events in one order each. `days`, `stars`: that were wrong, in all."""

    orders: int = 0
    events: int = 0
    days: int = 0
    stars: int = 0
    unlike: int = 0
    """Orders of the same events that led to another result."""
    example: str = ""

    def add(self, other: "Tally") -> None:
        self.orders += other.orders
        self.events += other.events
        self.days += other.days
        self.stars += other.stars
        self.unlike += other.unlike
        self.example = self.example or other.example

    @property
    def is_right(self) -> bool:
        return not (self.days or self.stars or self.unlike)

    def line(self, name: str, seconds: float) -> str:
        wrong = f"{self.days} days and {self.stars} Stars wrong, {self.unlike} orders unlike the first"
        return f"{name}: {self.orders:,} orders, {self.events:,} events, {wrong}, in {seconds:.0f} s\n"


def shuffled(chance: random.Random, events: Iterable[Event]) -> list[Event]:
    """Return the events in any order, some of them twice."""
    order = list(events)
    order += chance.sample(order, chance.randint(0, len(order)))
    chance.shuffle(order)
    return order


def until_of(judged: Lived, today: int) -> int | None:
    """Return the first day after today without access; None where there is none today."""
    if today not in judged.days:
        return None
    return next(day for day in range(today, HORIZON + 1) if day not in judged.days)


def judge(chance: random.Random, number: int, orders: int = 2) -> Tally:
    """Judge one random case in some orders by the pure rules."""
    asked = case(chance, number)
    right, tally = lived(asked), Tally()
    first: tuple[object, ...] | None = None
    for _ in range(orders):
        rules = Rules(asked.reader_id)
        order = shuffled(chance, asked.events)
        for event in order:
            rules.take(event, told=event.kind != "month" or chance.random() < 0.5)
        tally.orders += 1
        tally.events += len(order)
        grants, firsts = rules.grants, rules.firsts()
        days = days_of(grants)
        wrong = len(days ^ right.days) + wrong_end(full_until(grants, moment(asked)), asked, right)
        tally.days += wrong
        tally.stars += abs(rules.stars - right.stars)
        tally.unlike += firsts != right.firsts
        result = (days, rules.stars, sorted(firsts.items()))
        first = first or result
        tally.unlike += result != first
        if (wrong or result != first) and not tally.example:
            tally.example = example(asked, order, days, right)
    return tally


def example(asked: Case, order: list[Event], days: frozenset[int], right: Lived) -> str:
    """Return a case that went wrong, to be looked at."""
    extra, missing = sorted(days - right.days)[:9], sorted(right.days - days)[:9]
    happened = "\n".join(map(str, asked.events))
    return f"{happened}\ncame as {[event.name for event in order]}\n{extra=} {missing=} of {asked.today=}\n"


def moment(asked: Case) -> datetime:
    """Return when a case is judged."""
    return START + asked.today * DAY


def wrong_end(until: datetime | None, asked: Case, right: Lived) -> int:
    """Return by how many days the end of the access that runs today is wrong."""
    end = until_of(right, asked.today)
    if until is None or end is None:
        return 0 if until is None and end is None else 1
    return abs(min((until - START) // DAY, HORIZON) - end)


def judge_many(seed: int, cases: int, orders: int = 2) -> Tally:
    """Judge so many random cases."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311  # chance, not secrecy
    for number in range(cases):
        tally.add(judge(chance, number + 1, orders))
    return tally
