"""A backup holds everything as it was at one moment, and puts it back on either database, whole."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import BigInteger, create_engine, func, insert, select

from bot.clock import StoppedClock
from bot.db.delivery import uploads
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError
from bot.db.migrations import HEAD
from bot.db.migrations.upgrade import configuration
from bot.db.operations import backup, timestamps
from bot.db.operations.backup import FileError
from bot.db.readers import readers
from bot.db.rows.column_types import Moment
from bot.db.updates.heartbeat import Heartbeat
from bot.domain.readers.reader import Reader
from bot.services.operations.backups import BackupError, Backups
from tests.databases import Scratch, on_postgresql, on_sqlite

NOW = datetime(2025, 12, 21, 20, tzinfo=UTC)
LATER = NOW + timedelta(hours=14)
BIG = 2**40 + 7
FLEETING = {"processes", "update_owners", "leases", "timestamps"}
"""Tables that a restore changes on purpose."""

COUNTS = ("SELECT count(*) FROM readers", "SELECT count(*) FROM uploads")

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await fill(opened)
    yield opened
    await opened.close()


@pytest.fixture
def shared_url(scratch: Scratch) -> str:
    scratch.empty()
    return scratch.url


async def fill(database: Database) -> None:
    """Put a row into every table, its values chosen by their columns' types."""
    async with database.write() as session:
        for table in backup.tables:
            row = {column.name: _value(column) for column in table.columns if not _counted(column)}
            await session.execute(insert(table), [row])


def _counted(column: Any) -> bool:
    return column is column.table.autoincrement_column


def _value(column: Any) -> object:
    if column.foreign_keys:
        return BIG if column.name == "reader_id" else 1
    if isinstance(column.type, Moment):
        return NOW
    if column.table.name == "grants" and column.name == "days":
        return None  # either days or until
    if column.type.python_type is int:
        return BIG if isinstance(column.type, BigInteger) else 3
    values = {bool: True, float: 0.5, bytes: b"\0\xff picture", date: NOW.date()}
    return values.get(column.type.python_type, f"ñandú {column.name}")


async def contents(database: Database) -> Rows:
    async with database.read() as session:
        return {
            table.name: sorted(map(tuple, await session.execute(select(table))), key=repr)
            for table in backup.tables
        }


def lasting(rows: Rows) -> Rows:
    return {name: found for name, found in rows.items() if name not in FLEETING}


def backups(database: Database) -> Backups:
    return Backups(database, StoppedClock(LATER))


async def test_what_is_restored_is_what_was_backed_up_in_every_table(
    database: Database, tmp_path: Path
) -> None:
    before = await contents(database)
    assert all(before.values())
    await backups(database).back_up(tmp_path / "kept.db")
    async with database.write() as session:
        await readers.add(session, Reader(5, "en"), NOW)
        await readers.change(session, BIG, language="en", zone=None)
        await uploads.remember(session, "another", "file")
    assert await contents(database) != before
    await backups(database).restore(tmp_path / "kept.db")
    assert lasting(await contents(database)) == lasting(before)


async def test_nobody_who_ran_then_runs_now_and_no_epoch_comes_again(
    database: Database, tmp_path: Path
) -> None:
    await backups(database).back_up(tmp_path / "kept.db")
    await backups(database).restore(tmp_path / "kept.db")
    found = await contents(database)
    assert (found["processes"], found["update_owners"]) == ([], [])
    assert [(row[2], row[3]) for row in found["leases"]] == [(3, 0.0)]


async def test_the_database_is_marked_with_the_time_of_the_restore(
    database: Database, tmp_path: Path
) -> None:
    await backups(database).back_up(tmp_path / "kept.db")
    async with database.read() as session:
        assert await timestamps.find(session, timestamps.RESTORED) is None
    await backups(database).restore(tmp_path / "kept.db")
    async with database.read() as session:
        assert await timestamps.find(session, timestamps.RESTORED) == LATER


async def test_rows_added_after_a_restore_get_numbers_of_their_own(
    database: Database, tmp_path: Path
) -> None:
    await backups(database).back_up(tmp_path / "kept.db")
    await backups(database).restore(tmp_path / "kept.db")
    async with database.write() as session:
        for table in backup.tables:
            if table.name in ("audit", "campaigns", "grants"):
                row = {column.name: _value(column) for column in table.columns if not _counted(column)}
                new = {"key": "another", "source_id": "another"}
                await session.execute(insert(table), [row | {name: new[name] for name in row.keys() & new}])
                assert (await session.execute(select(func.count()).select_from(table))).scalar() == 2


@on_sqlite
async def test_a_backup_of_sqlite_goes_to_postgresql_and_back(
    database: Database, shared_url: str, tmp_path: Path
) -> None:
    shared = Database(shared_url)
    before = await contents(database)
    await backups(database).back_up(tmp_path / "from_sqlite.db")
    await backups(shared).restore(tmp_path / "from_sqlite.db")
    assert lasting(await contents(shared)) == lasting(before)
    await backups(shared).back_up(tmp_path / "from_postgresql.db")
    await shared.close()
    moved = Database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'bot.db'}")
    await backups(moved).restore(tmp_path / "from_postgresql.db")
    assert lasting(await contents(moved)) == lasting(before)
    await moved.close()


async def test_a_backup_made_while_others_write_is_of_one_moment(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Every transaction adds a reader and an upload: a backup that has one has the other."""
    ended = asyncio.Event()

    async def write() -> int:
        number = 0
        while not ended.is_set():
            number += 1
            async with database.write() as session:
                await readers.add(session, Reader(number, "en"), NOW)
                await uploads.remember(session, f"digest {number}", "file")
        return number

    writing = asyncio.create_task(write())
    for number in range(5):
        await asyncio.to_thread(asyncio.run, back_up_apart(database_url, tmp_path / f"{number}.db"))
    ended.set()
    assert await writing > 5
    for number in range(5):
        with sqlite3.connect(tmp_path / f"{number}.db") as kept:
            counts = [kept.execute(query).fetchone() for query in COUNTS]
        kept.close()
        assert counts[0] == counts[1]


async def back_up_apart(url: str, file: Path) -> None:
    """Make a backup as another program does."""
    own = Database(url)
    await backups(own).back_up(file)
    await own.close()


async def test_a_file_that_is_there_stays_unless_forced(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    file.write_text("precious", encoding="utf-8")
    with pytest.raises(BackupError, match="is there already"):
        await backups(database).back_up(file)
    assert file.read_text(encoding="utf-8") == "precious"
    await backups(database).back_up(file, force=True)
    backup.look_at(file)


async def test_only_its_owner_may_read_a_backup_and_nothing_lies_beside_it(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    await backups(database).back_up(folder / "kept.db")
    assert stat.S_IMODE((folder / "kept.db").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["kept.db"]


async def test_where_no_backup_can_be_made_the_old_one_stays(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    await backups(database).back_up(file)
    before = file.read_bytes()
    if database.is_shared:
        gone = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    else:
        gone = Database(f"sqlite+aiosqlite:///{tmp_path / 'nowhere.db'}")
    with pytest.raises(BackupError, match=r"^(The backup was not made|There is no database at)"):
        await backups(gone).back_up(file, force=True)
    await gone.close()
    assert file.read_bytes() == before
    assert not (tmp_path / "nowhere.db").exists()


@on_sqlite
async def test_the_database_itself_is_neither_overwritten_nor_restored(
    database: Database, data_folder: Path
) -> None:
    for attempt in (
        backups(database).back_up(data_folder / "bot.db", force=True),
        backups(database).restore(data_folder / "bot.db"),
    ):
        with pytest.raises(BackupError, match="is the database itself"):
            await attempt


@on_postgresql
async def test_tables_of_another_version_are_not_backed_up(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        await session.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(BackupError, match="not those of this version"):
        await backups(database).back_up(tmp_path / "kept.db")
    async with database.write() as session:
        await session.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{HEAD}'")  # noqa: S608  # ours


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "none of the files"),
        (b"This is no database. " * 100, "none of the files"),
        ("foreign", "none of the files"),
        ("cut", "cannot be used"),
        ("damaged", "cannot be used"),
        ("newer", "newer version"),
        (None, "There is no file"),
    ],
    ids=["empty", "text", "foreign", "cut", "damaged", "newer", "missing"],
)
async def test_what_is_no_sound_backup_is_refused_and_the_database_stays(
    database: Database, tmp_path: Path, content: bytes | str | None, why: str
) -> None:
    file = tmp_path / "kept.db"
    await backups(database).back_up(file)
    spoil(file, content)
    before = lasting(await contents(database))
    with pytest.raises(BackupError, match=why):
        await backups(database).restore(file)
    assert lasting(await contents(database)) == before


def spoil(file: Path, content: bytes | str | None) -> None:
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif content == "damaged":
        whole = file.read_bytes()
        file.write_bytes(whole[:-4096] + b"\r" + bytes(7) + b"\xff" * 100 + bytes(4096 - 108))
    elif content == "newer":
        tell(file, "UPDATE alembic_version SET version_num = '9999'")
    else:
        file.unlink()
        if content == "foreign":
            tell(file, "CREATE TABLE strangers (id INTEGER)")


def tell(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


async def test_a_backup_of_an_older_version_is_brought_up_to_date(database: Database, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO readers (id, language, rendering, push, started_at)"
            " VALUES (77, 'es', 'classic', 1, '2025-11-01 10:00:00')"
        )
    engine.dispose()
    await backups(database).restore(tmp_path / "old.db")
    assert await database.is_at_head()
    async with database.read() as session:
        found = await readers.find(session, 77)
        assert await readers.find(session, BIG) is None
    assert found is not None
    assert found.language == "es"


async def test_while_a_program_runs_on_the_database_nothing_is_restored(
    database: Database, tmp_path: Path
) -> None:
    await backups(database).back_up(tmp_path / "kept.db")
    program = Heartbeat(database, "a program that runs")
    await program.enter()
    before = lasting(await contents(database))
    with pytest.raises(BackupError, match="Stop it"):
        await backups(database).restore(tmp_path / "kept.db")
    assert lasting(await contents(database)) == before
    await program.leave()
    await backups(database).restore(tmp_path / "kept.db")


@on_postgresql
async def test_no_program_can_begin_while_a_backup_is_put_back(database: Database, database_url: str) -> None:
    other = Database(f"{database_url}?timeout=0.3")
    async with database.write() as session:
        assert not await backup.is_in_use(session)
        with pytest.raises(DatabaseError):
            await Heartbeat(other, "a program that starts").enter()
    await Heartbeat(other, "one that starts afterwards").enter()
    await other.close()


@on_postgresql
async def test_a_restore_that_breaks_off_changes_nothing(database: Database, tmp_path: Path) -> None:
    """PostgreSQL keeps no NUL in a text, and `uploads` is among the last tables."""
    await backups(database).back_up(tmp_path / "kept.db")
    tell(tmp_path / "kept.db", "UPDATE uploads SET file_id = 'a' || char(0) || 'b'")
    before = lasting(await contents(database))
    with pytest.raises(BackupError, match=r"^Nothing was restored: "):
        await backups(database).restore(tmp_path / "kept.db")
    assert lasting(await contents(database)) == before


@on_sqlite
async def test_a_database_that_another_program_holds_is_not_restored(
    database_url: str, data_folder: Path, tmp_path: Path
) -> None:
    database = Database(f"{database_url}?timeout=0.2")
    await backups(database).back_up(tmp_path / "kept.db")
    holder = sqlite3.connect(data_folder / "bot.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(BackupError, match="locked"):
        await backups(database).restore(tmp_path / "kept.db")
    with pytest.raises(FileError, match="holds it"):  # not even where the first look found it free
        await asyncio.wait_for(
            asyncio.to_thread(backup.copy_file, tmp_path / "kept.db", data_folder / "bot.db", 0.2), 20
        )
    holder.execute("ROLLBACK")
    holder.close()
    await database.close()
