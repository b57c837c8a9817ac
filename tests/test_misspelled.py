"""Names that are nearly settings: named at start, in one sentence that shows no value."""

import asyncio
from pathlib import Path

import pytest

from bot import config
from bot.cli.misspelled import misspelled
from bot.clock import MovableClock
from telegram_simulator import Simulator, Status
from tests.test_program import briefing
from tests.world import TOKEN

FOREIGN = (
    "HTTP_PROXY HTTPS_PROXY http_proxy NO_PROXY ALL_PROXY PORT HTTPS_PORT HTTP_HOSTNAME HOST DATABASE "
    "DB_URL DATABASE_HOST DATABASE_NAME PGHOST PUBLIC_KEY SSH_KEY API_URL TOKEN SECRET ADMIN ADMIN_EMAIL "
    "CONTENT_TYPE TELEGRAM_API_ID TELEGRAM_API_HASH TEST_DATABASE_URL WEBHOOK_URL LANG HOME TZ"
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment that says nothing of us, in an empty folder."""
    for name in (*config.Settings.model_fields, *map("{}_file".format, config.FROM_FILES)):
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_nothing_is_said_where_every_name_is_a_setting(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("BOT_TOKEN", "CANARY")
    environment.setenv("HASH_KEY_FILE", "CANARY")
    (tmp_path / ".env").write_text(
        "ADMIN_IDS=12\nsend_rate=20\n# ADMIN_ID=12\nSEND_WINDOWS=\n", encoding="utf-8"
    )
    assert misspelled() is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ADMIN_ID", "ADMIN_IDS"),
        ("ADMIN_IDES", "ADMIN_IDS"),
        ("BOT_TOKNE", "BOT_TOKEN"),
        ("BOTTOKEN", "BOT_TOKEN"),
        ("SEND_RATES", "SEND_RATE"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("BOT_TOKENFILE", "BOT_TOKEN_FILE"),
        ("TELEGRAM_BOT_TOKEN", "BOT_TOKEN"),
        ("BRIEFING_PUBLIC_URL", "PUBLIC_URL"),
        ("lease_second", "LEASE_SECONDS"),
    ],
)
def test_a_variable_that_is_nearly_a_setting_is_named_without_its_value(
    environment: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    environment.setenv(name, "CANARY")
    sentence = misspelled()
    assert sentence is not None
    assert f"{name.upper()} in the environment is not a setting and is ignored" in sentence
    assert f"Did you mean {meant}?" in sentence
    assert "CANARY" not in sentence


def test_what_other_programs_are_told_is_no_misspelling(environment: pytest.MonkeyPatch) -> None:
    for name in FOREIGN.split():
        environment.setenv(name, "x")
    assert misspelled() is None


def test_every_line_of_env_that_is_no_setting_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "ADMIN_ID=CANARY\nexport PORT=CANARY\nBOT_TOKEN_FILE=/CANARY\nHTTP_PORT=1\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    assert misspelled() == (
        "ADMIN_ID in .env is not a setting and is ignored. Did you mean ADMIN_IDS? BOT_TOKEN_FILE in .env is "
        "ignored: only a variable of the environment may name a file. PORT in .env is not a setting and is "
        "ignored. See .env.example for the names."
    )


def test_a_line_of_env_that_holds_no_setting_is_named_once_by_its_number_in_our_own_words(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("HTTP_PORT=0\n# ours\n\nhello CANARY\n", encoding="utf-8")
    answer = briefing(tmp_path, "bot", BOT_TOKEN=TOKEN)
    assert answer.stderr.count("Line 4 of .env is ignored: it is not NAME=VALUE.") == 1
    assert "dotenv" not in answer.stderr
    assert "CANARY" not in answer.stderr + answer.stdout


async def test_the_start_says_so_once(tmp_path: Path, content: Path) -> None:
    telegram = Simulator(MovableClock())
    await telegram.start()
    telegram.faults.add(method="getMe", times=None, kind=Status(401, "Unauthorized"))
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    answer = await asyncio.to_thread(briefing, tmp_path, "bot", ADMIN_ID="12", **settings)
    await telegram.stop()
    [line] = [line for line in answer.stderr.splitlines() if "ADMIN_ID" in line]
    assert "[warning" in line
    assert "Did you mean ADMIN_IDS?" in line


def test_it_stands_beside_the_settings_that_are_wrong(tmp_path: Path) -> None:
    answer = briefing(tmp_path, "bot", BOT_TOKEN=TOKEN, CONTENT_DIRS="CANARY")
    assert answer.returncode == 1
    assert "CONTENT_DIR: expected the folder" in answer.stderr
    assert "CONTENT_DIRS in the environment is not a setting" in answer.stderr
    assert "Did you mean CONTENT_DIR?" in answer.stderr
    assert "CANARY" not in answer.stderr
