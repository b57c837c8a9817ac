"""The database, opened for one command of an operator."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError
from bot.services.operations.database_clock import by_the_database

Result = TypeVar("Result")


class OperatorError(Exception):
    """The command could not do what it was asked for; the text says why, for the operator."""


def with_database(url: str, clock: Clock, work: Callable[[Database, Clock], Awaitable[Result]]) -> Result:
    """Open the database at `url`, await `work` with it and a clock set by the database's own, and return the
    result. OperatorError: the database does not answer, or its tables are not this version's.
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
