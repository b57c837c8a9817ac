"""Backups from the command line: what an operator types, and what she is told."""

import re
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.domain.readers.reader import Reader
from tests.forked import forked as briefing

NOW = SystemClock().now()


@pytest.fixture
async def settings(database_url: str, content: Path) -> dict[str, str]:
    """Settings of a bot that has one reader."""
    database = Database(database_url)
    async with database.write() as session:
        await readers.add(session, Reader(5, "es"), NOW)
    await database.close()
    return {"DATABASE_URL": database_url}


async def count(database_url: str) -> int:
    database = Database(database_url)
    async with database.read() as session:
        count = (await session.exec_driver_sql("SELECT count(*) FROM readers")).scalar_one()
    await database.close()
    return int(count)


async def test_a_backup_is_made_and_put_back_and_the_key_is_named(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    made = briefing(tmp_path, "backup", "kept.db", **settings)
    assert (made.returncode, made.stderr) == (0, "")
    assert re.match(r"All that the bot remembers is in kept\.db \(\d\.\d MB\)\.\n", made.stdout)
    assert "hash.key is not in it: keep it too" in made.stdout
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await readers.add(session, Reader(6, "en"), NOW)
    await database.close()
    assert await count(settings["DATABASE_URL"]) == 2
    restored = briefing(tmp_path, "restore", "kept.db", "--yes", **settings)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "wait until an admin has answered" in restored.stdout
    assert await count(settings["DATABASE_URL"]) == 1


async def test_restoring_asks_and_silence_is_no(tmp_path: Path, settings: dict[str, str]) -> None:
    assert briefing(tmp_path, "backup", "kept.db", **settings).returncode == 0
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await readers.add(session, Reader(6, "en"), NOW)
    await database.close()
    asked = briefing(tmp_path, "restore", "kept.db", **settings)
    assert asked.returncode == 1
    assert "holds now is replaced. Restore? [y/N]" in asked.stdout
    assert await count(settings["DATABASE_URL"]) == 2


async def test_a_key_among_the_settings_is_named_and_not_shown(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    made = briefing(tmp_path, "backup", "kept.db", HASH_KEY="CANARY" * 8, **settings)
    assert "HASH_KEY is not in it" in made.stdout
    assert "CANARY" not in made.stdout + made.stderr


async def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, settings: dict[str, str]) -> None:
    (tmp_path / "there.db").write_text("precious", encoding="utf-8")
    for words, why in (
        (("backup", "there.db"), "there.db is there already. Name another file, or add --force.\n"),
        (("backup", "no/where.db"), "There is no folder no. Make it first.\n"),
        (("restore", "missing.db"), "There is no file missing.db.\n"),
        (("restore", "there.db"), "there.db is none of the files that `backup` writes.\n"),
    ):
        answer = briefing(tmp_path, *words, **settings)
        assert (answer.returncode, answer.stderr) == (1, why)


def test_a_database_that_is_not_there_is_not_made_by_a_backup(tmp_path: Path, content: Path) -> None:
    answer = briefing(tmp_path, "backup", "kept.db")
    assert answer.returncode == 1
    assert answer.stderr == "There is no database at ./data/bot.db yet. See DATABASE_URL.\n"
    assert briefing(tmp_path, "campaigns").stderr == answer.stderr
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "kept.db").exists()


@pytest.mark.parametrize(
    ("word", "about"), [("backup", "also while it runs"), ("restore", "the bot must not run")]
)
def test_the_help_says_whether_the_bot_may_run(tmp_path: Path, word: str, about: str) -> None:
    answer = briefing(tmp_path, word, "--help")
    assert answer.returncode == 0
    assert about in answer.stdout
