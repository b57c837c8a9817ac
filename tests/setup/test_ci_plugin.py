"""In CI a skip is a failure; elsewhere it says its reason."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

def test_of_the_browser():
    pytest.skip("no chromium")

@pytest.mark.skipif(True, reason="memory is read from /proc")
def test_of_memory(): ...

@pytest.mark.xfail(strict=True, reason="nobody has mended it yet")
def test_known_to_fail():
    assert False

def test_of_the_rest(): ...
"""
LOOSE = {
    "no reason": "@pytest.mark.xfail(strict=True)\ndef test_it():\n    assert False\n",
    "fails, not strict": "@pytest.mark.xfail(reason='flaky')\ndef test_it():\n    assert False\n",
    "passes, not strict": "@pytest.mark.xfail(reason='flaky')\ndef test_it(): ...\n",
    "never run": "@pytest.mark.xfail(reason='flaky', run=False)\ndef test_it(): ...\n",
    "from within": "def test_it():\n    pytest.xfail('no chromium')\n",
}
MODULE = "import pytest\npytest.skip('no database', allow_module_level=True)\n"


def outcome(folder: Path, text: str, ci: str) -> tuple[int, str]:
    """Return pytest's exit code and its closing line, with the plugin."""
    (folder / "test_skipping.py").write_text(text, encoding="utf-8")
    answer = subprocess.run(  # noqa: S603  # our own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.ci", "--rootdir", folder, folder],
        cwd=ROOT,
        env=os.environ | {"CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, re.sub(r" in [\d.]+s.*", "", answer.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("ci", "code", "closing"),
    [("true", 1, "1 failed, 1 passed, 1 xfailed, 1 error"), ("", 0, "1 passed, 2 skipped, 1 xfailed")],
)
def test_a_skipped_test_fails_in_ci_only(tmp_path: Path, ci: str, code: int, closing: str) -> None:
    assert outcome(tmp_path, TESTS, ci) == (code, closing)


@pytest.mark.parametrize("text", LOOSE.values(), ids=LOOSE.keys())
def test_in_ci_a_test_that_is_marked_to_fail_must_fail_and_say_why(tmp_path: Path, text: str) -> None:
    assert [outcome(tmp_path, f"import pytest\n{text}", ci)[0] for ci in ("true", "")] == [1, 0]


def test_a_module_that_skips_itself_fails_in_ci_too(tmp_path: Path) -> None:
    code, closing = outcome(tmp_path, MODULE, ci="true")
    assert code != 0
    assert "1 error" in closing


@pytest.mark.parametrize("asked", ["", "all"])
def test_each_conversation_has_one_database_unless_all_is_asked_for(asked: str) -> None:
    options = [
        "-q",
        "--collect-only",
        "-o",
        "addopts=--import-mode=importlib",
        "tests/conversations/test_help.py",
    ]
    answer = subprocess.run(  # noqa: S603  # our own tests
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        env=os.environ | {"BRIEFING_TESTS": asked},
        capture_output=True,
        text=True,
        check=True,
    )
    test_lines = [line for line in answer.stdout.splitlines() if "::" in line]
    on_sqlite = {test.replace("sqlite", "") for test in test_lines if "sqlite" in test}
    on_postgresql = {test.replace("postgresql", "") for test in test_lines if "postgresql" in test}
    assert on_sqlite
    assert on_postgresql
    assert on_sqlite == on_postgresql if asked else not on_sqlite & on_postgresql
