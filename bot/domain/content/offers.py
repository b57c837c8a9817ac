"""Offers of publication.toml: codes and promotions that give days of access."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_LOOKALIKES = str.maketrans("OIL", "011")


class OfferFor(StrEnum):
    """Who may have an offer."""

    EVERYONE = "everyone"
    NEW = "new"  # never had any access
    LAPSED = "lapsed"  # had access once, has none now


@dataclass(frozen=True, slots=True)
class Offer:
    """`days` of access for each who takes it from `starts` to `ends`: days of the publication's zone, both
    included.

    `id`: its stable name in capitals, the code where no other is written. `code`: the public word, in
    capitals (None: it has none). `automatic`: a promotion, which runs by itself. `single_use`: its codes are
    made by the hundred, and each works once. `cap`: how often it may be taken in all (None: without limit).
    """

    id: str
    label: Mapping[str, str] = field(hash=False)
    days: int
    code: str | None = None
    automatic: bool = False
    about: Mapping[str, str] = field(default_factory=dict, hash=False)
    starts: date | None = None
    ends: date | None = None
    cap: int | None = None
    per_person: int = 1
    who: OfferFor = OfferFor.EVERYONE
    single_use: bool = False
    line: int | None = field(default=None, compare=False, repr=False)  # of its name in the file

    def label_in(self, language: str) -> str:
        """Return its short name, which may stand on a button."""
        return text_in(self.label, language)

    def about_in(self, language: str) -> str:
        """Return its terms in a sentence or two, or ""."""
        return text_in(self.about, language)

    def window(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Return the moments (UTC) from which it is open, and no longer open; None: at any time."""
        starts = None if self.starts is None else _midnight(self.starts, zone)
        ends = None if self.ends is None else _midnight(self.ends + timedelta(days=1), zone)
        return starts, ends

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether its window is open at `now`; caps are not asked."""
        starts, ends = self.window(zone)
        return (starts is None or starts <= now) and (ends is None or now < ends)

    def has_passed(self, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether its window has closed at `now`."""
        ends = self.window(zone)[1]
        return ends is not None and ends <= now


def folded_code(text: str) -> str:
    """Return a code as all its spellings have it, "" where no letter or digit is left.

    Capitals, accents, spaces, dashes and look-alikes (0 and O; 1, I and L) make no difference.
    """
    letters = unicodedata.normalize("NFKD", text.casefold()).upper()
    return "".join(sign for sign in letters if sign.isalnum()).translate(_LOOKALIKES)


def text_in(texts: Mapping[str, str], language: str) -> str:
    """Return a text in that language, else the first one; "" where there is none."""
    return texts.get(language) or next(iter(texts.values()), "")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
