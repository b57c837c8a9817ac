"""What the paywall's seam used to cost, for comparison."""

from bot.domain.content.gate import Readable, ReadableSection, Shown
from bot.domain.pages.page_layout import PageLayout, in_full
from bot.domain.pages.page_room import room, screens
from bot.domain.pages.rendering.renderer import RENDERERS, Renderer
from bot.domain.pages.screens import near
from bot.domain.pages.splitting import Fill, first_page, gentle_page, pages
from bot.domain.readers.reader import Rendering

COUNTER = "9999/9999"
NEARLY_FULL = 0.8


def pages_apart(composer: PageLayout, section: ReadableSection, rendering: Rendering) -> int:
    """Return how many pages a section had whose free and paid text shared none."""
    head, renderer = composer.heading(section, COUNTER), RENDERERS[rendering]
    below = Shown((*in_full(section.kicker, section.headline), *section.free))
    free = _cut(below, room(renderer, head, composer.lock(_locked(section))), renderer)
    return len([*free, *_cut(section.paid, room(renderer, head), renderer)]) or 1


def _cut(shown: Shown, space: Fill, renderer: Renderer) -> list[Shown]:
    return pages(shown, space, near=near(space, screens(renderer)))


def messages_apart(composer: PageLayout, readable: Readable, rendering: Rendering) -> int:
    """Return how many messages "Read it all" had when no cut ran through free and paid text."""
    sheets: list[list[str]] = [[]]
    for head, shown, ending in _pieces(composer, readable):
        _add(head, shown, ending, sheets, RENDERERS[rendering])
    return len(sheets)


def _locked(section: ReadableSection) -> ReadableSection:
    return ReadableSection(
        section.id,
        section.kicker,
        section.headline,
        section.free,
        Shown(()),
        section.free,
        locked=section.locked or bool(section.paid),
    )


def _pieces(composer: PageLayout, readable: Readable) -> list[tuple[str, Shown, str]]:
    names = Shown(in_full(readable.series, readable.title, readable.author))
    pieces = [(composer.masthead(credited=True), names, "")]
    for section in readable.sections:
        head = composer.heading(section)
        ending = composer.lock(section)
        free = Shown((*in_full(section.kicker, section.headline), *section.free))
        if free or not section.paid:
            pieces.append((head, free, ending))
            head = ""
        if section.paid:
            pieces.append((head, section.paid, ending))
    return pieces


def _add(head: str, rest: Shown, ending: str, sheets: list[list[str]], renderer: Renderer) -> None:
    while True:
        sheet = sheets[-1]
        space = room(renderer, *sheet, head, ending)
        if space(rest) <= 1:
            sheet += [part for part in (head, renderer.body(rest), ending) if part]
            return
        if not sheet:
            part, rest = first_page(rest, space)
        elif _share(renderer, *sheet, head, ending) < NEARLY_FULL:
            part, rest = gentle_page(rest, space)
        else:
            part = Shown(())
        if part:
            sheet += [piece for piece in (head, renderer.body(part)) if piece]
            head = ""
        sheets.append([])


def _share(renderer: Renderer, *parts: str) -> float:
    sizes = renderer.measure(renderer.join(*parts))
    return max(size / limit for size, limit in zip(sizes, renderer.LIMITS, strict=True))
