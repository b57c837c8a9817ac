"""HASH_KEY: read or made, and checked against the database."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.composition.errors import StartError
from bot.config import CALLED, Settings
from bot.db.engine.session import Database
from bot.services.operations.key_check import OtherKeyError, check_key


def hash_key(settings: Settings, folder: Path) -> bytes:
    """Return HASH_KEY, or the key that is kept in `folder`. StartError where it cannot be kept there."""
    if given := settings.hash_key:
        return given.get_secret_value().encode()
    try:
        return kept_key(folder)
    except OSError as error:
        sentence = f"The key cannot be kept in {folder} ({error.strerror}). Set HASH_KEY."
        raise StartError(sentence) from None


async def check_hash_key(settings: Settings, database: Database) -> None:
    """Raise StartError where the database was used with another key. DatabaseError."""
    try:
        await check_key(database, hash_key(settings, database.folder))
    except OtherKeyError as error:
        place = "HASH_KEY" if settings.hash_key else f"The key in {database.folder / 'hash.key'}"
        raise StartError(
            f"{place} is another key than the one that this database was used with ({error.given} instead of "
            f"{error.stored}). Put the old one back: it was kept with the backup, as hash.key or HASH_KEY. "
            f"If it is lost, write `{CALLED} give-up-key {error.stored}`: then everyone can have the trial "
            "and each offer again, and codes and payment links that were made with it no longer work."
        ) from None


def kept_key(folder: Path) -> bytes:
    """Return the key from the file beside the database; made at the first start, readable by its owner."""
    file = folder / "hash.key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="hash.key.") as draft:
            draft.write(secrets.token_hex(32).encode())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # a program that started at the same time was first
                os.link(draft.name, file)
    return file.read_bytes().strip()
