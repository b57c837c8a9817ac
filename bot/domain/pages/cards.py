"""Story cards that point to an issue of ours by its date."""

from collections.abc import Iterator
from datetime import date

from bot.domain.content.dates import written_date
from bot.domain.content.issue import Blocks, Box, List, Note, Quotation, StoryCard
from bot.domain.pages.page import Button, Buttons, Place
from bot.domain.pages.text_cutting import shorten

_LABEL = 54
_MOST = 10
"""Buttons of one page; Telegram takes 100 with those for turning."""


def story_buttons(blocks: Blocks, own: date) -> Buttons:
    """Return a button for each card that has a date and no link. `own`: the issue's date, which gets none.

    Whether there is such an issue, and it is out, is checked when the page is opened.
    """
    dated = ((card.title, written_date(card.written)) for card in _cards(blocks) if not card.link)
    stories = dict.fromkeys((title, day) for title, day in dated if day and day != own)
    rows = [(Button(f"▸ {shorten(title, _LABEL)}", opens=Place(day)),) for title, day in stories]
    return tuple(rows[:_MOST])


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
