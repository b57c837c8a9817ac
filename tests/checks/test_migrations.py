"""The newest migration makes the tables that the code describes, and `HEAD` names it: on both databases."""

from collections.abc import Callable

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.db import tables
from bot.db.engine.session import Database
from bot.db.migrations import HEAD
from bot.db.migrations.upgrade import configuration, upgrade
from tests.databases import on_postgresql


async def within(url: str, work: Callable[[Connection], None]) -> None:
    database = Database(url)
    async with database.write() as session:
        await session.run_sync(work)
    await database.close()


async def test_head_names_the_newest_migration(bare_database: str) -> None:
    def work(connection: Connection) -> None:
        script = ScriptDirectory.from_config(configuration(connection))
        assert script.get_heads() == [HEAD]
        upgrade(connection)
        assert MigrationContext.configure(connection).get_current_revision() == HEAD

    await within(bare_database, work)


async def test_the_migrations_lead_to_the_tables_of_the_code(bare_database: str) -> None:
    def work(connection: Connection) -> None:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
        assert compare_metadata(context, tables.metadata) == []

    await within(bare_database, work)


@on_postgresql
async def test_keys_are_named_after_the_tables_they_have_now(database_url: str) -> None:
    """PostgreSQL keeps the old name of a key when its table gets another."""

    def work(connection: Connection) -> None:
        query = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conrelid <> 0"
        keys = {tuple(row) for row in connection.execute(text(query))}
        assert [name for table, name in keys if not name.startswith(f"{table}_")] == []

    await within(database_url, work)


async def test_every_migration_can_be_taken_back_and_made_again(bare_database: str) -> None:
    def work(connection: Connection) -> None:
        upgrade(connection)
        command.downgrade(configuration(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        upgrade(connection)
        assert len(inspect(connection).get_table_names()) > 1

    await within(bare_database, work)


async def test_rows_of_the_first_version_are_carried_over(bare_database: str) -> None:
    def work(connection: Connection) -> None:
        command.upgrade(configuration(connection), "0001")
        for statement in FIRST_VERSION:
            connection.execute(text(statement))
        upgrade(connection)
        assert connection.execute(text("SELECT user_id FROM inbox")).scalar() == 7
        fronts = connection.execute(text("SELECT message_id FROM open_pages WHERE front")).scalars()
        assert list(fronts) == [1]
        offered = connection.execute(text("SELECT id FROM readers WHERE rich_offered")).scalars()
        assert list(offered) == [5000000002]

    await within(bare_database, work)


PAGE = """
INSERT INTO open_pages
(reader_id, message_id, date, language, section, number, rendering, revision, protected, opened_at)
VALUES (5000000001, {}, '2025-12-22', 'en', '{}', 1, 'classic', 'r', false, '2025-12-22 12:00:00')
"""
FIRST_VERSION = (
    "INSERT INTO inbox (update_id, body, received_at) VALUES (7, '{}', '2025-12-22 12:00:00')",
    """
    INSERT INTO readers (id, language, rendering, push, started_at)
    VALUES (5000000001, 'en', 'classic', true, '2025-12-22 12:00:00')
    """,
    """
    INSERT INTO readers (id, language, rendering, push, started_at)
    VALUES (5000000002, 'en', 'rich', true, '2025-12-22 12:00:00')
    """,
    PAGE.format(1, ""),
    PAGE.format(2, "politics"),
)
