"""The plugin that watches for the token sees what is logged and what is printed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = """
import logging
import sys

from tests.world import TOKEN

def test_that_logs_it():
    logging.getLogger("some.library").warning("POST https://api.telegram.org/bot%s/getMe", TOKEN)

def test_that_logs_it_in_an_error():
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("some.library").exception("it failed")

def test_that_sets_the_root_up_anew():
    logging.getLogger().handlers = []

def test_that_logs_it_after_that():
    logging.getLogger("telegram").info(TOKEN)

def test_that_prints_it():
    print(TOKEN, file=sys.stderr)

def test_that_keeps_it():
    logging.getLogger("some.library").warning("POST https://api.telegram.org/bot[secret]/getMe")
"""


def test_a_test_in_which_the_token_is_told_fails(tmp_path: Path) -> None:
    (tmp_path / "test_telling.py").write_text(TESTS, encoding="utf-8")
    answer = subprocess.run(  # noqa: S603  # our own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.canary", "--rootdir", tmp_path, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    closing = answer.stdout.splitlines()[-1]
    assert closing.startswith("4 failed, 2 passed"), answer.stdout
    assert "some.library" in answer.stdout
