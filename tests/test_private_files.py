"""What the program keeps is for its owner alone, however careless the machine is about new files."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.composition.hash_key import kept_key
from bot.db.engine.session import Database
from tests.test_program import briefing
from tests.world import World


@pytest.fixture(autouse=True)
def _careless() -> Iterator[None]:
    """Everyone may read and write whatever is made."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return what others may do with a folder and with each file in it."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (folder, *folder.iterdir())}


async def test_of_a_running_program_nobody_else_reads_a_file(content: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with World(content, data) as world:
        await world.ask(world.person(), "/start")
        file_modes = modes(data)
    assert {"data", "bot.db", "bot.db-wal", "bot.db-shm", "bot.db.sender", "hash.key"} <= file_modes.keys()
    assert any(name.endswith(".lock") for name in file_modes)
    assert set(file_modes.values()) == {0}, file_modes


async def test_whoever_makes_the_folder_first_makes_it_for_its_owner(tmp_path: Path) -> None:
    kept_key(tmp_path / "key")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tables' / 'bot.db'}")
    await database.migrate()
    await database.close()
    for name in ("key", "tables"):
        assert set(modes(tmp_path / name).values()) == {0}


async def test_a_backup_and_what_is_restored_from_it_are_for_their_owner(
    tmp_path: Path, content: Path
) -> None:
    backups, data = tmp_path / "kept", tmp_path / "data"
    backups.mkdir(mode=0o700)
    address = {"DATABASE_URL": f"sqlite+aiosqlite:///{data / 'bot.db'}", "CONTENT_DIR": str(content)}
    for words in (("migrate",), ("backup", str(backups / "kept.db"))):
        assert briefing(tmp_path, *words, **address).returncode == 0
    (data / "bot.db").unlink()
    assert briefing(tmp_path, "restore", str(backups / "kept.db"), "--yes", **address).returncode == 0
    assert set(modes(backups).values()) == set(modes(data).values()) == {0}, (modes(backups), modes(data))
