"""Any edition, in either language and rendering: whole, in order, within Telegram's limits, cut cleanly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.about import About
from bot.domain.content.gate import Access, Readable, ReadableSection, gate
from bot.domain.content.issue import Edition
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Page, Place
from bot.domain.pages.page_layout import PageLayout
from bot.domain.readers.reader import Rendering
from bot.i18n import LANGUAGES, translator_for
from telegram_simulator.text import rich_html
from tests.domain.editions import editions
from tests.domain.parted import messages_apart, pages_apart
from tests.domain.visible import clusters, readable_text, visible_of_rich, words
from tests.telegram_parser import accepted, parse

SHORT_NAME = 400
"""UTF-16 units; a name up to this length stands at the head of a page, a longer one in its body."""

OUT_FROM = "Out on Monday."
LONGER_THAN_A_PAGE = 3300
"""UTF-16 units that never fit below the longest head and above the ending of a classic page."""


# An example takes 0.2 s: both renderings, cut page by page and as one issue, each cut found by halving.
def test_every_edition_becomes_pages_that_telegram_takes_and_that_hold_all_of_its_text() -> None:
    seen: Counter[str] = Counter()

    @given(editions(), st.sampled_from(Access), st.sampled_from(LANGUAGES))
    def check(edition: Edition, access: Access, language: str) -> None:
        readable = gate(edition, access)
        for rendering in Rendering:
            booklet, composer = (
                _booklet(readable, language, rendering),
                _composer(readable, language, rendering),
            )
            check_front(booklet, readable)
            for section in readable.sections:
                check_section(booklet, readable, section)
                pages = pages_of(booklet, readable, section.id)
                assert len(pages) <= pages_apart(composer, section, rendering)
            assert len(check_whole(booklet, readable)) <= messages_apart(composer, readable, rendering)
            seen[rendering] += 1
            seen[f"{rendering} continued"] += any(
                cut(booklet, readable, section) for section in readable.sections
            )

    check()
    least = 0.5 if seen["classic"] >= 300 else 0.3  # fewer examples scatter more
    assert seen["classic continued"] >= seen["classic"] * least, seen
    assert seen["rich continued"] >= seen["rich"] * least / 2, seen


def cut(booklet: Booklet, readable: Readable, section: ReadableSection) -> bool:
    """Tell whether a section needed a continuation page."""
    return len(pages_of(booklet, readable, section.id)) > 1


def test_what_opens_behind_a_lock_begins_with_or_before_the_first_line_not_seen_yet() -> None:
    met: Counter[str] = Counter()

    @given(editions(), st.sampled_from(Rendering), st.sampled_from(Rendering))
    def check(edition: Edition, before: Rendering, after: Rendering) -> None:
        preview, full = (gate(edition, access) for access in Access)
        locked, whole = _booklet(preview, "en", before), _booklet(full, "en", after)
        for section in full.sections:
            seen: list[str] = []
            for page in pages_of(locked, preview, section.id):
                seen += words(visible(page, page.body))
                opened = whole.page(locked.after(page.place))
                assert opened
                check_nothing_is_skipped(seen, pages_of(whole, full, section.id)[: opened.place.number - 1])
                met["continued"] += opened.place.number > 1

    check()
    assert met["continued"] > 20, met


def check_nothing_is_skipped(seen: list[str], passed: list[Page]) -> None:
    """Every word of the pages before the one that opened was seen; words may be cut between letters."""
    skipped = "".join(word for page in passed for word in words(visible(page, page.body)))
    assert "".join(seen).startswith(skipped)


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
    assert {page.paid for page in pages} == {bool(section.paid)}
    names = "\n".join(name for name in (section.kicker, section.headline) if units(name) > SHORT_NAME)
    check_words(pages, *(f"{names}\n{text}" for text in texts_of(section)))
    assert [page.locked for page in pages] == [False] * (len(pages) - 1) + [section.locked]


def check_whole(booklet: Booklet, readable: Readable) -> tuple[Page, ...]:
    pages = booklet.whole()
    names = [readable.series, readable.title, readable.author]
    texts = ["\n".join(name for name in names if units(name) > SHORT_NAME)] * 2
    for section in readable.sections:
        above = [name for name in (section.kicker, section.headline) if units(name) > SHORT_NAME]
        texts = [
            "\n".join([text, *above, below]) for text, below in zip(texts, texts_of(section), strict=True)
        ]
    for page in pages:
        judge_page(page)
    check_words(list(pages), *texts)
    assert any(page.paid for page in pages) == any(section.paid for section in readable.sections)
    return pages


def texts_of(section: ReadableSection) -> tuple[str, str]:
    """What is to be read of a section: in one run, and with the notes of its free part at that part's end, as
    it stands where a seamless cut would cost a page.
    """
    return readable_text(section.shown), f"{readable_text(section.free)}\n{readable_text(section.paid)}"


def check_words(pages: list[Page], *expected: str) -> None:
    """The bodies put together are one of `expected`; only a word longer than a page is cut, and between
    letters.
    """
    text_pages = [words(visible(page, page.body)) for page in pages]
    joined = "".join(word for page in text_pages for word in page)
    assert joined in {"".join(words(opened_page)) for opened_page in expected}
    wanted = words(expected[0])
    known = set(wanted)
    letters = {cluster for word in wanted if units(word) > LONGER_THAN_A_PAGE for cluster in clusters(word)}
    for word in (word for page in text_pages for word in page if word not in known):
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
    all_pages = [booklet.page(Place(readable.date, section, number)) for number in range(1, first.count + 1)]
    return [page for page in all_pages if page]


def _booklet(readable: Readable, language: str, rendering: Rendering) -> Booklet:
    return Booklet(
        readable, translator_for(language), rendering, cover=True, fallback=True, out_from=OUT_FROM
    )


def _composer(readable: Readable, language: str, rendering: Rendering) -> PageLayout:
    """Return what writes the heads and endings of such a booklet."""
    translator = translator_for(language)
    only = "This issue is only in English." if readable.language == "en" else "This issue is only in Spanish."
    notices = (translator.say(only), OUT_FROM)
    return PageLayout(readable, translator, rendering, cover=True, notices=notices, about=About())
