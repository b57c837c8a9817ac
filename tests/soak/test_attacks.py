"""What is done to the program from outside, small: every promise holds (`./run soak attack` is the whole)."""

from pathlib import Path

import pytest

from tests.soak.attack.findings import Finding, all_of, at_least, at_most, broken, table
from tests.soak.attack.listed import ATTACKS, Play

OPEN = {
    "search",
    "groups",
    "flooders",
    "kills",
    "cut-off",
    "stopped",
    "leader",
    "full-disk",
    "wire",
    "webhook",
}
"""Attacks against which a promise does not hold yet."""


def _listed() -> list[object]:
    return [
        pytest.param(attack.small, kind, id=f"{attack.name}-{kind}", marks=_marks(attack.name))
        for attack in ATTACKS
        for kind in attack.on
        if attack.small is not None
    ]


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason="not held yet")] if name in OPEN else []


@pytest.mark.parametrize(("attack", "data_folder"), _listed(), indirect=["data_folder"])
async def test_what_is_promised_holds_against_an_attack(
    attack: Play, tmp_path: Path, database_url: str
) -> None:
    figures = await attack(database_url, tmp_path)
    assert broken(figures.findings()) == []


def test_figures_are_judged_by_their_promises() -> None:
    good = [at_most("waits", 2.0, 3.0, " s"), at_least("rate", 5.0, 5.0), all_of("stops", 40, 40)]
    bad = [at_most("waits", 3.1, 3.0, " s"), at_least("rate", 4.9, 5.0), all_of("stops", 39, 40)]
    assert broken(good) == []
    assert broken(bad) == [
        "waits: 3.1 s, promised is at most 3 s.",
        "rate: 4.9, promised is at least 5.",
        "stops: 39 of 40, promised is 40 of 40.",
    ]


def test_the_table_has_a_line_for_each_figure() -> None:
    lines = table([("search", Finding("words", "12", "at most 0", held=False))]).splitlines()
    assert [cell.strip() for cell in lines[1].split("|")] == ["search", "words", "12", "at most 0", "NO"]
