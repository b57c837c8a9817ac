"""The bench itself: its quick form runs to the end and prints every row."""

import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).with_name("main.py")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own script, with words of our own
        [sys.executable, str(MAIN), *arguments], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_the_quick_bench_prints_every_row() -> None:
    done = bench("--quick")
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    if not any("PostgreSQL" in row for row in rows):  # no server here
        rows.insert(rows.index("1,000 deliveries: memory over idle"), "1,000 deliveries opened, PostgreSQL")
    assert rows[0] == "what"
    expected = (
        "CPU of the door",
        "the database's share",
        "/latest at 0 ms: the program whole",
        "/latest at 0 ms: its door alone",
        "/latest at 0 ms: python-telegram-bot's own",
        "/latest at 0 ms: the same, 64 side by side",
        "/latest at 50 ms: the program whole",
        "/latest at 50 ms: its door alone",
        "/latest at 50 ms: python-telegram-bot's own",
        "/latest at 50 ms: the same, 64 side by side",
        "/latest alone, 20 ms apart: the program whole",
        "/latest alone, 20 ms apart: its door alone",
        "/latest alone, 20 ms apart: python-telegram-bot's own",
        "/latest alone, 20 ms apart: the same, 64 side by side",
        "25 messages a second permitted: reached",
        "30 messages a second permitted: reached",
        "1,000 messages a second permitted: reached",
        "CPU of a message at 1,000/s ÷ python-telegram-bot with AIORateLimiter",
        "CPU of a message at 1,000/s ÷ aiogram with aiolimiter",
        "sending at 25/s: the program whole",
        "sending at 25/s: aiogram",
        "sending at 25/s: python-telegram-bot",
        "sending at 30/s: the program whole",
        "sending at 30/s: aiogram",
        "sending at 30/s: python-telegram-bot",
        "sending at 1,000/s: the program whole",
        "sending at 1,000/s: its way out alone",
        "sending at 1,000/s: aiogram",
        "sending at 1,000/s: python-telegram-bot",
        "1,000 deliveries opened, SQLite",
        "1,000 deliveries opened, PostgreSQL",
        "1,000 deliveries: memory over idle",
        "/latest while a campaign runs at 25/s ÷ idle, p99",
        "/latest while a campaign runs at 25/s, p99",
        "/latest, p50 and p99: idle",
        "/latest, p50 and p99: while a campaign runs at 25/s",
        "/latest, p50 and p99: while a campaign runs at 1,000/s",
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
