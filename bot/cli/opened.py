"""The database as the commands use it, and tables on the terminal."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from bot.clock import Clock
from bot.db.engine.errors import DatabaseError
from bot.db.engine.session import Database
from bot.services.operations.database_clock import by_the_database

Result = TypeVar("Result")

WIDTH = 140
"""Columns where the output is no terminal."""


class OperatorError(Exception):
    """What was asked for did not happen; the text says why."""


def with_database(url: str, clock: Clock, work: Callable[[Database, Clock], Awaitable[Result]]) -> Result:
    """Do something with the database at `url`, which has this version's tables, and the hours that are kept
    by it. OperatorError.
    """

    async def run() -> Result:
        async with _opened(url) as database:
            return await work(database, await by_the_database(database, clock))

    try:
        return asyncio.run(run())
    except DatabaseError as error:
        sentence = f"The database does not answer ({type(error).__name__}). See DATABASE_URL."
        raise OperatorError(sentence) from None


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        if missing := database.missing:
            raise OperatorError(missing)
        if not await database.is_at_head():
            raise OperatorError("The tables are not those of this version. Write ./run migrate first.")
        yield database
    finally:
        await database.close()


def console() -> Console:
    """Return the terminal, or what else the output goes to."""
    found = Console(markup=False, highlight=False)
    return found if found.is_terminal else Console(width=WIDTH, markup=False, highlight=False)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Print rows under these names; columns of `numbers` stand at the right. The last one may be folded."""
    table = Table(box=None, pad_edge=False)
    for name in head:
        last = name == head[-1]
        table.add_column(
            name, no_wrap=not last, justify="right" if name in numbers else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    console().print(table)
