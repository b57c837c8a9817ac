"""What a small checkout for `./run` is made of."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = 'import os, sys\nprint("runs", *sys.argv[1:], "in", os.getcwd())\n'
CATALOG = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "issue"\nmsgstr "edición"\n'
PROJECT = """
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"

[project]
name = "briefing-bot"
version = "0.1.0"
requires-python = ">=3.11"

[tool.uv.build-backend]
module-name = "bot"
module-root = ""
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


SIMULATOR = """
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"

[project]
name = "telegram-simulator"
version = "0.1.0"
requires-python = ">=3.11"

[tool.uv.build-backend]
module-name = "telegram_simulator"
module-root = ""
"""
SERVER = 'import sys\nprint("simulates", *sys.argv[1:])\n'
LISTS = {
    "requirements.txt": (),
    "requirements-demo.txt": ("markupsafe",),
    "requirements-dev.txt": ("markupsafe", "pyyaml"),
}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def locked(name: str) -> str:
    """Return the entry of one package in the real lock file."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    match = re.search(rf"^{name}==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    assert match
    return match[0]


def make_checkout(folder: Path) -> None:
    """Lay out a checkout that was never set up, with the real `./run`."""
    folder.mkdir()
    for name in ("run", "requirements-uv.txt"):
        shutil.copy(ROOT / name, folder)
    for name, more in LISTS.items():
        write(folder / name, "".join(locked(package) for package in ("babel", *more)))
    write(folder / "pyproject.toml", PROJECT)
    write(folder / "simulator/pyproject.toml", SIMULATOR)
    write(folder / "simulator/telegram_simulator/__init__.py", "")
    write(folder / "simulator/telegram_simulator/__main__.py", SERVER)
    write(folder / "bot/__init__.py", "")
    write(folder / "bot/__main__.py", PROGRAM)
    write(folder / "locales/es/LC_MESSAGES/briefing.po", CATALOG)
