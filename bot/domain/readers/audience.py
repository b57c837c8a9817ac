"""An audience: which readers an announcement is for, described without a database."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import LANGUAGES

WEEKS = (4, 8, 12, 26)
"""Weeks that are offered as buttons; the command line takes any number up to `MOST_WEEKS`."""

MOST_WEEKS = 520

_CODE = re.compile(r"([a-z-]+?)(?:-(\d{1,3}))?", re.ASCII)


class Who(StrEnum):
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
    who: Who
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
            return cls(Who(code))
        match = _CODE.fullmatch(code)
        if match is None:
            return None
        name, number = match.groups()
        if name == Who.INACTIVE and number and 1 <= int(number) <= MOST_WEEKS:
            return cls(Who.INACTIVE, weeks=int(number))
        language = name.removeprefix(f"{Who.SPEAKING}-")
        if number is None and language != name and language in LANGUAGES:
            return cls(Who.SPEAKING, language)
        return None


_PLAIN = frozenset(Who) - {Who.SPEAKING, Who.INACTIVE}

OFFERED = (
    *(Audience(who) for who in (Who.EVERYONE, Who.FULL, Who.PREVIEW, Who.TRIAL, Who.EXPIRED)),
    *(Audience(Who.SPEAKING, language) for language in LANGUAGES),
    *(Audience(Who.INACTIVE, weeks=weeks) for weeks in WEEKS),
    Audience(Who.ADMINS),
)
