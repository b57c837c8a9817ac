"""Tables of what was measured, for screen and docs/performance.md."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("what", "measured", "aim")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row; `aim` is empty where there is none, `missed` says that it was not reached."""

    what: str
    measured: str
    aim: str = ""
    missed: bool = False


def against(what: str, value: float, unit: str, aim: float, *, digits: int = 2) -> Figure:
    """Hold a value that should be small against its aim."""
    return Figure(what, f"{value:.{digits}f}{unit}", f"≤ {aim:g}{unit}", missed=value > aim)


def at_least(what: str, value: float, aim: float, more: str = "") -> Figure:
    """Hold a share that should be large against its aim."""
    return Figure(what, f"{value:.1%}{more}", f"≥ {aim:.0%}", missed=value < aim)


def table(figures: Iterable[Figure]) -> str:
    """Return the rows in Markdown; a missed aim says so."""
    rows = [COLUMNS, *((figure.what, figure.measured, _aim(figure)) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}, loopback"


def _aim(figure: Figure) -> str:
    return f"{figure.aim}, missed" if figure.missed else figure.aim
