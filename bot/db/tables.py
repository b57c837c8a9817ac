"""The tables. Telegram's ids are 64-bit; every time is aware and in UTC."""

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy import DateTime as _DateTime
from sqlmodel import Field, SQLModel


class Moment(TypeDecorator[datetime]):
    """A time that is aware in Python on every database (SQLite keeps no zone of its own)."""

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


class ReaderRow(SQLModel, table=True):
    __tablename__ = "readers"

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    language: str
    rendering: str
    push: bool
    zone: str | None = None
    quiet_start: int | None = None
    quiet_end: int | None = None
    full_until: datetime | None = Field(default=None, sa_type=Moment)
    started_at: datetime = Field(sa_type=Moment)
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)
    gone_at: datetime | None = Field(default=None, sa_type=Moment)


class GrantRow(SQLModel, table=True):
    """A reason to read paid text: `days` that wait their turn, or fixed (`until`, or no end)."""

    __tablename__ = "grants"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("days IS NULL OR until IS NULL"),
        CheckConstraint("days IS NULL OR days > 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reader_id: int = Field(sa_type=BigInteger, sa_column_args=[ForeignKey("readers.id")], index=True)
    source: str
    source_id: str
    given_at: datetime = Field(sa_type=Moment)
    given_by: int | None = Field(default=None, sa_type=BigInteger)
    days: int | None = None
    until: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_by: int | None = Field(default=None, sa_type=BigInteger)
    why: str | None = Field(default=None, sa_type=Text)


class OpenPageRow(SQLModel, table=True):
    """A page message that stands in a reader's chat, as it was last turned."""

    __tablename__ = "open_pages"
    __table_args__ = (Index("ix_open_pages_opened_at", "opened_at"),)

    reader_id: int = Field(sa_type=BigInteger, sa_column_args=[ForeignKey("readers.id")], primary_key=True)
    message_id: int = Field(sa_type=BigInteger, primary_key=True)
    date: date
    language: str
    section: str
    number: int
    rendering: str
    revision: str
    protected: bool
    opened_at: datetime = Field(sa_type=Moment)


class InboxRow(SQLModel, table=True):
    """An update as Telegram sent it. `handled_at` is None until it was handled or given up."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_handled_at", "handled_at"),)

    update_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    handled_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = Field(default=None, sa_type=Text)


class UploadRow(SQLModel, table=True):
    """A picture that Telegram already has, by the digest of its bytes."""

    __tablename__ = "uploads"

    digest: str = Field(primary_key=True)
    file_id: str
