"""A reader's own data: shown to her, and deleted at her word."""

from datetime import date, datetime
from typing import Any

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import personal
from bot.db.readers import readers
from bot.domain.subscriptions.person import person_hash


class BeingSentError(Exception):
    """Something is on its way to the reader: her data can be deleted once its outcome is known."""


class PersonalData:
    def __init__(self, database: Database, clock: Clock, hash_key: bytes) -> None:
        """`hash_key` keys the hash that stands for a reader where her id must not."""
        self._database = database
        self._clock = clock
        self._hash_key = hash_key

    async def of(self, reader_id: int) -> dict[str, Any]:
        """Return all that is kept of a reader, ready for JSON: a list of rows for each table."""
        async with self._database.read() as session:
            held = await personal.all_of(session, reader_id, person_hash(self._hash_key, reader_id))
        rows = {name: [_written(row) for row in table] for name, table in held.items()}
        return {"as_of": self._clock.now().isoformat(), "telegram_id": reader_id, **rows}

    async def since(self, reader_id: int) -> datetime | None:
        """Return when a reader started the bot; None where she is no reader."""
        async with self._database.read() as session:
            listed = await readers.listed(session, reader_id)
        return listed.since if listed else None

    async def delete(self, reader_id: int) -> None:
        """Delete a reader and all that is kept of her; charges and what she has had stay by her keyed hash.

        Raises BeingSentError where something is on its way to her.
        """
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)  # no delivery of hers is claimed meanwhile
            if await personal.is_being_sent(session, reader_id):
                raise BeingSentError
            await personal.delete_all(session, reader_id, person_hash(self._hash_key, reader_id))


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
        if value is not None
    }
