"""Rows that many write at once, put into as few transactions as there is time for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bot.db.session import DatabaseError

Row = TypeVar("Row")


@dataclass(slots=True)
class _Filling(Generic[Row]):
    rows: list[Row] = field(default_factory=list)
    written: bool = False


class Batch(Generic[Row]):
    """While one transaction runs, the rows for the next one gather: a lone row does not wait."""

    def __init__(self, write: Callable[[Sequence[Row]], Awaitable[None]]) -> None:
        """`write` puts rows into one transaction."""
        self._write = write
        self._filling: _Filling[Row] = _Filling()
        self._turn = asyncio.Lock()

    async def add(self, row: Row) -> None:
        """Return when the row is committed. Where rows together fail, each is written by itself."""
        mine = self._filling
        mine.rows.append(row)
        async with self._turn:
            if mine is self._filling:  # the first of those that gathered writes for all
                self._filling = _Filling()
                with suppress(DatabaseError):
                    await self._write(mine.rows)
                    mine.written = True
            if not mine.written:
                await self._write([row])
