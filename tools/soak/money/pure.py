"""The pure rules, fed one event at a time."""

from dataclasses import replace
from datetime import datetime

from bot.domain.readers.grants import FOREVER, Grant, timeline
from bot.domain.subscriptions.charges import Charge, Heard, charge_of, subscription_of, with_first
from bot.domain.subscriptions.payload import paid_payload
from bot.domain.subscriptions.star_subscription import CancelledBy, StarSubscription, State
from bot.services.subscriptions.access import with_graces
from tools.soak.money.events import DAY, START, Event, payload_of, payment
from tools.soak.money.model import HORIZON

STATES = {
    "cancelled": (State.CANCELLED, CancelledBy.READER),
    "failed": (State.FAILED, None),
    "active": (State.ACTIVE, None),
}
LATE = START + 4_000 * DAY


class Rules:
    """What the services keep of one reader, as dictionaries; every event may come twice and in any order."""

    def __init__(self, reader_id: int) -> None:
        self.reader_id = reader_id
        self.charges: dict[str, Charge] = {}
        self.heard: dict[str, Heard] = {}
        self._grants: dict[str, Grant] = {}
        self._revoked: dict[str, datetime] = {}

    def take(self, event: Event, *, told: bool = True) -> None:
        """Let an event come; `told`: a payment by its update, else by the list of transactions."""
        if event.kind in ("paid", "month"):
            self._pay(event, told=told)
        elif event.kind == "refunded":
            name = f"{self.reader_id} {event.name}"
            known = self.charges.get(name, Charge(name))
            self.charges[name] = replace(known, refunded_at=known.refunded_at or event.at)
        elif event.kind == "revoked":
            self._revoked.setdefault(event.name, event.at)
        elif event.kind in STATES:
            self._hear(event)
        else:
            until = START + event.until * DAY if event.until is not None else None
            grant = Grant(event.kind, event.name, event.at, event.days or None, until)
            self._grants.setdefault(event.name, grant)

    @property
    def grants(self) -> tuple[Grant, ...]:
        given = (replace(grant, revoked_at=self._revoked.get(name)) for name, grant in self._grants.items())
        bought = (charge.grant() for charge in self.charges.values())
        return with_graces((*given, *(grant for grant in bought if grant)), self.subscriptions)

    @property
    def subscriptions(self) -> list[StarSubscription]:
        """What follows from all charges of each link."""
        payloads = {charge.payload for charge in self.charges.values() if charge.payload}
        subscriptions = (self._subscription(payload) for payload in payloads | set(self.heard))
        return [subscription for subscription in subscriptions if subscription is not None]

    @property
    def stars(self) -> int:
        """What was paid and not given back."""
        return sum(charge.stars for charge in self.charges.values() if charge.refunded_at is None)

    def firsts(self) -> dict[str, str | None]:
        """Return what each charge of a subscription was begun by."""
        payloads = {charge.payload for charge in self.charges.values() if charge.payload}
        return {
            charge.charge_id: charge.first_charge_id
            for payload in payloads
            if _renews(payload)
            for charge in with_first(self._of(payload))
        }

    def _pay(self, event: Event, *, told: bool) -> None:
        new = charge_of(payment(self.reader_id, event, told=told), LATE)
        known = self.charges.get(new.charge_id)
        if known is not None:  # a refund that came first, or what the list did not say
            new = replace(
                new,
                refunded_at=known.refunded_at,
                is_first=new.is_first if known.is_first is None else known.is_first,
                expires_at=known.expires_at or new.expires_at,
            )
        self.charges[new.charge_id] = new

    def _hear(self, event: Event) -> None:
        payload, (state, by) = payload_of(self.reader_id, event.of), STATES[event.kind]
        heard = Heard(state, event.at, by)
        if heard.holds_over(self.heard.get(payload)):
            self.heard[payload] = heard

    def _of(self, payload: str) -> list[Charge]:
        return [charge for charge in self.charges.values() if charge.payload == payload]

    def _subscription(self, payload: str) -> StarSubscription | None:
        return subscription_of(payload, self._of(payload), self.heard.get(payload), self.reader_id)


def _renews(text: str) -> bool:
    payload = paid_payload(text)
    return payload is not None and payload.renews


def days_of(grants: tuple[Grant, ...]) -> frozenset[int]:
    """Return the days on which these grants give access, up to the horizon."""
    days: set[int] = set()
    for period in timeline(grants):
        begin = (period.starts - START) // DAY
        end = HORIZON if period.ends == FOREVER else (period.ends - START) // DAY
        days.update(range(begin, min(end, HORIZON)))
    return frozenset(days)
