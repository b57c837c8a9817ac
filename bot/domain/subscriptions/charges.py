"""Charges: what was paid in Telegram Stars, and what follows from it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.readers.grants import Grant, Source
from bot.domain.subscriptions.payload import Payload, paid_payload
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State

LATE = timedelta(days=3)
"""How much later than its day a renewal may be paid; after that it is a new subscription."""

FAILS_BEFORE = timedelta(days=1)
"""How long before the end of a paid period its renewal may fail, at most."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as Telegram tells it: in a message (`successful_payment`), or in the list of transactions.

    `is_first`: of a subscription, whether it begins with this payment; None where Telegram does not say.
    `expires_at`: of a subscription, the end of what is paid; None where Telegram does not say.
    `language`: the payer's, by Telegram; she becomes a reader where she is none.
    """

    charge_id: str
    reader_id: int
    payload: str
    stars: int
    paid_at: datetime
    is_first: bool | None = None
    expires_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment as it is stored; `ChargeRow` says what each field means."""

    charge_id: str
    reader_id: int | None = None
    payload: str | None = None
    stars: int = 0
    days: int = 0
    paid_at: datetime | None = None
    is_first: bool | None = None
    first_charge_id: str | None = None
    expires_at: datetime | None = None
    refunded_at: datetime | None = None
    refunded_by: int | None = None
    told_at: datetime | None = None

    @property
    def mark(self) -> str:
        """A short name for buttons, which cannot hold Telegram's id; unique among one reader's charges."""
        return hashlib.sha256(self.charge_id.encode()).hexdigest()[:12]

    def grant(self) -> Grant | None:
        """Return the access that it buys, taken back where it was refunded; None where it buys none."""
        if self.paid_at is None or not self.days:
            return None
        return Grant(Source.STARS, self.charge_id, self.paid_at, days=self.days, revoked_at=self.refunded_at)

    def paid_until(self) -> datetime | None:
        """Return the end of the period that it pays of a subscription; None where nothing was paid."""
        return self.expires_at or (self.paid_at and self.paid_at + timedelta(days=self.days))


@dataclass(frozen=True, slots=True)
class Heard:
    """What became known of a subscription's state, and when. The latest holds, whichever comes first."""

    state: State
    at: datetime
    cancelled_by: CancelledBy | None = None

    def holds_over(self, other: "Heard | None") -> bool:
        """Tell whether this is the later of the two."""
        return other is None or self.rank > other.rank

    @property
    def rank(self) -> tuple[datetime, int, int]:
        """What orders them, also those of the same moment."""
        states = (State.ACTIVE, State.FAILED, State.CANCELLED)
        by = (None, CancelledBy.READER, CancelledBy.BOT)
        return self.at, states.index(self.state), by.index(self.cancelled_by)


def charge_of(payment: Payment, now: datetime) -> Charge:
    """Return the charge of a payment. Telegram's clock may be ahead of ours: nothing is paid after `now`."""
    payload = paid_payload(payment.payload)
    return Charge(
        charge_id=payment.charge_id,
        reader_id=payment.reader_id,
        payload=payment.payload,
        stars=payment.stars,
        days=payload.days if payload else 0,
        paid_at=min(payment.paid_at, now),
        is_first=payment.is_first if payload and payload.renews else None,
        expires_at=payment.expires_at if payload and payload.renews else None,
    )


def with_first(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    """Return the charges of one payload in the order in which they were paid, each with its
    `first_charge_id`.

    Where Telegram did not say which begins a subscription, one does that comes later than a renewal may.
    A charge that continues one whose beginning is not known has None.
    """
    paid = [charge for charge in charges if charge.paid_at is not None]
    ordered: list[Charge] = []
    for charge in sorted(paid, key=lambda charge: (charge.paid_at, charge.charge_id)):
        first = charge.charge_id if _begins(charge, ordered) else None
        if first is None and ordered:
            first = ordered[-1].first_charge_id
        ordered.append(replace(charge, first_charge_id=first))
    return tuple(ordered)


def subscription_of(
    text: str, charges: Iterable[Charge], heard: Heard | None, reader_id: int
) -> StarSubscription | None:
    """Return the subscription with the payload `text`, from its charges and what was `heard` of its state
    otherwise; None where it is none that renews, or nothing is known of it.
    """
    payload, paid = paid_payload(text), with_first(charges)
    for charge in paid:
        renewed = Heard(State.ACTIVE, charge.paid_at) if charge.paid_at else None
        heard = renewed if renewed and renewed.holds_over(heard) else heard
    newest = _newest(paid)
    if heard is not None and newest is not None and newest.paid_at and is_overtaken(heard, paid):
        heard = Heard(State.ACTIVE, newest.paid_at)
    if payload is None or not payload.renews or heard is None:
        return None
    return _subscription(text, payload, reader_id, heard, newest)


def is_overtaken(heard: Heard, charges: Iterable[Charge]) -> bool:
    """Tell whether a failure is of an earlier period than the one that is paid: its update bears no date, and
    may be handled long after it was true.
    """
    newest = _newest(tuple(charge for charge in charges if charge.paid_at is not None))
    ends = newest.paid_until() if newest is not None else None
    return heard.state is State.FAILED and ends is not None and heard.at < ends - FAILS_BEFORE


def is_begun_again(heard: Heard, charge: Charge, charges: Iterable[Charge]) -> bool:
    """Tell whether a payment that Telegram tells of after a cancel begins the subscription again, among all
    `charges` of its link: Telegram tells of everything in order, so the cancel is of what was paid before.
    """
    at = charge.paid_at
    was_paid = any(other.paid_at is not None and at is not None and other.paid_at < at for other in charges)
    return was_paid and charge.is_first is True and heard.cancelled_by is CancelledBy.READER


def _subscription(
    text: str, payload: Payload, reader_id: int, heard: Heard, newest: Charge | None
) -> StarSubscription:
    return StarSubscription(
        payload=text,
        reader_id=reader_id,
        stars=newest.stars if newest else payload.stars,
        days=payload.days,
        first_charge_id=newest.first_charge_id if newest else None,
        expires_at=newest.paid_until() if newest else None,
        state=heard.state,
        cancelled_by=heard.cancelled_by,
        heard_at=heard.at,
        last_charge_id=newest.charge_id if newest else None,
    )


def _newest(charges: tuple[Charge, ...]) -> Charge | None:
    """Return the charge whose paid period ends last."""
    return max(charges, key=lambda charge: (charge.paid_until(), charge.charge_id), default=None)


def _begins(charge: Charge, before: list[Charge]) -> bool:
    if charge.is_first is not None:
        return charge.is_first
    last = before[-1].paid_at if before else None
    period = timedelta(days=charge.days)
    return last is None or charge.paid_at is None or charge.paid_at - last >= period + LATE
