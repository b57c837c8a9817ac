"""Campaigns, their frozen pages and the states of deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from bot.domain.content.gate import Access
from bot.domain.readers.reader import Reader, Rendering
from bot.domain.readers.ways import Way
from bot.domain.subscriptions.reminders import Reminder, is_past


class Kind(StrEnum):
    """What a campaign sends."""

    ISSUE = "issue"
    BROADCAST = "broadcast"
    REMINDER = "reminder"  # of an end of access; no admin sees it
    TEST = "test"  # a broadcast to the admins alone: it waits for no quiet hours


class CampaignState(StrEnum):
    """Whether a campaign sends. It begins open; ended and cancelled are final, but for a resend."""

    OPEN = "open"  # its rows go out when they are due
    PAUSED = "paused"  # by an admin or by itself (`why`): nothing goes out until it is resumed
    CANCELLED = "cancelled"  # what was pending is skipped
    ENDED = "ended"  # nothing is pending or sending


RUNNING = (CampaignState.OPEN, CampaignState.PAUSED)
"""The states of a campaign that is not over."""


class State(StrEnum):
    """The state of a delivery: a row of the ledger."""

    PENDING = "pending"
    SENDING = "sending"  # claimed: committed before the network is written to
    SENT = "sent"  # accepted by Telegram
    FAILED = "failed"  # refused for good
    SKIPPED = "skipped"  # not sent, on purpose: see `Skip`
    UNKNOWN = "unknown"  # handed to Telegram, answer lost


class Rank(IntEnum):
    """The rank of a row: lower ranks are sent first. It is set when the campaign is opened."""

    ACTIVE = 0  # wrote or tapped not long before the campaign was opened
    OTHERS = 1


class Skip(StrEnum):
    """Why a delivery was not sent, on purpose. It is stored as the reason of the row."""

    HAS_IT = "has it"
    STOPPED = "stopped"
    PUSH_OFF = "push is off"
    REMINDERS_OFF = "reminders are off"
    ACCESS = "access goes on"
    TOO_LATE = "too late"
    GONE = "gone"
    LEFT = "no reader any more"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a campaign is paused, or was cancelled without an admin."""

    ADMIN = "admin"
    LATE = "late"  # it missed its hour by more than 12 h
    JUMPED = "jumped"  # the machine's clock moved past its hour by more than 12 h at once
    RESTORED = "restored"  # the database is a backup that was put back
    FAILURES = "failures"  # more than a fifth of the last 200 failed for good
    REJECTED = "rejected"  # 20 in a row were refused as wrong
    TOKEN = "token"  # 401  # noqa: S105  # a word, no secret
    AHEAD = "ahead"  # cancelled: the clock that opened it was ahead, and has been set right


@dataclass(frozen=True, slots=True)
class Campaign:
    """One thing that is sent to many, without its pages and its ledger."""

    id: int
    kind: Kind
    key: str  # an issue's date (and its id, once it is set aside), the nonce of a broadcast, …
    title: str
    state: CampaignState
    why: Why | None
    opened_at: datetime
    starts_at: datetime
    frozen: int  # rows of the ledger
    ended_at: datetime | None = None
    resent_at: datetime | None = None
    opened_by: int | None = None
    accepted: int = 0  # failures that an admin accepted by resuming it

    @property
    def day(self) -> date:
        """The issue's date, or the day on which the access ends that a reminder is about."""
        return date.fromisoformat(self.key[:10])

    @property
    def reminder(self) -> Reminder:
        """Which reminder this is; only a campaign of reminders has one."""
        return Reminder(self.key.split(" ")[1])

    @property
    def is_running(self) -> bool:
        """Tell whether it is open or paused."""
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """What readers of one language, access and rendering get.

    `payload` is the Bot API call of `method`, but for the chat. `keyboards` holds what of the payload is
    different for readers of each way on; empty where nothing is. `promotion`: the id of the one that the
    keyboard of that way offers.
    """

    language: str
    access: Access
    rendering: Rendering
    method: str
    payload: Mapping[str, object]
    edition: str | None = None  # the language of the edition served
    revision: str | None = None
    keyboards: Mapping[Way, Mapping[str, object]] = field(default_factory=dict)
    promotion: str | None = None

    def on(self, way: Way) -> "FrozenPage":
        """Return the page as readers of this way on get it."""
        return replace(self, payload={**self.payload, **self.keyboards.get(way, {})})


@dataclass(frozen=True, slots=True)
class Report:
    """How many rows of a campaign's ledger are in which state."""

    frozen: int
    counts: Mapping[State, int] = field(default_factory=dict)

    def of(self, state: State) -> int:
        """Return how many deliveries are in this state."""
        return self.counts.get(state, 0)

    @property
    def left(self) -> int:
        """How many deliveries have no outcome yet."""
        return self.of(State.PENDING) + self.of(State.SENDING)

    @property
    def adds_up(self) -> bool:
        """Tell whether `frozen = sent + failed + skipped + unknown`; False while anything is left."""
        return self.left == 0 and sum(self.counts.values()) == self.frozen


def skip(kind: Kind, reader: Reader, *, has_it: bool) -> Skip | None:
    """Return why this reader is not sent a campaign; None where she is. Asked when her row is claimed.

    `has_it`: she has opened the front page of this issue herself.
    """
    if reader.gone_at is not None:
        return Skip.GONE
    if reader.stopped_at is not None and kind is not Kind.TEST:
        return Skip.STOPPED
    if kind is Kind.REMINDER and not reader.reminders:
        return Skip.REMINDERS_OFF
    if kind is Kind.ISSUE and not reader.push:
        return Skip.PUSH_OFF
    if kind is Kind.ISSUE and has_it:
        return Skip.HAS_IT
    return None


def skip_reminder(
    campaign: Campaign, reader: Reader, now: datetime, zone: ZoneInfo, *, renews: bool
) -> Skip | None:
    """Return why a reminder would be wrong by now; None where it still says what is true.

    `zone` is the reader's; `renews`: she has a subscription that is to renew.
    """
    has_access = reader.access(now) is Access.FULL
    if campaign.reminder is Reminder.ENDED:
        noon = datetime.combine(campaign.day, time(12), tzinfo=zone)
        return Skip.ACCESS if has_access else _too_late(campaign.reminder, noon, now, zone)
    if reader.full_until is None or not has_access:
        return Skip.TOO_LATE
    if renews or reader.full_until.astimezone(zone).date() != campaign.day:
        return Skip.ACCESS
    return _too_late(campaign.reminder, reader.full_until, now, zone)


def _too_late(reminder: Reminder, ends: datetime, now: datetime, zone: ZoneInfo) -> Skip | None:
    return Skip.TOO_LATE if is_past(reminder, ends, now, zone) else None
