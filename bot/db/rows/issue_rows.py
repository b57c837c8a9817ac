"""Rows of issues: their releases, sources and news."""

from datetime import date, datetime

from sqlalchemy import BigInteger, text
from sqlmodel import Field, SQLModel

from bot.db.rows.column_types import Moment


class ReleaseRow(SQLModel, table=True):
    """What is known of an issue's coming out, by its date. `due_at`: when it goes by itself. `question`
    counts the messages in which the admins are asked, `round` every answer and change of words too: a button
    of an earlier round is an old one. `released_at`: since when it is out, `how` says by what; `old` and
    `missing` are the languages that went in words older than those on disk, and those that had none (comma
    separated).
    """

    __tablename__ = "releases"

    day: date = Field(primary_key=True)
    hour: datetime = Field(sa_type=Moment)
    folder_digest: str = Field(
        default="", sa_column_kwargs={"server_default": ""}
    )  # of what lay in its folder
    changed_at: datetime = Field(sa_type=Moment)
    found_at: datetime | None = Field(default=None, sa_type=Moment)
    broken_since: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    question: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    round: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str | None = None
    answered_by: int | None = Field(default=None, sa_type=BigInteger)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    released_at: datetime | None = Field(default=None, sa_type=Moment)
    how: str | None = None
    outdated_languages: str | None = None
    missing_languages: str | None = None


class ReleaseMessageRow(SQLModel, table=True):
    """The message in an admin's chat that asks about an issue.

    `question`: 1 for the first question about this issue, 2 for the next. `settled`: it says what became of
    it. `message_id` is None as long as nobody knows where, or whether, it stands: it was handed over `tries`
    times, and may be again at `again_at`.
    """

    __tablename__ = "release_messages"

    day: date = Field(primary_key=True)
    question: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    shown_digest: str = Field(default="", sa_column_kwargs={"server_default": ""})  # of its text and buttons
    settled: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    again_at: datetime | None = Field(default=None, sa_type=Moment)


class SourceRow(SQLModel, table=True):
    """The last good source of an edition, compressed; `digest` is that of the source itself."""

    __tablename__ = "sources"

    day: date = Field(primary_key=True)
    language: str = Field(primary_key=True)
    digest: str
    source: bytes


class NewsRow(SQLModel, table=True):
    """What an admin was told last of the content folder. `about`: an issue's date, "eve" and a date, or
    "folder"; `shown_digest` is one of what she was told. No message: none was sent, or its number was lost.
    """

    __tablename__ = "news"

    about: str = Field(primary_key=True)
    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    shown_digest: str
    condition: str
    told_at: datetime = Field(sa_type=Moment)
