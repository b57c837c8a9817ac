"""Tables on the operator's terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

WIDTH = 140
"""Columns where the output is not a terminal."""


def console() -> Console:
    """Return the terminal that the output goes to, or a console of 140 columns where it is none."""
    terminal = Console(markup=False, highlight=False)
    return terminal if terminal.is_terminal else Console(width=WIDTH, markup=False, highlight=False)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Print rows under a head; columns in `numbers` are right-aligned, the last may wrap."""
    table = Table(box=None, pad_edge=False)
    for name in head:
        last = name == head[-1]
        table.add_column(
            name, no_wrap=not last, justify="right" if name in numbers else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    console().print(table)
