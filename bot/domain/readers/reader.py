"""A person who has started the bot, and what she chose."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.content.gate import Access
from bot.domain.content.on_offer import OnOffer
from bot.domain.readers.grants import access_for
from bot.domain.readers.ways import Way, anonymous_way, way_on


class Rendering(StrEnum):
    CLASSIC = "classic"
    RICH = "rich"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` up to but not including `end`, hours of the reader's day (0 to 23)."""

    start: int = 22
    end: int = 7


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    language: str
    rendering: Rendering = Rendering.CLASSIC
    push: bool = True
    zone: str | None = None  # IANA name; None: the publication's
    quiet: QuietHours | None = QuietHours()
    full_until: datetime | None = None
    stopped_at: datetime | None = None  # /stop: nothing is sent unasked
    gone_at: datetime | None = None  # blocked the bot
    active_at: datetime | None = None  # wrote or tapped last, to the day
    news: bool = True  # an admin who wants to hear of the content folder
    rich_offered: bool = False  # has tapped the offer of rich pages, or has chosen herself
    trial_at: datetime | None = None  # was given the trial
    full_since: datetime | None = None  # her access first began
    promotion: str | None = None  # the id of the last promotion that she has used up
    reminders: bool = True  # she is told before her access ends

    def access(self, now: datetime) -> Access:
        return access_for(self.full_until, now)

    def way(self, on_offer: OnOffer, now: datetime) -> Way:
        """Return her way on where this is on offer."""
        return way_on(
            on_offer,
            now,
            trial_at=self.trial_at,
            full_since=self.full_since,
            full_until=self.full_until,
            used_up=self.promotion,
        )


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader in the chat where she asks: in a group she sees what everyone may see."""

    reader: Reader
    private: bool = True
    new: bool = False  # became a reader just now

    def access(self, now: datetime) -> Access:
        return self.reader.access(now) if self.private else Access.PREVIEW

    def way(self, on_offer: OnOffer, now: datetime) -> Way:
        return self.reader.way(on_offer, now) if self.private else anonymous_way(on_offer)

    @property
    def rendering(self) -> Rendering:
        return self.reader.rendering if self.private else Rendering.CLASSIC
