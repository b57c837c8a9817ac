"""A page: one Telegram message's worth of an edition."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way

FRONT = ""
"""The section id of the front page."""

_CODE = re.compile(r"p:(\d{4}-\d{2}-\d{2}):([a-z][a-z0-9_]{0,31})?:(\d{1,4})(?:\.(\d{1,7}))?", re.ASCII)
_MOST_LETTERS = 9_999_999


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in its booklet.

    `number` counts the pages of a section from 1. With or without access, and in each rendering, the section
    is cut differently, so a number leads to other words there; `at`, the letters of the section before the
    page, leads to the same words in every cutting.
    """

    date: date
    section: str = FRONT
    number: int = 1
    at: int | None = field(default=None, compare=False)

    def code(self) -> str:
        """Return the place as callback data: at most 58 bytes."""
        at = f".{min(self.at, _MOST_LETTERS)}" if self.at else ""
        return f"p:{self.date}:{self.section}:{self.number}{at}"

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
        at = int(match[4]) if match[4] else None
        return cls(day, match[2] or FRONT, max(1, int(match[3])), at)


@dataclass(frozen=True, slots=True)
class Button:
    """Does exactly one of: turn to `place`, open `opens` in a message of its own, run the bot's `action`,
    share `share`, go to `url`, copy the text `copy` (256 characters at most). With `way` it is there only for
    those whose way on that is.
    """

    label: str
    place: Place | None = None
    opens: Place | None = None
    action: str | None = None
    share: Place | None = None
    url: str | None = None
    copy: str | None = None
    way: Way | None = None


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
    gains: bool = False  # holds a table or a picture, which only the rich rendering shows as such

    def on(self, way: Way) -> "Page":
        """Return it as those get it whose way on this is: only buttons differ."""
        rows = (row for row in self.buttons if all(button.way in {None, way} for button in row))
        return replace(self, buttons=tuple(rows))
