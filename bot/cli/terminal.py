"""The operator's terminal: settings, logs, sentences that end a command."""

import sys
from typing import NoReturn

import typer

from bot import config, logs
from bot.cli.misspelled import misspelled
from bot.config import Settings, SettingsError


def settings() -> Settings:
    """Return the settings, or end the program with what is wrong with them."""
    try:
        return config.load()
    except SettingsError as error:
        fail("\n".join(filter(None, [str(error), misspelled()])))


def set_up_logs(given: Settings, *, quiet: bool = False) -> None:
    """Log as the settings say. `quiet`: without `info`, for commands that print their own sentences."""
    level = "warning" if quiet and given.log_level == "info" else given.log_level
    logs.set_up(given.secrets(), level=level, form=given.log_format)


def fail(sentence: str) -> NoReturn:
    """End the program with a sentence on stderr and the exit code 1."""
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(1)
