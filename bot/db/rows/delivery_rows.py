"""Rows of campaigns: frozen pages, deliveries, cooldowns, and what admins see."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.db.rows.column_types import Moment, where


class LeaseRow(SQLModel, table=True):
    """Which process alone may do something (`name`). Each new owner raises `epoch`: the fencing token."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    owner: str
    epoch: int
    until: float  # Unix seconds, the database's clock


class CampaignRow(SQLModel, table=True):
    """One thing sent to many. `key`: an issue's date (and the campaign's id, once it is set aside), or the
    nonce of a broadcast. `why`: the reason it is paused, or was set aside. `frozen`: how many deliveries it
    began with.
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
    """One reader's copy of a campaign: a row of the ledger (see `db.delivery.deliveries`)."""

    # No foreign keys: opening a campaign for many would look each of them up.

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            *("ix_deliveries_pending", "campaign_id", "rank", "due_at", "reader_id"),
            **where("state = 'pending'"),
        ),
        Index("ix_deliveries_open", "state", **where("state IN ('sending', 'unknown')")),
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
    """How many deliveries of a campaign ended in a state for a reason ("": none), of those whose rows were
    deleted. A campaign's numbers are these and its rows together.
    """

    __tablename__ = "delivery_totals"

    campaign_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    count: int


class CooldownRow(SQLModel, table=True):
    """Telegram wants nothing to be sent to this chat (0: to anyone) for `seconds` from `noted_at`."""

    __tablename__ = "cooldowns"

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


class StatusMessageRow(SQLModel, table=True):
    """The message in an admin's chat that shows how a campaign goes."""

    __tablename__ = "status_messages"

    campaign_id: int = Field(sa_column_args=[ForeignKey("campaigns.id")], primary_key=True)
    admin_id: int = Field(sa_type=BigInteger, primary_key=True)
    message_id: int = Field(sa_type=BigInteger)
    shown_digest: str  # of its text and buttons


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


class UploadRow(SQLModel, table=True):
    """A picture that Telegram already has, by the digest of its bytes."""

    __tablename__ = "uploads"

    digest: str = Field(primary_key=True)
    file_id: str
