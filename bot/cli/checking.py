"""`briefing check`: what is wrong with the content."""

import shutil
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import NoReturn

import typer

from bot.clock import SystemClock
from bot.services.content.checking import Checked, Checking

LOOK_SECONDS = 0.25
CLEAR = "\033[2J\033[3J\033[H"
OWN_LINES = 4
"""Lines of a screen that are not findings."""


def print_checked(checked: Checked) -> None:
    """Print every finding and the summary."""
    for problem in checked.problems:
        typer.echo(str(problem))
    typer.echo(checked.summary)


def watch_folder(folder: Path) -> NoReturn:
    """Show the findings now and after each save, on a fresh screen each time, until Ctrl+C."""
    checking, clock = Checking(folder), SystemClock()
    try:
        while True:
            checked = checking.check_changed(clock.steady())
            if checked is not None:
                _print_screen(checked, f"{clock.now().astimezone():%H:%M:%S}")
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _print_screen(checked: Checked, hour: str) -> None:
    size = shutil.get_terminal_size()
    is_terminal = sys.stdout.isatty()
    lines = [str(problem) for problem in sorted(checked.problems, key=lambda problem: problem.warning)]
    room = size.lines - OWN_LINES if is_terminal else sys.maxsize
    heights = accumulate(-(-len(line) // size.columns) for line in lines)
    shown = sum(height <= room for height in heights)
    more = [f"… and {len(lines) - shown} more."] if shown < len(lines) else []
    page = "\n".join((*lines[:shown], *more, f"{hour}  {checked.summary} Ctrl+C ends."))
    sys.stdout.write(f"{CLEAR if is_terminal else ''}{page}\n")
    sys.stdout.flush()
