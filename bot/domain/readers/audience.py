"""An audience: which readers an announcement is for, described without a database."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import LANGUAGES

WEEKS = (4, 8, 12, 26)
"""Weeks that are offered as buttons; the command line takes any number up to `MOST_WEEKS`."""

MOST_WEEKS = 520

_CODE = re.compile(r"([a-z-]+?)(?:-(\d{1,3}))?", re.ASCII)


class Segment(StrEnum):
    EVERYONE = "everyone"
    FULL = "with-access"
    PREVIEW = "without-access"
    TRIAL = "trial"  # has access by the trial alone
    EXPIRED = "expired"  # she had access, and has none now
    SPEAKING = "language"
    INACTIVE = "inactive"  # has neither written nor tapped for so many weeks
    ADMINS = "admins"  # a test


@dataclass(frozen=True, slots=True)
class Audience:
    who: Segment
    language: str = ""
    weeks: int = 0

    def code(self) -> str:
        """Return it as a word of callback data: `everyone`, `language-es`, `inactive-8`."""
        detail = self.language or (str(self.weeks) if self.weeks else "")
        return f"{self.who}-{detail}" if detail else str(self.who)

    @classmethod
    def read(cls, code: str) -> "Audience | None":
        """Read `code` back; None for anything else."""
        if code in _PLAIN:
            return cls(Segment(code))
        match = _CODE.fullmatch(code)
        if match is None:
            return None
        name, number = match.groups()
        if name == Segment.INACTIVE and number and 1 <= int(number) <= MOST_WEEKS:
            return cls(Segment.INACTIVE, weeks=int(number))
        language = name.removeprefix(f"{Segment.SPEAKING}-")
        if number is None and language != name and language in LANGUAGES:
            return cls(Segment.SPEAKING, language)
        return None


_PLAIN = frozenset(Segment) - {Segment.SPEAKING, Segment.INACTIVE}

OFFERED = (
    *(
        Audience(who)
        for who in (Segment.EVERYONE, Segment.FULL, Segment.PREVIEW, Segment.TRIAL, Segment.EXPIRED)
    ),
    *(Audience(Segment.SPEAKING, language) for language in LANGUAGES),
    *(Audience(Segment.INACTIVE, weeks=weeks) for weeks in WEEKS),
    Audience(Segment.ADMINS),
)
