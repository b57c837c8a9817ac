"""Runs the migrations over an open connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.db.errors import UnusableError


def configuration(connection: Connection) -> Config:
    """Return alembic's configuration, which runs the migrations over this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction of `connection`, which the caller commits.

    Raises UnusableError where the tables are of a newer version.
    """
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise UnusableError(
            f"The database is of a newer version of this program ({error}). "
            "Start that version, or put back a backup made with this one."
        ) from None
