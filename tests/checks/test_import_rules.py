"""The import rules of pyproject.toml really catch what they forbid: each one is broken on purpose."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]

BREACHES = {
    "bot/domain/breach.py": "import telegram, sqlmodel, sqlalchemy, alembic, apscheduler, babel, aiohttp",
    "bot/services/breach.py": "import bot.web, tdjson, jinja2, markdown_it, mdit_py_plugins, typer, rich",
    "bot/services/other_breach.py": "import httptools, tzdata",
    "bot/telegram/breach.py": "import prometheus_client, PIL, telegram_simulator",
    "bot/domain/content/breach.py": "import bot.domain.readers",
    "bot/db/readers/breach.py": "import bot.db.operations",
    "bot/services/content/breach.py": "import bot.db.readers",
    "bot/services/reading/breach.py": "import bot.services.delivery",
    "bot/services/updates/breach.py": "import bot.services.readers",
    "bot/telegram/api/breach.py": "import bot.telegram.chat",
    "bot/telegram/handlers/reading/breach.py": "import bot.telegram.handlers.admin",
    "simulator/telegram_simulator/breach.py": "import bot.i18n, bot.domain.content.issue",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("bot", "simulator/telegram_simulator"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{folder / 'simulator'}"}
    return subprocess.run(  # noqa: S603  # ours
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_every_rule_is_broken_by_its_breach(copy: Path) -> None:
    for file, text in BREACHES.items():
        (copy / file).write_text(f"{text}\n", encoding="utf-8")
    answer = lint(copy)
    assert answer.returncode != 0
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in answer.stdout] == []
    for file, text in BREACHES.items():
        module = file.removeprefix("simulator/").removesuffix(".py").replace("/", ".")
        for imported in text.removeprefix("import ").split(", "):
            assert f"{module} -> {imported}" in answer.stdout


def test_a_new_module_must_be_given_a_place(copy: Path) -> None:
    (copy / "bot" / "helpers.py").write_text('"""Somewhere."""\n', encoding="utf-8")
    answer = lint(copy)
    assert answer.returncode != 0
    assert "bot.helpers" in answer.stdout
