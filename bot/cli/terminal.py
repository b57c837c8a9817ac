"""The operator's terminal: settings that she gave, and sentences that end a command."""

import sys
from typing import NoReturn

import typer

from bot import config
from bot.cli.misspelled import misspelled
from bot.config import Settings, SettingsError


def settings() -> Settings:
    try:
        return config.load()
    except SettingsError as error:
        fail("\n".join(filter(None, [str(error), misspelled()])))


def fail(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise typer.Exit(1)
