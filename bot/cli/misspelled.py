"""Misspelled settings in the environment and in `.env`."""

import logging
import os
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic_settings import DotEnvSettingsSource

from bot.config import FROM_FILES, Settings

ALIKE = 0.85
"""The least likeness to a setting: `ADMIN_ID` and `BOT_TOKNE` are above it, `HTTP_PROXY` and `DATABASE`
below.
"""

PREFIXES = ("TELEGRAM_", "BRIEFING_", "BOT_")
"""Prefixes that other bots put before the same names."""

# It warns at each reading of a bad line; `misspelled` says it once.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)

SETTINGS = frozenset(name.upper() for name in Settings.model_fields)
FILES = frozenset(f"{name.upper()}_FILE" for name in FROM_FILES)


def misspelled() -> str | None:
    """Return sentences about names that are ignored; None where there are none. They hold no values.

    Every line of `.env` is meant for us; of the environment only variables whose names are nearly ours.
    """
    environment = {name.upper() for name in os.environ}
    lines = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars} - environment
    odd = [
        *_unreadable(Path(".env")),
        *map(_line, sorted(lines - SETTINGS)),
        *_variables(environment - SETTINGS - FILES),
    ]
    return " ".join([*odd, "See .env.example for the names."]) if odd else None


def _unreadable(file: Path) -> Iterator[str]:
    """Yield a sentence for each line that is not NAME=VALUE, by its number: its text may be a secret."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error:
                text = binding.original.string
                number = binding.original.line + len(text) - len(text.lstrip("\n"))
                yield f"Line {number} of .env is ignored: it is not NAME=VALUE."


def _line(name: str) -> str:
    if name in FILES:
        return f"{name} in .env is ignored: only a variable of the environment may name a file."
    return _no_setting(f"{name} in .env", _meant(name))


def _variables(names: set[str]) -> Iterator[str]:
    for name in sorted(names):
        if meant := _meant(name):
            yield _no_setting(f"{name} in the environment", meant)


def _no_setting(what: str, meant: str | None) -> str:
    ignored = f"{what} is not a setting and is ignored."
    return f"{ignored} Did you mean {meant}?" if meant else ignored


def _meant(name: str) -> str | None:
    """Return the setting that was probably meant by a name; None where none was."""
    short = next(
        (name.removeprefix(prefix) for prefix in PREFIXES if name.removeprefix(prefix) in SETTINGS), None
    )
    if short or name.startswith("HTTPS_"):  # a protocol of its own, not a misspelled HTTP
        return short
    likeness = {known: SequenceMatcher(None, name, known).ratio() for known in sorted(SETTINGS | FILES)}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= ALIKE else None
