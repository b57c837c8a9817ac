"""The judge: a reader's life, lived day by day."""

from dataclasses import dataclass

from tools.soak.money.events import GIVEN, SAID, Case, Event

GRACE_DAYS = 2
LENGTHS = ("paid", "month", *GIVEN)
HORIZON = 1_200
"""Days that are lived: more than six lengths, one after the other."""


@dataclass(frozen=True, slots=True)
class Lived:
    """`days`: on which there is access. `stars`: what was paid and not given back. `firsts`: of each month of
    a subscription, the one that began it.
    """

    days: frozenset[int]
    stars: int
    firsts: dict[str, str]


def lived(case: Case) -> Lived:
    """Live day by day: what has a fixed end comes first, then lengths in the order given, then grace."""
    gone = {event.name: event.day for event in case.events if event.kind in ("refunded", "revoked")}
    lengths = sorted(
        (event for event in case.events if event.kind in LENGTHS),
        key=lambda event: (event.day, _source(event), _key(case, event)),
    )
    fixed = [event for event in case.events if event.kind == "imported"]
    graces = _graces(case, gone)
    left = {event.name: event.days for event in lengths}
    last = max((event.day for event in case.events), default=0) + sum(left.values()) + GRACE_DAYS
    last = max([last, *(event.until or HORIZON for event in fixed)]) + sum(left.values())
    days = set()
    for day in range(min(last + 1, HORIZON)):
        if any(event.day <= day < _end(event, gone) for event in fixed):
            days.add(day)
            continue
        turn = next(
            (
                event
                for event in lengths
                if event.day <= day < gone.get(event.name, HORIZON) and left[event.name]
            ),
            None,
        )
        if turn is not None:
            left[turn.name] -= 1
            days.add(day)
        elif any(starts <= day < starts + GRACE_DAYS for starts in graces):
            days.add(day)
    return Lived(frozenset(days), _stars(case, gone), _firsts(case))


def _end(event: Event, gone: dict[str, int]) -> int:
    until = HORIZON if event.until is None else event.until
    return min(until, gone.get(event.name, HORIZON))


def _stars(case: Case, gone: dict[str, int]) -> int:
    return sum(
        event.stars for event in case.events if event.kind in ("paid", "month") and event.name not in gone
    )


def _firsts(case: Case) -> dict[str, str]:
    months = sorted((event for event in case.events if event.kind == "month"), key=lambda event: event.day)
    began: dict[str, str] = {}
    firsts: dict[str, str] = {}
    for event in months:
        if event.first:
            began[event.of] = f"{case.reader_id} {event.name}"
        firsts[f"{case.reader_id} {event.name}"] = began[event.of]
    return firsts


def _graces(case: Case, gone: dict[str, int]) -> list[int]:
    """Return the days on which a renewal begins to be awaited: at the end of what was paid last, unless that
    was given back, or the subscription was cancelled or failed after it.
    """
    starts = []
    for name in {event.of for event in case.events if event.kind == "month"}:
        last = max((event for event in case.events if event.kind == "month" and event.of == name), key=_day)
        said = [event for event in case.events if event.of == name and event.kind in SAID]
        newest = max(said, key=_day, default=None)
        ended = newest is not None and newest.day >= last.day and newest.kind != "active"
        if not ended and last.name not in gone:
            starts.append(last.day + 30)
    return starts


def _day(event: Event) -> int:
    return event.day


def _source(event: Event) -> str:
    return "stars" if event.kind in ("paid", "month") else event.kind


def _key(case: Case, event: Event) -> str:
    return f"{case.reader_id} {event.name}" if event.kind in ("paid", "month") else event.name
