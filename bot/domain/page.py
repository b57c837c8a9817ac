"""A page: one Telegram message's worth of an edition, as one reader may see it."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FRONT = ""
"""The section id of the front page."""

_CODE = re.compile(r"p:(\d{4}-\d{2}-\d{2}):([a-z][a-z0-9_]{0,31})?:(\d{1,4})", re.ASCII)


class Rendering(StrEnum):
    CLASSIC = "classic"
    RICH = "rich"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in its booklet. `number` counts the pages of one section from 1."""

    date: date
    section: str = FRONT
    number: int = 1

    def code(self) -> str:
        """Return the place as callback data: at most 50 bytes."""
        return f"p:{self.date}:{self.section}:{self.number}"

    @classmethod
    def read(cls, code: str) -> "Place | None":
        """Read callback data back, the number 0 as 1; None for anything of another form."""
        match = _CODE.fullmatch(code)
        if match is None:
            return None
        try:
            day = date.fromisoformat(match[1])
        except ValueError:
            return None
        return cls(day, match[2] or FRONT, max(1, int(match[3])))


@dataclass(frozen=True, slots=True)
class Button:
    """Does exactly one of: turn to `place`, open `opens` in a message of its own, run the bot's `action`,
    share `share`, go to `url`.
    """

    label: str
    place: Place | None = None
    opens: Place | None = None
    action: str | None = None
    share: Place | None = None
    url: str | None = None


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page. `text` is Telegram HTML, classic or rich by `rendering`."""

    place: Place
    count: int  # pages of this section
    rendering: Rendering
    text: str
    body: str  # `text` without the lines that the bot adds above and below
    paid: bool  # holds paid text: sent protected, in private only
    locked: bool  # ends where the reader's access ends
    cover: bool  # shown under the cover
    buttons: Buttons
    revision: str
