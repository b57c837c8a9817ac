"""Rows of subscriptions: charges, offers, codes, reminders."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.db.rows.column_types import Moment


class ChargeRow(SQLModel, table=True):
    """A payment in Telegram Stars, by Telegram's id of the charge.

    `reader_id`, `payload`: None once the payer has deleted her data; `person` is then her keyed hash.
    `paid_at`: Telegram's time of the payment; None where only the refund is known so far.
    `is_first`: of a subscription, whether it began with this charge; None where Telegram did not say.
    `first_charge_id`: of a subscription, the charge that began it (of the first: its own id).
    `expires_at`: of a subscription, when Telegram's paid period ends; None where Telegram did not say.
    `told_at`: when the payer was told of it.
    """

    __tablename__ = "charges"

    charge_id: str = Field(primary_key=True)
    reader_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    person: str | None = None
    payload: str | None = Field(default=None, sa_type=Text, index=True)
    stars: int
    days: int
    paid_at: datetime | None = Field(default=None, sa_type=Moment)
    is_first: bool | None = None
    first_charge_id: str | None = None
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    refunded_at: datetime | None = Field(default=None, sa_type=Moment)
    refunded_by: int | None = Field(default=None, sa_type=BigInteger)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class StarSubscriptionRow(SQLModel, table=True):
    """A subscription that Telegram renews, by the payload of its invoice link.

    `first_charge_id`: None until the first payment is known. `expires_at`: when the paid period ends, and
    `last_charge_id`: the charge it ends with. `state`, `cancelled_by`: see
    `domain.subscriptions.star_subscription`. `heard_at`: when that state was learned.
    """

    __tablename__ = "star_subscriptions"

    payload: str = Field(primary_key=True)
    reader_id: int = Field(sa_type=BigInteger, index=True)
    stars: int
    days: int
    first_charge_id: str | None = None
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    state: str
    cancelled_by: str | None = None
    heard_at: datetime = Field(sa_type=Moment)
    last_charge_id: str | None = None


class CheckoutRow(SQLModel, table=True):
    """When a payer got the last yes to a payment that begins a subscription, which may be on its way."""

    __tablename__ = "checkouts"

    payer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)


class OfferRow(SQLModel, table=True):
    """What became of an offer of publication.toml: how often it was taken, and whether an admin ended it."""

    __tablename__ = "offers"

    id: str = Field(primary_key=True)
    taken: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)


class RedemptionRow(SQLModel, table=True):
    """What a person has had: the trial, or an offer for the `nth` time. It holds no id of hers, only a keyed
    hash, and survives /deleteme.
    """

    __tablename__ = "redemptions"
    __table_args__ = (UniqueConstraint("offer", "person", "nth"),)

    id: int | None = Field(default=None, primary_key=True)
    offer: str  # the offer's id; "" is the trial
    person: str
    nth: int
    at: datetime = Field(sa_type=Moment)


class CodeRow(SQLModel, table=True):
    """A code for one use, by its keyed hash. `redeemed_by`: None once that reader deleted her data."""

    __tablename__ = "codes"
    __table_args__ = (Index("ix_codes_offer", "offer"),)

    code: str = Field(primary_key=True)
    offer: str
    made_at: datetime = Field(sa_type=Moment)
    redeemed_at: datetime | None = Field(default=None, sa_type=Moment)
    redeemed_by: int | None = Field(default=None, sa_type=BigInteger)


class CodeTryRow(SQLModel, table=True):
    """A wrong code that a reader tried, by `request`: handled again, it is the same try."""

    __tablename__ = "code_tries"
    __table_args__ = (Index("ix_code_tries_reader_id_at", "reader_id", "at"),)

    request: str = Field(primary_key=True)
    reader_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Moment)


class ReminderRow(SQLModel, table=True):
    """A reminder of the end of a reader's access: one of each `kind` for each end."""

    __tablename__ = "reminders"

    reader_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    ends: datetime = Field(sa_type=Moment, primary_key=True)
    kind: str = Field(primary_key=True)
    campaign_id: int | None = None


class CounterRow(SQLModel, table=True):
    """A number to remember, by name."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class FingerprintRow(SQLModel, table=True):
    """The fingerprint of a secret, so that another one is refused."""

    __tablename__ = "fingerprints"

    name: str = Field(primary_key=True)
    value: str
