"""What a process holds: how many objects of each kind, and how much in the containers of each."""

import functools
import gc
from collections import Counter, deque
from collections.abc import Iterator

CONTAINERS = (dict, list, set, deque)
OURS = ("bot", "telegram", "apscheduler", "aiohttp", "sqlalchemy", "asyncio")
"""Of these packages' objects the containers are counted as well."""


def held() -> Counter[str]:
    """Return, by name, the objects of each kind ("Issue"), what stands in their containers ("Sender._parcels",
    of all objects of that kind together), and what functions have cached ("speech()").
    """
    found: Counter[str] = Counter()
    for thing in gc.get_objects():
        kind = type(thing)
        if kind is functools._lru_cache_wrapper:
            found[f"{thing.__module__}.{thing.__qualname__}()"] += thing.cache_info().currsize
            continue
        name = f"{kind.__module__}.{kind.__qualname__}"
        found[name] += 1
        if kind.__module__.partition(".")[0] in OURS:
            for attribute, value in _attributes(thing):
                if isinstance(value, CONTAINERS):
                    found[f"{name}.{attribute}"] += _weight(value)
    return found


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    """Return what an object keeps, without asking its properties."""
    kept = getattr(thing, "__dict__", None)
    if isinstance(kept, dict):
        yield from list(kept.items())
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            try:
                yield slot, object.__getattribute__(thing, slot)
            except AttributeError:  # not set, or named by its class
                continue


def _weight(container: dict[object, object] | list[object] | set[object] | deque[object]) -> int:
    """Count what a container holds, and what stands in containers in it."""
    values = list(container.values()) if isinstance(container, dict) else list(container)
    return len(values) + sum(len(value) for value in values if isinstance(value, CONTAINERS))


def kept_for_ever(before: Counter[str], after: Counter[str], weeks: int) -> dict[str, int]:
    """Return what objects that live as long as the program hold more of, by one for each week at the least."""
    return {
        name: count
        for name, count in growth(before, after).items()
        if count >= weeks and before[name.rpartition(".")[0]] == 1 == after[name.rpartition(".")[0]]
    }


def growth(before: Counter[str], after: Counter[str]) -> Counter[str]:
    """Return by how much each has grown."""
    return after - before
