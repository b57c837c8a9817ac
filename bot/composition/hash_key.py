"""The key for the hashes of those who had their trial."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.composition.errors import StartError
from bot.config import Settings


def hash_key(settings: Settings, folder: Path) -> bytes:
    """Return HASH_KEY, or the key that is kept in `folder`. StartError where it cannot be kept there."""
    if given := settings.hash_key:
        return given.get_secret_value().encode()
    try:
        return kept_key(folder)
    except OSError as error:
        sentence = f"The key cannot be kept in {folder} ({error.strerror}). Set HASH_KEY."
        raise StartError(sentence) from None


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
