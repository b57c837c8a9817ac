"""The newest migration makes the tables that the code describes, and `HEAD` names it."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import StaticPool

from bot.db import tables
from bot.db.migrations import HEAD
from bot.db.migrations.upgrade import configuration, upgrade


def test_head_names_the_newest_migration() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        script = ScriptDirectory.from_config(configuration(connection))
        assert script.get_heads() == [HEAD]
        upgrade(connection)
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
    engine.dispose()


def test_the_migrations_lead_to_the_tables_of_the_code() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
        assert compare_metadata(context, tables.ReaderRow.metadata) == []
    engine.dispose()


def test_every_migration_can_be_taken_back_and_made_again() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        upgrade(connection)
        command.downgrade(configuration(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        upgrade(connection)
        assert len(inspect(connection).get_table_names()) > 1
    engine.dispose()
