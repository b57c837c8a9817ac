"""Rows of updates: the inbox, its owners, and the processes."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from bot.db.rows.column_types import Counted, Moment, where


class InboxRow(SQLModel, table=True):
    """An update as Telegram sent it.

    `user_id`: whose updates are handled in order, by `seq` (Telegram's own numbers may start anew).
    `handled_at`: None until it was handled or given up.
    `due_at`: it was handled, and only its answer is owed, from then on.
    `error`: why it was given up; while an answer is owed, whether some of it may have arrived.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_handled_at", "handled_at"),
        Index("ix_inbox_waiting", "user_id", "seq", **where("handled_at IS NULL")),
    )

    seq: int | None = Field(default=None, sa_type=Counted, primary_key=True)
    update_id: int = Field(sa_type=BigInteger, unique=True)
    user_id: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    handled_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = Field(default=None, sa_type=Text)


class UpdateOwnerRow(SQLModel, table=True):
    """Which process handles a user's updates now: one at a time, so that they stay in order. With each
    takeover `epoch` is another number, which fences out the owner before.
    """

    __tablename__ = "update_owners"

    user_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    owner: str
    epoch: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class ProcessRow(SQLModel, table=True):
    """A process that runs. It is dead once `until` is over (Unix seconds, the database's clock), or when
    nobody holds the advisory lock of PostgreSQL that `lock` names.
    """

    __tablename__ = "processes"

    id: str = Field(primary_key=True)
    until: float
    lock: int | None = Field(default=None, sa_type=BigInteger)
    webhook: str | None = None  # where Telegram is to bring updates for it


class TimestampRow(SQLModel, table=True):
    """A moment to remember, by name: since when issues are pushed, when a backup was put back."""

    __tablename__ = "timestamps"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
