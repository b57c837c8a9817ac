"""Column types that mean the same on both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, TypeDecorator, text
from sqlalchemy import DateTime as _DateTime


class Moment(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, stored in UTC. SQLite keeps no zone of its own."""

    impl = _DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Counted = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives to a new row, greater than all before."""


def where(condition: str) -> dict[str, Any]:
    """Return the keyword arguments that make an index cover only the rows that meet `condition`, in SQL."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
