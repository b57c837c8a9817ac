"""Names that are no settings although somebody meant them to be: nothing else tells of them."""

import os
from collections.abc import Iterator
from difflib import SequenceMatcher

from pydantic_settings import DotEnvSettingsSource

from bot.config import FROM_FILES, Settings

ALIKE = 0.85
"""`ADMIN_ID` and `BOT_TOKNE` are more alike to a setting than this; `HTTP_PROXY` and `DATABASE` are less."""

PREFIXES = ("TELEGRAM_", "BRIEFING_", "BOT_")
"""Other bots have these before names such as ours."""

SETTINGS = frozenset(name.upper() for name in Settings.model_fields)
FILES = frozenset(f"{name.upper()}_FILE" for name in FROM_FILES)


def misspelled() -> str | None:
    """Name, in one sentence and without any value, what is ignored in the environment and in `.env`; None
    where nothing is.

    A line of `.env` is meant for us; of the environment's variables only those that are nearly ours.
    """
    environment = {name.upper() for name in os.environ}
    lines = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars} - environment
    odd = [*map(_line, sorted(lines - SETTINGS)), *_variables(environment - SETTINGS - FILES)]
    if not odd:
        return None
    return f"What is no setting is ignored: {', '.join(odd)}. See .env.example for the names."


def _line(name: str) -> str:
    if name in FILES:
        return f"{name} in .env (only a variable of the environment may name a file)"
    meant = _meant(name)
    return f"{name} in .env (is {meant} meant?)" if meant else f"{name} in .env"


def _variables(names: set[str]) -> Iterator[str]:
    for name in sorted(names):
        if meant := _meant(name):
            yield f"{name} in the environment (is {meant} meant?)"


def _meant(name: str) -> str | None:
    """Return the setting that a name is nearly, if any."""
    short = next((name.removeprefix(one) for one in PREFIXES if name.removeprefix(one) in SETTINGS), None)
    if short or name.startswith("HTTPS_"):  # a protocol of its own, not a misspelled HTTP
        return short
    likeness = {known: SequenceMatcher(None, name, known).ratio() for known in sorted(SETTINGS | FILES)}
    best = max(likeness, key=likeness.__getitem__)
    return best if likeness[best] >= ALIKE else None
