"""The examples do what they show: each is copied to a folder of its own and run there as a stranger would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1]
COMMAND = f'#!/bin/sh\nexec "{sys.executable}" -m telegram_simulator "$@"\n'
PLUGIN = ("-p", "telegram_simulator.pytest_plugin")
NO_NODE = "node and npm are not installed (Debian: apt-get install nodejs npm)"


def example(name: str, folder: Path) -> Path:
    unwanted = shutil.ignore_patterns("node_modules", "__pycache__", ".pytest_cache")
    copied = shutil.copytree(FOLDER / "examples" / name, folder / name, ignore=unwanted)
    (copied / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return copied


def environment(folder: Path) -> dict[str, str]:
    """Return variables with which the command and the modules of this tree are found."""
    command = folder / "bin" / "telegram-simulator"
    command.parent.mkdir()
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(FOLDER)}


def ended(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own examples
        command,
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("name", "passed"), [("python_telegram_bot", 5), ("aiogram", 1)])
def test_a_bot_in_python_is_tested_with_the_fixture(tmp_path: Path, name: str, passed: int) -> None:
    answer = ended(example(name, tmp_path), sys.executable, "-m", "pytest", *PLUGIN)
    assert answer.returncode == 0, answer.stdout
    assert f"{passed} passed" in answer.stdout


@pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason=NO_NODE)
def test_a_bot_in_javascript_is_tested_over_http(tmp_path: Path) -> None:
    folder = example("grammy", tmp_path)
    answer = ended(folder, "sh", "-c", "npm ci --no-audit --no-fund && npm test")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "# pass 1" in answer.stdout


def test_the_lock_of_npm_names_no_host() -> None:
    text = (FOLDER / "examples/grammy/package-lock.json").read_text(encoding="utf-8")
    assert '"integrity": "sha512-' in text
    assert "://" not in text
