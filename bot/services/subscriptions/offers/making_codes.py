"""Making codes for one use, which are stored as hashes only."""

from collections.abc import Callable

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import audit
from bot.db.subscriptions import codes
from bot.db.subscriptions.codes import Count
from bot.domain.operations.audit_entries import codes_made
from bot.domain.subscriptions.codes import code_hash, new_code, single_use_code

BATCH = 500
"""Rows of one statement: SQLite takes 32,766 values."""


class CodeMaking:
    def __init__(self, database: Database, clock: Clock, hash_key: bytes) -> None:
        """`hash_key`: the bot's own; it knows no code that was made with another."""
        self._database = database
        self._clock = clock
        self._hash_key = hash_key

    async def make(self, offer_id: str, count: int, keep: Callable[[list[str]], None]) -> Count:
        """Make codes of an offer; return how many it has by now.

        `keep` gets some at a time, before they are valid; where it raises, those are not. Each time is a
        short transaction, so that a bot that runs on the database is not kept waiting. DatabaseError.
        """
        made, now = 0, self._clock.now()
        while made < count:
            fresh = {self._hash(code): code for code in (new_code() for _ in range(min(BATCH, count - made)))}
            async with self._database.write() as session:
                new = await codes.add(session, list(fresh), offer_id, now)
                keep([fresh[hashed] for hashed in new])
            made += len(new)
        async with self._database.write() as session:
            await audit.add(session, None, "make codes", codes_made(offer_id, count), now)
        return await self.count(offer_id)

    async def count(self, offer_id: str) -> Count:
        """Return how many codes an offer has."""
        async with self._database.read() as session:
            return (await codes.counts(session)).get(offer_id, Count())

    def _hash(self, code: str) -> str:
        return code_hash(self._hash_key, single_use_code(code) or "")
