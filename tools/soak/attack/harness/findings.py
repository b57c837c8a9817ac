"""What an attack measured, against what was promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure of one attack, as people read it; `held` tells whether the promise was kept."""

    what: str
    figure: str
    promise: str
    held: bool


class Figures(Protocol):
    """What came of an attack."""

    def findings(self) -> list[Finding]:
        """Judge every figure against its promise."""
        ...


def at_most(what: str, figure: float, limit: float, unit: str = "") -> Finding:
    return Finding(what, f"{figure:.4g}{unit}", f"at most {limit:.4g}{unit}", figure <= limit)


def at_least(what: str, figure: float, limit: float, unit: str = "") -> Finding:
    return Finding(what, f"{figure:.4g}{unit}", f"at least {limit:.4g}{unit}", figure >= limit)


def all_of(what: str, figure: int, count: int) -> Finding:
    return Finding(what, f"{figure} of {count}", f"{count} of {count}", figure == count)


def broken(findings: Iterable[Finding]) -> list[str]:
    """Return what was promised and did not hold, each as a sentence."""
    return [
        f"{finding.what}: {finding.figure}, promised is {finding.promise}."
        for finding in findings
        if not finding.held
    ]


def table(rows: Iterable[tuple[str, Finding]]) -> str:
    """Lay the figures of attacks out in columns, one a line."""
    cells = [("attack", "what", "figure", "promise", "held")]
    cells += [
        (name, finding.what, finding.figure, finding.promise, "yes" if finding.held else "NO")
        for name, finding in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (" | ".join(map(str.ljust, row, widths)).rstrip() for row in cells)
    return "\n".join(lines) + "\n"
