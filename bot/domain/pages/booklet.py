"""A booklet: an edition's pages for one kind of reader."""

from bot.domain.content.about import About
from bot.domain.content.gate import Readable
from bot.domain.pages.full_issue import whole
from bot.domain.pages.letters import letters
from bot.domain.pages.page import Page, Place
from bot.domain.pages.page_buttons import bind, bind_whole
from bot.domain.pages.page_layout import PageLayout, with_names
from bot.domain.readers.reader import Rendering
from bot.i18n import Translator


class Booklet:
    """The pages of one edition for all readers of one language, access and rendering.

    They hold the buttons of every way on; `Page.on` leaves those of one reader.
    """

    def __init__(
        self,
        readable: Readable,
        translator: Translator,
        rendering: Rendering,
        *,
        cover: bool,
        fallback: bool,
        out_from: str | None,
        about: About = About(),  # noqa: B008  # frozen
    ) -> None:
        """`fallback`: the edition is in another language than the reader's. `out_from`: markup that tells
        admins when the issue will be out; None where it is.
        """
        notices = (_only_in(readable.language, translator) if fallback else "", out_from or "")
        self._readable = readable
        self._translator = translator
        self._rendering = rendering
        self._cover = cover
        self._about = about
        self._layout = PageLayout(readable, translator, rendering, cover=cover, notices=notices, about=about)
        unbound = self._layout.front()
        for section in readable.sections:
            unbound += self._layout.section(section)
        self._pages = {page.place: page for page in bind(unbound, readable, translator, about)}
        self._ends = {
            section.id: letters(with_names(section, section.shown)) for section in readable.sections
        }

    @property
    def front(self) -> Page:
        return self._pages[Place(self._readable.date)]

    def page(self, place: Place) -> Page | None:
        """Return the page at `place`: the one that holds its letter `at`, in whatever cutting it was made.

        Without `at`, by its number, brought into range. None where there is no such section.
        """
        first = self._pages.get(Place(place.date, place.section))
        if first is None:
            return None
        page = self._pages[Place(place.date, place.section, max(1, min(place.number, first.count)))]
        if place.at is None or place.at == page.place.at:
            return page
        return self._holding(self.section(place.section), place.at)

    def after(self, place: Place) -> Place:
        """Return where reading goes on after the page at `place` once nothing of its section is locked."""
        page = self.page(place) or self.front
        if page.place.section not in self._ends:
            return page.place
        number = page.place.number + 1
        after = self._pages.get(Place(place.date, place.section, number))
        return after.place if after else Place(place.date, place.section, number, self._ends[place.section])

    def section(self, section: str) -> tuple[Page, ...]:
        """Return the pages of one section; the front page's for "" and for what is no section."""
        pages = [page for page in self._pages.values() if page.place.section == section]
        return tuple(pages) or (self.front,)

    @staticmethod
    def _holding(pages: tuple[Page, ...], at: int) -> Page:
        """Return the page that holds what follows the first `at` letters; the first such page."""
        reached = [page.place.at or 0 for page in pages if (page.place.at or 0) <= at]
        return pages[reached.index(max(reached))]

    def whole(self) -> tuple[Page, ...]:
        """Return everything that this reader may read, in as few messages as the limits allow."""
        pages = whole(self._layout, self._readable, self._rendering, cover=self._cover)
        return bind_whole(pages, self._translator, self._about)


def _only_in(language: str, translator: Translator) -> str:
    match language:
        case "en":
            return translator.say("This issue is only in English.")
        case "es":
            return translator.say("This issue is only in Spanish.")
        case _:
            return translator.say("This issue isn’t in your language.")
