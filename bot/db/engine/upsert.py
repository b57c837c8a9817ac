"""INSERT … ON CONFLICT, for either database."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.engine.session import Session


def insert(session: Session, table: Table) -> Any:
    """Return an INSERT into `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(session.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Any:
    """Return the same for a dialect's name ("sqlite" or "postgresql"): for statements that are made once."""
    insert_into = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert_into(table)
