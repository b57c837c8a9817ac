"""The bench itself: its quick form runs to the end and prints every row."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.apart

ROOT = Path(__file__).parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own script, with words of our own
        [sys.executable, "-m", "tools.bench.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_quick_bench_prints_every_row() -> None:
    """All but `sending` and `crowds`, whose peers alone take minutes."""
    done = bench("--quick", "commands", "starts", "thousand")
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert rows[0] == "what"
    expected = (
        "CPU of transport and handlers alone",
        "the database's share",
        "/latest at 0 ms: the program whole",
        "/latest at 0 ms: its transport and handlers alone",
        "/latest at 0 ms: python-telegram-bot's own",
        "/latest at 0 ms: the same, 64 side by side",
        "/latest at 50 ms: the program whole",
        "/latest at 50 ms: its transport and handlers alone",
        "/latest at 50 ms: python-telegram-bot's own",
        "/latest at 50 ms: the same, 64 side by side",
        "/latest alone, 20 ms apart: the program whole",
        "/latest alone, 20 ms apart: its transport and handlers alone",
        "/latest alone, 20 ms apart: python-telegram-bot's own",
        "/latest alone, 20 ms apart: the same, 64 side by side",
        "start to ready ÷",
        "idle memory ÷",
        "start to ready; idle memory",
        "bare import",
        "12 issues: start to ready",
        "12 issues: all loaded",
        "longest stall",
        "/latest, p99",
    )
    assert len(rows) == 2 + len(expected)
    for row, beginning in zip(rows[2:], expected, strict=True):
        assert row.startswith(beginning)


def test_a_word_that_the_bench_does_not_know_is_refused() -> None:
    done = bench("fast")
    assert done.returncode == 1
    assert "./run bench [PART ...] [--quick]" in done.stderr
