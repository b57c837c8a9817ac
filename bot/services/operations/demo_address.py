"""Demo address: a file by which other terminals find a running demo."""

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import SecretStr, ValidationError

from bot.config import Settings

NAMES = ("telegram_api_url", "database_url", "public_url")
OTHERS = 0o077
"""Permissions of group and others: the folder must have none of them."""


@contextmanager
def published_address(settings: Settings) -> Iterator[None]:
    """Write the address of a demo with these settings; delete it when the block ends.

    Only programs of this user read it. Where no file can be written, nobody finds the demo, and nothing is
    raised.
    """
    file = _folder() / f"{os.getpid()}.json"
    with suppress(OSError):
        _write(file, settings)
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def demo_settings(settings: Settings) -> Settings | None:
    """Return the settings of the demo that was started last and still runs; None where none does."""
    for file in _files():
        if demo := _read(file, settings):
            return demo
    return None


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"briefing-demos-{os.getuid()}"


def _write(file: Path, settings: Settings) -> None:
    token = settings.bot_token
    values = {name: getattr(settings, name) for name in NAMES} | {
        "bot_token": token.get_secret_value() if token else None,
        "admin_ids": sorted(settings.admin_ids),
        "content_dir": str(settings.content_dir.resolve()),
    }
    file.parent.mkdir(mode=0o700, exist_ok=True)
    if _is_ours(file.parent):
        for left in file.parent.glob("*.json"):
            if not _runs(left):
                left.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(values, stream)


def _files() -> list[Path]:
    """Return the files of demos that run, newest first."""
    folder = _folder()
    with suppress(OSError):
        if _is_ours(folder):
            dated = [(file.stat().st_mtime_ns, file) for file in folder.glob("*.json") if _runs(file)]
            return [file for _, file in sorted(dated, reverse=True)]
    return []


def _runs(file: Path) -> bool:
    """Tell whether the program that wrote this file still runs."""
    with suppress(OSError, ValueError, OverflowError):
        os.kill(int(file.stem), 0)
        return True
    return False


def _read(file: Path, settings: Settings) -> Settings | None:
    with suppress(OSError, ValueError, KeyError, TypeError, ValidationError):
        values = json.loads(file.read_text(encoding="utf-8"))
        return settings.model_copy(
            update={
                **{name: values[name] for name in NAMES},
                "bot_token": SecretStr(values["bot_token"]),
                "admin_ids": frozenset(values["admin_ids"]),
                "content_dir": Path(values["content_dir"]),
            }
        )
    return None


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder is this user's alone; in a place that all may write to, others can be first."""
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & OTHERS
