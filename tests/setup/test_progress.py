"""What is seen of a long run of tests: a count, and at once each test that fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.progress import Progress

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(30))
def test_that_passes(number): ...

def test_that_fails():
    assert False

def test_after_it(): ...
"""


class Paper:
    """Keeps what was written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.rewritten: list[str] = []

    def line(self, words: str) -> None:
        self.lines.append(words)

    def rewrite(self, words: str) -> None:
        self.rewritten.append(words)


def test_a_log_gets_a_line_each_half_minute_and_one_at_the_end() -> None:
    seconds, paper = 0.0, Paper()
    progress = Progress(paper, terminal=False, monotonic=lambda: seconds)
    progress.expect(3_000)
    for _ in range(3_000):
        seconds += 0.125
        progress.ended()
    assert len(paper.lines) == 13
    assert paper.lines[0] == "240 of 3,000 tests, 30 s"
    assert paper.lines[-1] == "3,000 of 3,000 tests, 6 min 15 s"


def test_on_a_terminal_one_line_is_written_again_and_again() -> None:
    seconds, paper = 0.0, Paper()
    progress = Progress(paper, terminal=True, monotonic=lambda: seconds)
    progress.expect(10)
    for _ in range(10):
        seconds += 0.25
        progress.ended()
    assert paper.lines == []
    assert paper.rewritten[-1] == "10 of 10 tests, 2 s"
    assert len(paper.rewritten) == 10


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_test_that_fails_is_named_before_the_others_have_ended(tmp_path: Path, processes: str) -> None:
    (tmp_path / "test_long.py").write_text(TESTS, encoding="utf-8")
    words = ["-q", "-n", processes, "-p", "tests.plugins.progress", "--rootdir", str(tmp_path), str(tmp_path)]
    answer = subprocess.run(  # noqa: S603  # our own tests
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env=os.environ | {"CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = answer.stdout.splitlines()
    failed = lines.index("FAILED test_long.py::test_that_fails")
    (counted,) = [at for at, line in enumerate(lines) if line.startswith("32 of 32 tests, ")]
    assert (
        failed
        < counted
        < lines.index("=================================== FAILURES ===================================")
    )
    assert "1 failed, 31 passed" in lines[-1]
