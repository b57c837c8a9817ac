"""Any edition, in either language and rendering: whole, in order, within Telegram's limits, cut cleanly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import Access, Readable, ReadableSection, gate
from bot.domain.booklet import Booklet
from bot.domain.issue import Edition
from bot.domain.page import Page, Place, Rendering
from bot.i18n import LANGUAGES, speech
from bot.simulator import rich_html
from tests.domain.editions import editions
from tests.domain.visible import clusters, readable_text, visible_of_rich, words
from tests.telegram_parser import accepted, parse

SHORT_NAME = 240
"""UTF-16 units; a name up to this length stands at the head of a page, a longer one in its body."""

LONGER_THAN_A_PAGE = 3300
"""UTF-16 units that never fit below the longest head and above the ending of a classic page."""


def test_every_edition_becomes_pages_that_telegram_takes_and_that_hold_all_of_its_text() -> None:
    seen: Counter[str] = Counter()

    @given(editions(), st.sampled_from(Access), st.sampled_from(LANGUAGES))
    def check(edition: Edition, access: Access, language: str) -> None:
        readable = gate(edition, access)
        for rendering in Rendering:
            booklet = _booklet(readable, language, rendering)
            check_front(booklet, readable)
            for section in readable.sections:
                check_section(booklet, readable, section)
            check_whole(booklet, readable)
            seen[rendering] += 1
            seen[f"{rendering} continued"] += any(
                cut(booklet, readable, section) for section in readable.sections
            )

    check()
    least = 0.5 if seen["classic"] >= 300 else 0.4  # fewer examples scatter more
    assert seen["classic continued"] >= seen["classic"] * least, seen
    assert seen["rich continued"] >= seen["rich"] / 4, seen


def cut(booklet: Booklet, readable: Readable, section: ReadableSection) -> bool:
    """Tell whether the free or the paid part needed a continuation page."""
    return max(Counter(page.paid for page in pages_of(booklet, readable, section.id)).values()) > 1


def check_front(booklet: Booklet, readable: Readable) -> None:
    fronts = pages_of(booklet, readable, "")
    assert fronts[0] == booklet.front
    shown = " ".join(visible(page, page.text) for page in fronts)
    for name in (readable.title, readable.series, readable.author, *readable.also):
        assert "".join(words(name)) in "".join(words(shown))
    for page in fronts:
        judge_page(page)
        assert not page.paid
        assert not page.locked


def check_section(booklet: Booklet, readable: Readable, section: ReadableSection) -> None:
    pages = pages_of(booklet, readable, section.id)
    for page in pages:
        judge_page(page)
    free = [page for page in pages if not page.paid]
    paid = [page for page in pages if page.paid]
    assert pages == [*free, *paid]
    names = "\n".join(name for name in (section.kicker, section.headline) if units(name) > SHORT_NAME)
    check_words(free, f"{names}\n{readable_text(section.free)}")
    check_words(paid, readable_text(section.paid))
    assert [page.locked for page in pages] == [False] * (len(pages) - 1) + [section.locked]


def check_whole(booklet: Booklet, readable: Readable) -> None:
    pages = booklet.whole()
    names = [readable.series, readable.title, readable.author]
    text = ["\n".join(name for name in names if units(name) > SHORT_NAME)]
    for section in readable.sections:
        text += [name for name in (section.kicker, section.headline) if units(name) > SHORT_NAME]
        text += [readable_text(section.free), readable_text(section.paid)]
    for page in pages:
        judge_page(page)
    check_words(list(pages), "\n".join(text))
    assert any(page.paid for page in pages) == any(section.paid for section in readable.sections)


def check_words(pages: list[Page], expected: str) -> None:
    """The bodies put together are `expected`; only a word longer than a page is cut, and between letters."""
    found = [words(visible(page, page.body)) for page in pages]
    wanted = words(expected)
    assert "".join(word for page in found for word in page) == "".join(wanted)
    known = set(wanted)
    letters = {cluster for word in wanted if units(word) > LONGER_THAN_A_PAGE for cluster in clusters(word)}
    for word in (word for page in found for word in page if word not in known):
        assert set(clusters(word)) <= letters


def judge_page(page: Page) -> None:
    if page.rendering is Rendering.CLASSIC:
        accepted(page.text)
    else:
        rich_html.parse(page.text, find_emails=False)
    for button in (button for row in page.buttons for button in row):
        assert 1 <= len((button.place.code() if button.place else button.action or "share").encode()) <= 64
        assert button.place is None or Place.read(button.place.code()) == button.place
    assert sum(map(len, page.buttons)) <= 100


def visible(page: Page, markup: str) -> str:
    return parse(markup).text if page.rendering is Rendering.CLASSIC else visible_of_rich(markup)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def pages_of(booklet: Booklet, readable: Readable, section: str) -> list[Page]:
    first = booklet.page(Place(readable.date, section))
    assert first
    found = [booklet.page(Place(readable.date, section, number)) for number in range(1, first.count + 1)]
    return [page for page in found if page]


def _booklet(readable: Readable, language: str, rendering: Rendering) -> Booklet:
    return Booklet(
        readable, speech(language), rendering, cover=True, fallback=True, out_from="Out on Monday."
    )
