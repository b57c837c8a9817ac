"""Coalesces concurrent requests to the database into one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.db.engine.update_lock import FencingToken, TakenOverError, fenced_by, fencing_tokens
from bot.db.errors import DatabaseError, is_locked, is_transient

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Gathering(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    fencing_tokens: list[FencingToken] = field(default_factory=list)  # of those who gave the items
    results: list[Result] = field(default_factory=list)  # a single one, once the transaction is committed
    transient: DatabaseError | None = None  # why it failed, where it may succeed later


class Coalescer(Generic[Item, Result]):
    """Puts items that many ask for at the same time into one transaction.

    One transaction runs at a time; items that come meanwhile share the next. An item that comes alone never
    waits for others.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Awaitable[Result]]) -> None:
        """`run` does, in one transaction, what all the items it is given ask for."""
        self._run = run
        self._gathering: _Gathering[Item, Result] = _Gathering()
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> Result:
        """Do what `item` asks for; return what `run` returned for all the items of its transaction.

        1. Where the database is away, everyone whose item was in the transaction gets that DatabaseError.
        2. After any other error, each item is run again in a transaction of its own, and raises its own
           error. So it is too where another process has taken over one item's user, or has her row locked.
        """
        mine = self._gathering
        mine.items.append(item)
        mine.fencing_tokens += fencing_tokens()
        async with self._turn:
            if mine is self._gathering:  # the first of those that gathered runs all
                self._gathering = _Gathering()
                await self._run_all(mine)
        if mine.transient is not None:
            raise mine.transient
        # Alone, the item may wait for a lock: no other does.
        return mine.results[0] if mine.results else await self._run([item])

    async def _run_all(self, gathered: _Gathering[Item, Result]) -> None:
        try:
            with fenced_by(*gathered.fencing_tokens):
                gathered.results.append(await self._run(gathered.items))
        except TakenOverError:
            return
        except DatabaseError as error:
            gathered.transient = error if is_transient(error) and not is_locked(error) else None
