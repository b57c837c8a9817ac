"""Page layout: heads, bodies and endings of an edition's pages."""

from itertools import accumulate

from bot.domain.content.about import About
from bot.domain.content.blocks import gains_in_rich
from bot.domain.content.gate import Readable, ReadableSection, Shown
from bot.domain.content.issue import Paragraph, Run
from bot.domain.pages.cards import story_buttons
from bot.domain.pages.front import front_blocks
from bot.domain.pages.letters import letters
from bot.domain.pages.page import FRONT, Buttons, Page, Place
from bot.domain.pages.page_room import room, screens
from bot.domain.pages.rendering.inline import escape
from bot.domain.pages.rendering.renderer import RENDERERS, Renderer
from bot.domain.pages.screens import near
from bot.domain.pages.splitting import pages, pages_within
from bot.domain.pages.text_cutting import shorten
from bot.domain.readers.reader import Rendering
from bot.i18n import Translator, capital, isolated

_DOT = "\u00a0· "
"""Separates parts of a line; where a phone breaks the line, the dot stays at its end."""

_NAME = 400
"""UTF-16 units of a name in a page's head, at most; a longer one is shortened there and repeated in full."""
_COUNTER = "9999/9999"
_SIZES = (1, 1.25, 1.6, 2.2)
"""Sizes of a page to try, in screens and a half: longer ones where that saves a page at the paywall."""


class PageLayout:
    """Lays out one edition's pages: the front page, the sections, their heads, locks and endings."""

    def __init__(
        self,
        readable: Readable,
        translator: Translator,
        rendering: Rendering,
        *,
        cover: bool,
        notices: tuple[str, ...],
        about: About,
    ) -> None:
        """`notices` are lines of markup for the head of the front page."""
        self._readable = readable
        self._translator = translator
        self._rendering = rendering
        self._renderer: Renderer = RENDERERS[rendering]
        self._cover = cover
        self._notices = notices
        self._about = about

    def front(self) -> list[Page]:
        readable = self._readable
        full = in_full(readable.series, readable.title, readable.author)
        ending = self._renderer.join(self.invitation(), self.credit())
        space = room(self._renderer, self.masthead(), ending)
        shown = Shown((*full, *front_blocks(readable, self._translator, self._about)))
        parts = pages(shown, space) or [Shown(())]
        count = len(parts)
        return [
            self._page(
                Place(readable.date, FRONT, number),
                count,
                self._renderer.body(part),
                head=self.masthead() if number == 1 else "",
                ending=ending if number == count else "",
                cover=self._cover and number == 1,
            )
            for number, part in enumerate(parts, 1)
        ]

    def section(self, section: ReadableSection) -> list[Page]:
        """Return a section's pages. One paid word makes all paid: the paywall's place is not shown."""
        parts = self._parts(section) or [Shown(())]
        ending, count, ats = self.lock(section), len(parts), self._ats(section, parts)
        return [
            self._page(
                Place(self._readable.date, section.id, number, at),
                count,
                self._renderer.body(part),
                head=self.heading(section, f"{number}/{count}" if count > 1 else ""),
                ending=ending if number == count else "",
                paid=bool(section.paid),
                locked=section.locked and number == count,
                buttons=story_buttons(part, self._readable.date),
                gains=any(map(gains_in_rich, part)),
            )
            for number, (part, at) in enumerate(zip(parts, ats, strict=True), 1)
        ]

    def _parts(self, section: ReadableSection) -> list[Shown]:
        heading = self.heading(section, _COUNTER)
        if not section.paid:
            return self._cut(with_names(section, section.shown), heading, self.lock(section))
        free = self._cut(with_names(section, section.free), heading, self._lock(section))
        apart = [*free, *self._cut(section.paid, heading)]
        space = room(self._renderer, heading)
        nears = (near(space, screens(self._renderer), size) for size in _SIZES)
        return pages_within(with_names(section, section.shown), space, apart, nears)

    def _cut(self, shown: Shown, *around: str) -> list[Shown]:
        space = room(self._renderer, *around)
        return pages(shown, space, near=near(space, screens(self._renderer)))

    def _ats(self, section: ReadableSection, parts: list[Shown]) -> list[int]:
        """Return how many letters of the section come before each page."""
        most = letters(with_names(section, section.shown))
        return [min(most, before) for before in accumulate(map(letters, parts[:-1]), initial=0)]

    def masthead(self, *, credited: bool = False) -> str:
        """Return the head of the front page. `credited`: with the cover's credit below it."""
        readable, renderer = self._readable, self._renderer
        day = self._translator.full_date(readable.date)
        series = escape(renderer.written(isolated(shorten(readable.series, _NAME))))
        when = _DOT.join(part for part in (series, day if series else capital(day)) if part)
        author = renderer.written(shorten(readable.author, _NAME))
        by = self._translator.say("by {author}", author=author) if author else ""
        below = _DOT.join(part for part in (by, f"<i>{self._mark()}</i>") if part)
        return renderer.join(
            renderer.cover() if self._cover else "",
            renderer.masthead(shorten(readable.title, _NAME), f"{when}\n{below}"),
            *map(renderer.line, self._notices),
            self.credit() if credited else "",
        )

    def credit(self) -> str:
        """Return the cover's credit, for the end of the front page; empty where there is no cover."""
        credit = escape(self._renderer.written(shorten(self._readable.credit, _NAME)))
        return self._renderer.line(f"<i>📷 {credit}</i>") if self._cover and credit else ""

    def _mark(self) -> str:
        is_paid = any(section.locked or section.paid for section in self._readable.sections)
        return self._translator.say("Paid") if is_paid else self._translator.say("Free")

    def heading(self, section: ReadableSection, counter: str = "") -> str:
        return self._renderer.heading(
            isolated(shorten(section.kicker, _NAME)), shorten(section.headline, _NAME), counter
        )

    def lock(self, section: ReadableSection) -> str:
        """Return the line where the reader's access ends; empty where it does not."""
        return self._lock(section) if section.locked else ""

    def _lock(self, section: ReadableSection) -> str:
        if section.free:
            text = self._translator.say("🔒 The rest of this section is for subscribers.")
        else:
            text = self._translator.say("🔒 This section is for subscribers.")
        return self._renderer.line(f"<b>{text}</b>")

    def invitation(self) -> str:
        """Return the line below a front page that explains the locks; empty where there are none."""
        if not any(section.locked for section in self._readable.sections):
            return ""
        return self._renderer.line(self._translator.say("Sections marked 🔒 are for subscribers."))

    def _page(
        self,
        place: Place,
        count: int,
        body: str,
        *,
        head: str,
        ending: str,
        paid: bool = False,
        locked: bool = False,
        cover: bool = False,
        buttons: Buttons = (),
        gains: bool = False,
    ) -> Page:
        return Page(
            place=place,
            count=count,
            rendering=self._rendering,
            text=self._renderer.join(head, body, ending),
            body=body,
            paid=paid,
            locked=locked,
            cover=cover,
            buttons=buttons,
            revision=self._readable.revision,
            gains=gains,
        )


def with_names(section: ReadableSection, shown: Shown) -> Shown:
    """Return a section's text, below its names in full where the head shortens them."""
    return Shown((*in_full(section.kicker, section.headline), *shown))


def in_full(*names: str) -> tuple[Paragraph, ...]:
    """Return the names that are too long for a head, in full."""
    return tuple(Paragraph((Run(name, bold=True),)) for name in names if shorten(name, _NAME) != name)
