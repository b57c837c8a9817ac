"""Checks that HASH_KEY is the key that the database was used with."""

import hashlib
import hmac

from bot.db.engine.session import Database
from bot.db.operations import fingerprints

NAME = "HASH_KEY"


class OtherKeyError(Exception):
    """`stored`: the fingerprint of the database's key; `given`: that of the key which was tried."""

    def __init__(self, stored: str, given: str) -> None:
        super().__init__(f"The database was used with another key ({stored}, not {given}).")
        self.stored = stored
        self.given = given


def fingerprint(key: bytes) -> str:
    """Return what names a key without telling it: eight hexadecimal digits, as in 3f9a-12cd."""
    digits = hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()
    return f"{digits[:4]}-{digits[4:8]}"


async def check_key(database: Database, key: bytes) -> None:
    """Raise OtherKeyError where the database was used with another key. The first key is noted."""
    given = fingerprint(key)
    async with database.read() as session:
        stored = await fingerprints.find(session, NAME)
    if stored is None:
        async with database.write() as session:
            stored = await fingerprints.put_first(session, NAME, given)
    if stored != given:
        raise OtherKeyError(stored, given)


async def give_up_key(database: Database, name: str) -> str | None:
    """Let the next start note another key than the one with the fingerprint `name`.

    Return None when that is done; else the fingerprint that is stored ("": none is).
    """
    async with database.write() as session:
        if await fingerprints.drop(session, NAME, name):
            return None
        return await fingerprints.find(session, NAME) or ""
