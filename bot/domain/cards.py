"""Story cards that point to an issue of ours by its date."""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.issue import Blocks, Box, List, Note, Quotation, StoryCard
from bot.domain.page import Button, Buttons, Place
from bot.domain.sentences import shorten

_LABEL = 54
_MOST = 10
"""Buttons of one page; Telegram takes 100 with those for turning."""
_NAMES = (
    "january february march april may june july august september october november december",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
_MONTHS = tuple(zip(*map(str.split, _NAMES), strict=True))
_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"(?P<month>[^\W\d_]{3,})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2}) (?:de )?(?P<month>[^\W\d_]{3,})\.?,? (?:del? )?(?P<year>\d{4})"),
)


def story_buttons(blocks: Blocks, own: date) -> Buttons:
    """Return a button for each card without a link whose date reads as one; `own` is the issue's. Whether
    there is such an issue, and readers may meet it, is asked when the page is opened.
    """
    dated = ((card.title, written_date(card.written)) for card in _cards(blocks) if not card.link)
    stories = dict.fromkeys((title, day) for title, day in dated if day and day != own)
    rows = [(Button(f"▸ {shorten(title, _LABEL)}", opens=Place(day)),) for title, day in stories]
    return tuple(rows[:_MOST])


def written_date(written: str) -> date | None:
    """Read a date as it is written in English or Spanish: `November 22, 2024`, `22 de noviembre de 2024`."""
    folded = " ".join(written.casefold().split())
    match = next((match for form in _FORMS if (match := form.search(folded))), None)
    if match is None:
        return None
    try:
        return date(int(match["year"]), _month(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _month(word: str) -> int:
    """Return a month by its number, name or beginning; 0 is none."""
    if word.isdecimal():
        return int(word)
    name = word.replace("setiembre", "septiembre")
    months = (
        number for number, names in enumerate(_MONTHS, 1) if any(month.startswith(name) for month in names)
    )
    return next(months, 0)


def _cards(blocks: Blocks) -> Iterator[StoryCard]:
    for block in blocks:
        match block:
            case StoryCard():
                yield block
            case List():
                for item in block.items:
                    yield from _cards(item)
            case Quotation() | Box() | Note():
                yield from _cards(block.blocks)
