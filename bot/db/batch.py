"""What many ask of the database at once, put into as few transactions as there is time for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.db.session import DatabaseError

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Gathering(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)  # one, once the transaction has ended well


class Batch(Generic[Item, Result]):
    """While one transaction runs, the items of the next one gather: a lone item does not wait."""

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[Result]]) -> None:
        """`run` is one transaction for all the items it is given."""
        self._run = run
        self._gathering: _Gathering[Item, Result] = _Gathering()
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> Result:
        """Return what `run` returned for the items among which this one was.

        Where they fail together, each is run by itself.
        """
        mine = self._gathering
        mine.items.append(item)
        async with self._turn:
            if mine is self._gathering:  # the first of those that gathered runs all
                self._gathering = _Gathering()
                with suppress(DatabaseError):
                    mine.results.append(await self._run(mine.items))
            return mine.results[0] if mine.results else await self._run([item])
