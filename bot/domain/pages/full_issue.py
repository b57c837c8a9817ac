"""The whole issue ("Read it all") in as few messages as possible."""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.content.gate import Readable, Shown
from bot.domain.pages.cards import story_buttons
from bot.domain.pages.page import Button, Page, Place
from bot.domain.pages.page_layout import PageLayout, in_full, with_names
from bot.domain.pages.page_room import room
from bot.domain.pages.rendering.renderer import RENDERERS, Renderer
from bot.domain.pages.splitting import Fill, first_page, gentle_page
from bot.domain.readers.reader import Rendering

_MOST_STORIES = 20
_NEARLY_FULL = 0.8
"""A message this full takes no beginning of a piece that does not fit on it whole."""


@dataclass(slots=True)
class _Sheet:
    """One message that is being filled."""

    parts: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    paid: bool = False
    locked: bool = False
    stories: list[tuple[Button, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that is all free or all paid, with the lines above and below it."""

    head: str
    shown: Shown
    ending: str = ""
    paid: bool = False


def whole(layout: PageLayout, readable: Readable, rendering: Rendering, *, cover: bool) -> list[Page]:
    renderer = RENDERERS[rendering]
    sheets = _sheets(_pieces(layout, readable, apart=False), renderer, readable.date)
    if len(sheets) > 1:  # the paywall may happen to be the best place to cut
        sheets = min(sheets, _sheets(_pieces(layout, readable, apart=True), renderer, readable.date), key=len)
    return [
        Page(
            place=Place(readable.date),
            count=len(sheets),
            rendering=rendering,
            text=renderer.join(*sheet.parts),
            body=renderer.join(*sheet.bodies),
            paid=sheet.paid,
            locked=sheet.locked,
            cover=cover and sheet is sheets[0],
            buttons=tuple(sheet.stories[:_MOST_STORIES]),
            revision=readable.revision,
        )
        for sheet in sheets
    ]


def _sheets(pieces: list[_Piece], renderer: Renderer, day: date) -> list[_Sheet]:
    sheets = [_Sheet()]
    for piece in pieces:
        _add(piece, sheets, renderer, day)
    return sheets


def _pieces(layout: PageLayout, readable: Readable, *, apart: bool) -> list[_Piece]:
    """`apart`: a section is cut where the paywall stands. The last line is the last section's, its lock
    where it has one: the cover's credit stands at the head.
    """
    names = Shown(in_full(readable.series, readable.title, readable.author))
    pieces = [_Piece(layout.masthead(credited=True), names)]
    for section in readable.sections:
        head, paid = layout.heading(section), bool(section.paid)
        ending = layout.lock(section)
        free = with_names(section, section.free)
        if apart and paid and free:
            pieces += [_Piece(head, free, ending, paid=True), _Piece("", section.paid, ending, paid=True)]
        else:
            pieces.append(_Piece(head, with_names(section, section.shown), ending, paid=paid))
    return pieces


def _add(piece: _Piece, sheets: list[_Sheet], renderer: Renderer, day: date) -> None:
    head, rest = piece.head, piece.shown
    while True:
        sheet = sheets[-1]
        space = room(renderer, *sheet.parts, head, piece.ending)
        if space(rest) <= 1:
            _put(sheet, piece, head, renderer.body(rest), piece.ending)
            sheet.stories += story_buttons(rest, day)
            return
        part, rest = _beginning(rest, space, sheet, _share(renderer, *sheet.parts, head, piece.ending))
        if part:
            _put(sheet, piece, head, renderer.body(part), "")
            sheet.stories += story_buttons(part, day)
            head = ""
        sheets.append(_Sheet())


def _beginning(shown: Shown, space: Fill, sheet: _Sheet, share: float) -> tuple[Shown, Shown]:
    """Return what goes on this sheet, and the rest. Where a new sheet would take a word, none is cut."""
    if not sheet.parts:
        return first_page(shown, space)
    return gentle_page(shown, space) if share < _NEARLY_FULL else (Shown(()), shown)


def _put(sheet: _Sheet, piece: _Piece, head: str, body: str, ending: str) -> None:
    sheet.parts += [part for part in (head, body, ending) if part]
    sheet.bodies += [body] if body else []
    sheet.paid = sheet.paid or piece.paid
    sheet.locked = sheet.locked or bool(ending)


def _share(renderer: Renderer, *parts: str) -> float:
    sizes = renderer.measure(renderer.join(*parts))
    return max(size / limit for size, limit in zip(sizes, renderer.LIMITS, strict=True))
