"""What a process holds: objects of each kind, and containers."""

import functools
import gc
from collections import Counter, deque
from collections.abc import Iterator

_CACHE = type(functools.lru_cache(len))
CONTAINERS = (dict, list, set, deque)
OURS = ("bot", "telegram", "apscheduler", "aiohttp", "sqlalchemy", "asyncio")
"""Of these packages' objects the containers are counted as well."""


def held() -> Counter[str]:
    """Return, by name, the objects of each kind (as in "bot.domain.content.issue.Issue"), what stands in the
    containers of all of that kind together ("…Sender.sent"), and what functions have cached ("speech()").
    """
    counts: Counter[str] = Counter()
    for thing in gc.get_objects():
        kind = type(thing)
        if kind is _CACHE:
            cached = getattr(thing.__wrapped__, "__qualname__", type(thing.__wrapped__).__name__)
            counts[f"{cached}()"] += thing.cache_info().currsize
            continue
        name = f"{kind.__module__}.{kind.__qualname__}"
        counts[name] += 1
        if name.partition(".")[0] in OURS:
            for attribute, value in _attributes(thing):
                if isinstance(value, CONTAINERS):
                    counts[f"{name}.{attribute}"] += _weight(value)
    return counts


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    """Return what an object keeps, without asking its properties."""
    for name in ("__dict__", *_slots(type(thing))):
        try:
            value = object.__getattribute__(thing, name)
        except AttributeError:  # it has none, or it is not set
            continue
        if name != "__dict__":
            yield name, value
        elif type(value) is dict:
            yield from list(value.items())


def _slots(kind: type) -> Iterator[str]:
    for base in type.mro(kind) if not issubclass(kind, type) else ():
        slots = base.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def _weight(container: dict[object, object] | list[object] | set[object] | deque[object]) -> int:
    """Count what a container holds, and what stands in containers in it."""
    values = list(container.values()) if isinstance(container, dict) else list(container)
    return len(values) + sum(len(value) for value in values if isinstance(value, CONTAINERS))


def kept_for_ever(before: Counter[str], after: Counter[str], weeks: int) -> dict[str, int]:
    """Return what our objects that live as long as the program hold more of: one for each week, or more."""
    return {
        name: count
        for name, count in growth(before, after).items()
        if count >= weeks and name.startswith("bot.") and before[owner(name)] == 1 == after[owner(name)]
    }


def owner(name: str) -> str:
    return name.rpartition(".")[0]


def growth(before: Counter[str], after: Counter[str]) -> Counter[str]:
    """Return by how much each has grown."""
    return after - before
