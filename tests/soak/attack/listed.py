"""All attacks: each small, as CI plays it, and whole, as `./run soak attack` does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.soak.attack import search
from tests.soak.attack.findings import Figures

SQLITE, POSTGRESQL = "sqlite", "postgresql"
Play = Callable[[str, Path], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Attack:
    """Each is called with a database's address and an empty folder; `on`: the kinds that are attacked."""

    name: str
    small: Play
    whole: Play
    on: tuple[str, ...] = (SQLITE,)


ATTACKS = (Attack("search", partial(search.play, search.SMALL), partial(search.play, search.WHOLE)),)
