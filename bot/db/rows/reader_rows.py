"""Rows of readers: their choices, grants, open pages and feedback."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from bot.db.rows.column_types import Moment


class ReaderRow(SQLModel, table=True):
    """A person who started the bot, and what she chose. `full_until`, `trial_at` and `full_since` follow from
    her grants (see CONTEXT.md). `gone_at`: since when she cannot be reached. `promotion`: the id of the last
    promotion that she has used up. `reminders`: she is told before her access ends.
    """

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
    active_at: datetime | None = Field(default=None, sa_type=Moment)
    news: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    rich_offered: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    trial_at: datetime | None = Field(default=None, sa_type=Moment)
    full_since: datetime | None = Field(default=None, sa_type=Moment)
    promotion: str | None = None
    reminders: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})


class GrantRow(SQLModel, table=True):
    """A reason to read paid text: `days` that wait their turn, or fixed (`until`, or no end).
    `revoke_request`: the request by which it was revoked, if it was.
    """

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
    revoke_request: str | None = Field(default=None, sa_type=Text)


class OpenPageRow(SQLModel, table=True):
    """A page message in a reader's chat, as it was last turned. `front`: it once showed the front page of the
    issue when that was out, so this reader has the issue.
    """

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
    front: bool
    opened_at: datetime = Field(sa_type=Moment)


class FeedbackRow(SQLModel, table=True):
    """What a reader wrote to the newsroom, by her message; a file is kept as its id."""

    __tablename__ = "feedback"

    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    kind: str
    text: str = Field(sa_type=Text)
    file_id: str | None = None
    follows: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class FeedbackThreadRow(SQLModel, table=True):
    """All that one reader wrote to the newsroom; see `domain.readers.feedback.Thread`."""

    __tablename__ = "feedback_threads"

    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    round: int
    spoke_at: datetime = Field(sa_type=Moment)
    full_at: datetime | None = Field(default=None, sa_type=Moment)  # she was told that no more is kept
    muted_at: datetime | None = Field(default=None, sa_type=Moment)
    muted_by: str | None = None


class FeedbackPostRow(SQLModel, table=True):
    """The newest message in an admin's chat with a reader's thread; see `domain.readers.feedback.Post`."""

    __tablename__ = "feedback_posts"

    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    shown_round: int  # the thread's `round` that it shows
    sent_at: datetime = Field(sa_type=Moment)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    tries: int


class FeedbackHandleRow(SQLModel, table=True):
    """A message in an admin's chat that she may answer, and the reader who then gets the answer."""

    __tablename__ = "feedback_handles"

    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    reader_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)


class FeedbackAnswerRow(SQLModel, table=True):
    """What the newsroom answers a reader, by the admin's own message; `sent_id` is where it stands with the
    reader. `epoch`: of the sender that claimed it.
    """

    __tablename__ = "feedback_answers"

    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    reader_id: int = Field(sa_type=BigInteger)
    admin_name: str
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    state: str
    sent_id: int | None = Field(default=None, sa_type=BigInteger)
    epoch: int | None = None
