"""Names that are no settings although somebody meant them to be: nothing else tells of them."""

import logging
import os
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic_settings import DotEnvSettingsSource

from bot.config import FROM_FILES, Settings

ALIKE = 0.85
"""`ADMIN_ID` and `BOT_TOKNE` are more alike to a setting than this; `HTTP_PROXY` and `DATABASE` are less."""

PREFIXES = ("TELEGRAM_", "BRIEFING_", "BOT_")
"""Other bots have these before names such as ours."""

logging.getLogger("dotenv.main").setLevel(logging.ERROR)
"""It warns at each reading of a line that it cannot read; `misspelled` says so once."""

SETTINGS = frozenset(name.upper() for name in Settings.model_fields)
FILES = frozenset(f"{name.upper()}_FILE" for name in FROM_FILES)


def misspelled() -> str | None:
    """Name, in sentences without any value, what is ignored in the environment and in `.env`; None where
    nothing is.

    A line of `.env` is meant for us; of the environment's variables only those that are nearly ours.
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
    """Count the lines that hold no setting at all; their words may be a secret."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as stream:
        for found in parse_stream(stream):
            if found.error:
                text = found.original.string
                number = found.original.line + len(text) - len(text.lstrip("\n"))
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
    """Return the setting that a name is nearly, if any."""
    short = next((name.removeprefix(one) for one in PREFIXES if name.removeprefix(one) in SETTINGS), None)
    if short or name.startswith("HTTPS_"):  # a protocol of its own, not a misspelled HTTP
        return short
    likeness = {known: SequenceMatcher(None, name, known).ratio() for known in sorted(SETTINGS | FILES)}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= ALIKE else None
