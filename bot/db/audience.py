"""Audiences: conditions on readers, asked when a campaign is opened."""

from sqlalchemy import ColumnElement, and_

from bot.db.readers import readers


def reachable() -> ColumnElement[bool]:
    """Readers who may be sent something unasked."""
    return and_(readers.c.stopped_at.is_(None), readers.c.gone_at.is_(None))


def wants_issues() -> ColumnElement[bool]:
    return and_(reachable(), readers.c.push)
