"""Coalesces concurrent requests to the database into one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.db.engine.errors import DatabaseError, is_locked, is_transient
from bot.db.engine.update_lock import Hold, TakenOverError, holding, holds

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Gathering(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)  # of those who gave the items
    results: list[Result] = field(default_factory=list)  # one, once the transaction has ended well
    away: DatabaseError | None = None  # why it has not: what may pass by itself


class Coalescer(Generic[Item, Result]):
    """Runs one transaction at a time; items that come meanwhile share the next. A lone item never waits."""

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[Result]]) -> None:
        """`run` is one transaction for all the items it is given."""
        self._run = run
        self._gathering: _Gathering[Item, Result] = _Gathering()
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> Result:
        """Return what `run` returned for the items among which this one was.

        Raises what may pass by itself (a database that is away) to everyone whose item was in the
        transaction. After any other error, or where one item's user was taken over or is locked by another
        process, each item is run in a transaction of its own and raises its own error.
        """
        mine = self._gathering
        mine.items.append(item)
        mine.holds += holds()
        async with self._turn:
            if mine is self._gathering:  # the first of those that gathered runs all
                self._gathering = _Gathering()
                await self._run_all(mine)
        if mine.away is not None:
            raise mine.away
        return mine.results[0] if mine.results else await self._run([item])  # it may wait: no other does

    async def _run_all(self, gathered: _Gathering[Item, Result]) -> None:
        try:
            with holding(*gathered.holds):
                gathered.results.append(await self._run(gathered.items))
        except TakenOverError:
            return
        except DatabaseError as error:
            gathered.away = error if is_transient(error) and not is_locked(error) else None
