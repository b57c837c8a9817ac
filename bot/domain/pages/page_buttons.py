"""The buttons under a page: turn, contents, sections, share, read on."""

from dataclasses import replace
from itertools import islice

from bot.domain.content.about import About
from bot.domain.content.gate import Readable
from bot.domain.pages.front import LOCK, label, side_by_side
from bot.domain.pages.page import Button, Buttons, Page, Place
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way
from bot.i18n import Translator

_MOST_SECTIONS = 80
"""Telegram takes 100 buttons a message; ▶ leads to the sections beyond."""


def bind(pages: list[Page], readable: Readable, translator: Translator, about: About) -> tuple[Page, ...]:
    """Give each page of a booklet its buttons, below those it has; `pages` stand in reading order."""
    befores: list[Page | None] = [None, *pages[:-1]]
    afters: list[Page | None] = [*pages[1:], None]
    return tuple(
        replace(page, buttons=(*page.buttons, *_rows(page, around, readable, translator, about)))
        for page, around in zip(pages, zip(befores, afters, strict=True), strict=True)
    )


def bind_whole(pages: list[Page], translator: Translator, about: About) -> tuple[Page, ...]:
    """Give the messages of "Read it all" their buttons."""
    return tuple(
        replace(
            page,
            buttons=(
                *page.buttons,
                *_ways_on(translator, about, locked=page.locked),
                (contents(page, translator), share(page, translator)),
            ),
        )
        for page in pages
    )


def share(page: Page, translator: Translator) -> Button:
    return Button(translator.plain("Share"), share=page.place)


def contents(page: Page, translator: Translator) -> Button:
    return Button(translator.plain("☰ Contents"), place=Place(page.place.date))


def free_days(translator: Translator, days: int, *, after: bool = False) -> Button:
    """Return the button that starts the trial of so many days, and of no other length. `after`: the message
    says that it starts when the access that she has ends.
    """
    if after:
        label = translator.plain_n("Add {count} free day", "Add {count} free days", days)
        return Button(label, action=f"trial:{days}:after")
    label = translator.plain_n("Read free for {count} day", "Read free for {count} days", days)
    return Button(label, action=f"trial:{days}")


def promoted(offer_id: str, label: str, days: int, *, after: bool = False) -> Button:
    """Return the button that gives a promotion of so many days, and of no other length. `after`: the message
    says that it comes after the access that she has.
    """
    action = f"offer:{offer_id}:{days}"
    return Button(label, action=f"{action}:after" if after else action)


def _ways_on(translator: Translator, about: About, *, locked: bool) -> Buttons:
    """What is below a lock, a row for each way on: a page is the same for all of them but for these."""
    if not locked:
        return ()
    rows: Buttons = ()
    if about.promotion is not None:
        rows += ((replace(promoted(*about.promotion), way=Way.PROMOTION),),)
    if about.trial_days:
        rows += ((replace(free_days(translator, about.trial_days), way=Way.TRIAL),),)
    for way in (Way.LAPSED, Way.NONE):
        if way is Way.LAPSED or about.is_reachable:  # else there is nothing that she could do
            rows += ((Button(translator.plain("How to keep reading"), action="onward", way=way),),)
    return rows


def _rows(
    page: Page,
    around: tuple[Page | None, Page | None],
    readable: Readable,
    translator: Translator,
    about: About,
) -> Buttons:
    before, after = around
    back = (Button("◀", place=before.place),) if before else ()
    on = (Button(_forward(page, after), place=after.place),) if after else ()
    if page.place == Place(page.place.date):
        locked = any(section.locked for section in readable.sections)
        ways = (*_whole(page, translator, locked=locked), *_ways_on(translator, about, locked=locked))
        house = _house(translator, about, locked=locked)
        return (*_sections(readable), *ways, (share(page, translator), *on), *house)
    ways = _ways_on(translator, about, locked=page.locked)
    return (*ways, (*back, contents(page, translator), *on), (share(page, translator),))


def _forward(page: Page, after: Page) -> str:
    """Return the label of the forward button: a lock where one follows, the number within a section."""
    goes_on = after.place.section == page.place.section
    counter = f"{after.place.number}/{after.count} " if goes_on else ""
    return f"{LOCK if after.locked else ''}{counter}▶"


def _sections(readable: Readable) -> Buttons:
    buttons = [
        Button(
            label(section.id, section.kicker, section.headline, locked=section.locked),
            place=Place(readable.date, section.id),
        )
        for section in readable.sections[:_MOST_SECTIONS]
    ]
    left = iter(buttons)
    return tuple(tuple(islice(left, count)) for count in side_by_side([button.label for button in buttons]))


def _house(translator: Translator, about: About, *, locked: bool) -> Buttons:
    """Return a front page's last rows: the way in for subscribers, privacy and terms."""
    already = ((Button(translator.plain("Already a subscriber?"), action="account"),),) if locked else ()
    terms = (Button(translator.plain("Terms"), url=about.terms),) if about.terms else ()
    return (*already, (Button(translator.plain("Privacy"), action="privacy"), *terms))


def _whole(page: Page, translator: Translator, *, locked: bool) -> Buttons:
    """Return the button that sends the whole issue, or its free part; on rich pages only."""
    if page.rendering is not Rendering.RICH:
        return ()
    label = translator.plain("Read the free part") if locked else translator.plain("Read it all")
    return ((Button(label, action=f"all:{page.place.date}"),),)
