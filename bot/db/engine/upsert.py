"""INSERT … ON CONFLICT, which SQLAlchemy spells anew for each database."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from bot.db.engine.session import Session


def insert(session: Session, table: Table) -> Any:
    """Return an INSERT into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(session.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Any:
    """Return the same by a dialect's name, for a statement that is made once."""
    spelling = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return spelling(table)
