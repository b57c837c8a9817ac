"""The tables. Telegram's ids are 64-bit; every time is aware and in UTC."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
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


_Counted = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives, each greater than those before."""


def _where(condition: str) -> dict[str, Any]:
    """Return what makes an index cover only some rows, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


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
    active_at: datetime | None = Field(default=None, sa_type=Moment)
    news: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    rich_offered: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    trial_at: datetime | None = Field(default=None, sa_type=Moment)
    full_since: datetime | None = Field(default=None, sa_type=Moment)


class GrantRow(SQLModel, table=True):
    """A reason to read paid text: `days` that wait their turn, or fixed (`until`, or no end). `why`: of one
    that was revoked, the request that did it.
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
    why: str | None = Field(default=None, sa_type=Text)


class OpenPageRow(SQLModel, table=True):
    """A page message that stands in a reader's chat, as it was last turned. `front`: it showed the issue's
    front page at some time when that was out, so that this reader has the issue.
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


class InboxRow(SQLModel, table=True):
    """An update as Telegram sent it. `handled_at` is None until it was handled or given up; `sender` is whose
    updates are handled in order, which is that of `seq` (Telegram's own numbers may start anew). `due_at`:
    it was handled, and only its answer is still owed, from then on; then `error` says whether some of it may
    have arrived.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_handled_at", "handled_at"),
        Index("ix_inbox_waiting", "sender", "seq", **_where("handled_at IS NULL")),
    )

    seq: int | None = Field(default=None, sa_type=_Counted, primary_key=True)
    update_id: int = Field(sa_type=BigInteger, unique=True)
    sender: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    handled_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = Field(default=None, sa_type=Text)


class UploadRow(SQLModel, table=True):
    """A picture that Telegram already has, by the digest of its bytes."""

    __tablename__ = "uploads"

    digest: str = Field(primary_key=True)
    file_id: str


class TalkingRow(SQLModel, table=True):
    """Which process handles a sender's updates now: one at a time, so that they stay in order. With each
    takeover `epoch` is another number, which fences out the one before.
    """

    __tablename__ = "talking"

    sender: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    owner: str
    epoch: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class ProcessRow(SQLModel, table=True):
    """A program that runs; it is taken for dead once `until` (Unix seconds, the database's clock) is over, or
    when nobody holds the advisory lock of PostgreSQL that it says is its own.
    """

    __tablename__ = "processes"

    id: str = Field(primary_key=True)
    until: float
    lock: int | None = Field(default=None, sa_type=BigInteger)
    webhook: str | None = None  # where Telegram is to bring updates for it


class LeaseRow(SQLModel, table=True):
    """Who alone may do something (`name`). Each new owner raises `epoch`, which fences out the one before."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    owner: str
    epoch: int
    until: float  # Unix seconds, the database's clock


class CampaignRow(SQLModel, table=True):
    """One thing sent to many; `key` is an issue's date (and its id, once it is set aside), or the nonce of a
    broadcast.
    """

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str
    title: str
    state: str
    why: str | None = Field(default=None, sa_type=Text)
    opened_at: datetime = Field(sa_type=Moment)
    opened_by: int | None = Field(default=None, sa_type=BigInteger)
    starts_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    resent_at: datetime | None = Field(default=None, sa_type=Moment)
    frozen: int
    accepted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # failures, by who resumed it
    cover: bytes | None = None
    cover_type: str | None = None


class FrozenPageRow(SQLModel, table=True):
    """What readers of one language, access and rendering get of a campaign; only the chat is missing.
    `keyboards`: by way on, what of the payload is another; None where nothing is.
    """

    __tablename__ = "frozen_pages"

    campaign_id: int = Field(sa_column_args=[ForeignKey("campaigns.id")], primary_key=True)
    language: str = Field(primary_key=True)
    access: str = Field(primary_key=True)
    rendering: str = Field(primary_key=True)
    method: str
    payload: str = Field(sa_type=Text)
    edition: str | None = None  # the language of the edition served
    revision: str | None = None
    keyboards: str | None = Field(default=None, sa_type=Text)


class DeliveryRow(SQLModel, table=True):
    """One reader's copy of a campaign: a row of the ledger. No foreign key: opening a campaign for many would
    ask for every one of them.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            *("ix_deliveries_pending", "campaign_id", "rank", "due_at", "reader_id"),
            **_where("state = 'pending'"),
        ),
        Index("ix_deliveries_open", "state", **_where("state IN ('sending', 'unknown')")),
        {"sqlite_with_rowid": False},
    )

    campaign_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    rank: int = Field(default=0, sa_type=SmallInteger, sa_column_kwargs={"server_default": "0"})
    due_at: datetime = Field(sa_type=Moment)
    epoch: int | None = None  # of the sender that claimed it
    claim: int | None = Field(default=None, sa_type=BigInteger)  # which of its claims it was
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, sa_type=Text)


class DeliveryTotalRow(SQLModel, table=True):
    """How many deliveries of a campaign ended in a state for a reason ("": none), of those whose own rows are
    no longer kept. A campaign's numbers are these and its rows together.
    """

    __tablename__ = "delivery_totals"

    campaign_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    count: int


class HaltRow(SQLModel, table=True):
    """Telegram wants nothing to be sent to this chat (0: to anyone) for `seconds` from `noted_at`."""

    __tablename__ = "halts"

    chat_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    noted_at: datetime = Field(sa_type=Moment)
    seconds: float


class NoticeRow(SQLModel, table=True):
    """What the admins are to be told, once; `details` is JSON."""

    __tablename__ = "notices"

    key: str = Field(primary_key=True)
    kind: str
    details: str = Field(sa_type=Text)
    noted_at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class BoardRow(SQLModel, table=True):
    """The message in an admin's chat that shows how a campaign goes."""

    __tablename__ = "boards"

    campaign_id: int = Field(sa_column_args=[ForeignKey("campaigns.id")], primary_key=True)
    admin_id: int = Field(sa_type=BigInteger, primary_key=True)
    message_id: int = Field(sa_type=BigInteger)
    shown: str  # a digest of its text and buttons


class DraftRow(SQLModel, table=True):
    """A broadcast before it is confirmed. `messages` is JSON: one for each language; "" stands for all."""

    __tablename__ = "drafts"

    nonce: str = Field(primary_key=True)
    admin_id: int = Field(sa_type=BigInteger)
    made_at: datetime = Field(sa_type=Moment)
    messages: str = Field(sa_type=Text)
    audience: str | None = None
    waits_for: str | None = None  # the language whose text the admin is about to write
    waits_since: int | None = Field(default=None, sa_type=BigInteger)  # the update that made it wait
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class AuditRow(SQLModel, table=True):
    """What an admin did; rows are only ever added, which a trigger holds."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    admin_id: int | None = Field(default=None, sa_type=BigInteger)  # None: the command line
    act: str
    about: str = Field(sa_type=Text)


class MarkRow(SQLModel, table=True):
    """A moment to remember, by name: since when issues are pushed, when a backup was put back."""

    __tablename__ = "marks"

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


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
    seen: str = Field(
        default="", sa_column_kwargs={"server_default": ""}
    )  # a digest of what lay in its folder
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
    old: str | None = None
    missing: str | None = None


class ReleaseMessageRow(SQLModel, table=True):
    """The message in an admin's chat that asks about an issue: the how-many-eth `question` about it.
    `settled`: it says what became of it. `message_id` is None as long as nobody knows where, or whether, it
    stands: it was handed over `tries` times, and may be again at `again_at`.
    """

    __tablename__ = "release_messages"

    day: date = Field(primary_key=True)
    question: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    shown: str = Field(
        default="", sa_column_kwargs={"server_default": ""}
    )  # a digest of its text and buttons
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
    "folder"; `shown` is a digest of what she was told. No message: none was sent, or its number was lost.
    """

    __tablename__ = "news"

    about: str = Field(primary_key=True)
    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    shown: str
    condition: str
    told_at: datetime = Field(sa_type=Moment)


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
    """All that one reader wrote to the newsroom; see `domain.feedback.Thread`."""

    __tablename__ = "feedback_threads"

    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    round: int
    spoke_at: datetime = Field(sa_type=Moment)
    full_at: datetime | None = Field(default=None, sa_type=Moment)  # she was told that no more is kept
    muted_at: datetime | None = Field(default=None, sa_type=Moment)
    muted_by: str | None = None


class FeedbackPostRow(SQLModel, table=True):
    """The newest message in an admin's chat that shows a reader's thread; see `domain.feedback.Post`."""

    __tablename__ = "feedback_posts"

    admin_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    shown: int
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
