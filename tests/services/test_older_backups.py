"""A backup of an older version is brought up to date while it is put back: nothing in it is lost."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from bot.clock import StoppedClock
from bot.db.delivery import cooldowns, status_messages
from bot.db.delivery.status_messages import StatusMessage
from bot.db.engine.session import Database
from bot.db.migrations.upgrade import configuration
from bot.db.operations import notices, timestamps
from bot.db.operations.notices import Notice
from bot.db.publishing import news, release_messages, releases
from bot.db.publishing.release_messages import ReleaseMessage
from bot.db.readers import feedback_posts, grants
from bot.db.updates import inbox
from bot.db.updates.inbox import Received
from bot.domain.publishing.news import Condition, Told
from bot.domain.readers.feedback import Post
from bot.services.operations.backups import Backups

DAY = date(2025, 12, 22)
NOW = datetime(2025, 12, 22, 12, tzinfo=UTC)
ANA = 5_000_000_001
ADMIN = 9

VERSION_BEFORE = "0015"
ROWS = (
    (
        "INSERT INTO readers (id, language, rendering, push, started_at)"
        " VALUES (5000000001, 'es', 'classic', 1, '2025-12-22 12:00:00')"
    ),
    (
        "INSERT INTO grants (reader_id, source, source_id, given_at, days, revoked_at, why)"
        " VALUES (5000000001, 'gift', '1', '2025-12-22 12:00:00', 7, '2025-12-22 12:00:00', 'request 3')"
    ),
    (
        "INSERT INTO inbox (update_id, sender, body, received_at)"
        " VALUES (71, 5000000001, '{}', '2025-12-22 12:00:00')"
    ),
    # It ran while the backup was made: that it is alive is no reason to refuse the backup.
    "INSERT INTO processes (id, until) VALUES ('it ran then', 99999999999)",
    "INSERT INTO talking (sender, owner, epoch) VALUES (5000000001, 'it ran then', 4)",
    "INSERT INTO marks (name, at) VALUES ('pushing since', '2025-12-22 12:00:00')",
    "INSERT INTO halts (chat_id, noted_at, seconds) VALUES (-100, '2025-12-22 12:00:00', 60)",
    (
        "INSERT INTO campaigns (id, kind, key, title, state, opened_at, starts_at, frozen)"
        " VALUES (1, 'issue', '2025-12-22', 'M', 'open', '2025-12-22 12:00:00', '2025-12-22 12:00:00', 1)"
    ),
    (
        "INSERT INTO deliveries (campaign_id, reader_id, state, due_at)"
        " VALUES (1, 5000000001, 'sent', '2025-12-22 12:00:00')"
    ),
    "INSERT INTO boards (campaign_id, admin_id, message_id, shown) VALUES (1, 9, 31, 'digest')",
    (
        "INSERT INTO releases (day, hour, changed_at, seen, old, missing)"
        " VALUES ('2025-12-22', '2025-12-22 12:00:00', '2025-12-22 12:00:00', 'folder', 'en,es', 'pt')"
    ),
    (
        "INSERT INTO release_messages (day, question, admin_id, message_id, shown)"
        " VALUES ('2025-12-22', 1, 9, 32, 'digest')"
    ),
    (
        "INSERT INTO news (about, admin_id, message_id, shown, condition, told_at)"
        " VALUES ('2025-12-22', 9, 33, 'digest', 'whole', '2025-12-22 12:00:00')"
    ),
    (
        "INSERT INTO notices (key, kind, details, noted_at)"
        " VALUES ('halt:2025-12-22T12:00', 'halt', '{\"seconds\": 700.0}', '2025-12-22 12:00:00')"
    ),
    (
        "INSERT INTO feedback_posts (admin_id, reader_id, shown, sent_at, message_id, tries)"
        " VALUES (9, 5000000001, 2, '2025-12-22 12:00:00', 34, 1)"
    ),
)


@pytest.fixture
async def restored(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A database into which a backup of the version before the tables' new names was put."""
    engine = create_engine(f"sqlite:///{tmp_path / 'live.db'}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), VERSION_BEFORE)
        for row in ROWS:
            connection.execute(text(row))
    engine.dispose()
    with (
        closing(sqlite3.connect(tmp_path / "live.db")) as live,
        closing(sqlite3.connect(tmp_path / "old.db")) as backup,
    ):
        live.backup(backup)  # as that version made its backups
    database = Database(database_url)
    await Backups(database, StoppedClock(NOW)).restore(tmp_path / "old.db")
    yield database
    await database.close()


async def test_rows_of_the_tables_that_were_renamed_come_along(restored: Database) -> None:
    async with restored.read() as session:
        assert await inbox.waiting(session, ANA, 5, NOW) == [Received(71, "{}", ANA)]
        assert await timestamps.find(session, timestamps.PUSHING) == NOW
        assert await cooldowns.active(session, NOW + timedelta(seconds=20)) == {-100: 40}
        shown = await status_messages.of(session, [1])
        assert shown == {(1, ADMIN): StatusMessage(1, ADMIN, 31, "digest")}


async def test_values_of_the_columns_that_were_renamed_come_along(restored: Database) -> None:
    async with restored.read() as session:
        (revoked,) = await grants.revoked_for(session, ANA, "request 3")
        assert revoked.reader_id == ANA
        release = await releases.find(session, DAY)
        assert release is not None
        assert (release.seen, release.old, release.missing) == ("folder", ("en", "es"), ("pt",))
        asked = await release_messages.followed(session, [DAY])
        assert asked == [ReleaseMessage(DAY, 1, ADMIN, 32, "digest")]
        told = await news.told(session, [ADMIN])
        assert told == {(str(DAY), ADMIN): Told("digest", Condition("whole"), NOW, 33)}
        assert await feedback_posts.of(session, ADMIN, ANA) == Post(ADMIN, ANA, 2, NOW, 34)


async def test_a_notice_of_a_kind_that_was_renamed_comes_along(restored: Database) -> None:
    async with restored.read() as session:
        assert await notices.untold(session) == [
            Notice("cooldown:2025-12-22T12:00", "cooldown", {"seconds": 700.0})
        ]


async def test_who_ran_when_it_was_made_owns_nobody_now(restored: Database) -> None:
    async with restored.read() as session:
        for table in ("processes", "update_owners"):
            rows = await session.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608  # ours
            assert rows.scalar_one() == 0
