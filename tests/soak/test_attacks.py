"""What is done to the program from outside, small: every promise holds (`./run soak attack` is the whole)."""

from pathlib import Path

import pytest

from tests.soak.attack.findings import Finding, all_of, at_least, at_most, broken, table
from tests.soak.attack.listed import ATTACKS, Attack

OPEN = {"search"}
"""Attacks whose promises are not held yet."""


def _listed() -> list[object]:
    return [
        pytest.param(
            attack,
            kind,
            id=f"{attack.name}-{kind}",
            marks=[pytest.mark.xfail(strict=True, reason="not held yet")] if attack.name in OPEN else [],
        )
        for attack in ATTACKS
        for kind in attack.on
    ]


@pytest.mark.parametrize(("attack", "data_folder"), _listed(), indirect=["data_folder"])
async def test_what_is_promised_holds_against_an_attack(
    attack: Attack, tmp_path: Path, database_url: str
) -> None:
    figures = await attack.small(database_url, tmp_path)
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
