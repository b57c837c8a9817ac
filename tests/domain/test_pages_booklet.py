"""A booklet: what stands on its pages, and where their buttons lead."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.access import Access, Readable, ReadableSection, Shown, gate
from bot.domain.booklet import Booklet
from bot.domain.issue import Block, Paragraph, Run, Section
from bot.domain.page import Button, Page, Place, Rendering
from bot.i18n import speech
from tests.domain import sample
from tests.domain.sample import DAY, booklet, paragraph
from tests.telegram_parser import accepted

SENTENCE = "The council met again on Monday and decided nothing at all. "


def place(section: str = "", number: int = 1) -> Place:
    return Place(DAY, section, number)


def at(pages: Booklet, section: str = "", number: int = 1) -> Page:
    page = pages.page(place(section, number))
    assert page
    return page


def labels(page: Page) -> list[list[str]]:
    return [[button.label for button in row] for row in page.buttons]


def button(page: Page, sign: str) -> Button:
    return next(button for row in page.buttons for button in row if button.label.endswith(sign))


def of_sections(*sections: ReadableSection, rendering: Rendering = Rendering.CLASSIC) -> Booklet:
    readable = replace(sample.readable(Access.PREVIEW), sections=sections)
    return Booklet(readable, speech("en"), rendering, cover=False, fallback=False, out_from=None)


def free_section(*blocks: Block, name: str = "news", headline: str = "News") -> ReadableSection:
    return ReadableSection(name, "Kicker", headline, Shown(blocks), Shown(()), locked=False)


def test_the_front_page_names_series_date_title_author_and_credit() -> None:
    front = booklet(Access.PREVIEW).front
    for name in (
        "The Island Weekly",
        "Monday, December 22, 2025",
        "Why the harbour deal matters",
        "Ana Díaz",
    ):
        assert name in front.text
    assert "L. Brook / Harbour Archive" in front.text
    assert front.cover


def test_without_a_cover_there_is_no_credit() -> None:
    front = booklet(Access.PREVIEW, cover=False).front
    assert "L. Brook" not in front.text
    assert not front.cover


def test_a_spanish_reader_sees_a_spanish_date_and_what_the_issue_is_written_in() -> None:
    english, spanish = booklet(Access.PREVIEW).front.text, booklet(Access.PREVIEW, language="es").front.text
    assert "The Island Weekly · lunes 22 de diciembre de 2025\npor Ana Díaz" in spanish
    assert speech("es").say("This issue is only in English.") in spanish
    assert "This issue is only in English." not in english


def test_an_admin_reads_from_when_the_issue_is_out() -> None:
    readable = sample.readable(Access.FULL)
    pages = Booklet(
        readable, speech("en"), Rendering.CLASSIC, cover=False, fallback=False, out_from="Out at 07:00."
    )
    assert "Out at 07:00." in pages.front.text


def test_locks_stand_before_the_tap() -> None:
    preview, full = booklet(Access.PREVIEW).front, booklet(Access.FULL).front
    assert labels(preview)[:2] == [
        ["Top story: Harbour deal signed"],
        ["🔒 Politics: Rana & friends", "🔒 Money: Prices <rise>"],
    ]
    assert "Sections marked 🔒" in preview.text
    assert "🔒" not in full.text + str(full.buttons)


def test_turning_on_from_the_front_page_leads_through_the_whole_booklet_and_back() -> None:
    pages = booklet(Access.FULL)
    page, seen = pages.front, [place()]
    while any(found.label.endswith("▶") for row in page.buttons for found in row):
        after = button(page, "▶").place
        assert after
        page = at(pages, after.section, after.number)
        assert button(page, "◀").place == seen[-1]
        assert button(page, "☰ Contents").place == place()
        seen.append(after)
    assert seen == [place(), place("topstory"), place("politics"), place("politics", 2), place("money")]


def test_a_lock_on_the_next_page_shows_on_the_arrow() -> None:
    pages = booklet(Access.PREVIEW)
    assert button(at(pages, "topstory"), "▶").label == "🔒 ▶"
    assert button(pages.front, "▶").label == "▶"


def test_every_page_shares_itself() -> None:
    pages = booklet(Access.FULL)
    for found in (place(), place("topstory"), place("politics", 2)):
        assert button(at(pages, found.section, found.number), "Share").share == found


def test_only_a_page_where_access_ends_says_how_to_go_on() -> None:
    pages = booklet(Access.PREVIEW)
    assert "The rest of this section is for subscribers." in at(pages, "politics").text
    assert "This section is for subscribers." in at(pages, "money").text
    assert button(at(pages, "money"), "free trial").action == "trial"
    assert "subscribers" not in at(pages, "topstory").text
    assert not at(pages, "topstory").locked


@pytest.mark.parametrize("rendering", Rendering)
def test_the_free_pages_are_cut_alike_with_and_without_access(rendering: Rendering) -> None:
    for count in range(60, 72):  # sentences that nearly fill a classic page
        free, paid = paragraph(SENTENCE * count), paragraph(SENTENCE)
        section = Section("news", "Kicker", "News", 1, (free, paid), (1,))
        edition = replace(sample.edition(), sections=(section,))
        preview, full = (
            Booklet(
                gate(edition, access), speech("en"), rendering, cover=False, fallback=False, out_from=None
            )
            for access in Access
        )
        last = at(preview, "news", 99)
        assert at(full, "news", last.place.number).body == last.body
        assert at(full, "news", last.place.number + 1).paid


def test_free_and_paid_text_never_share_a_page() -> None:
    pages = booklet(Access.FULL)
    first, second = at(pages, "politics", 1), at(pages, "politics", 2)
    assert "nominated" in first.text
    assert not first.paid
    assert "The rest of the council" in second.text
    assert second.paid


def test_the_front_page_holds_no_paid_text() -> None:
    blocks = (paragraph("Free words."), paragraph("Paid words."))
    edition = replace(sample.edition(), sections=(Section("a", "", "A", 1, blocks, (1,)),))
    for access in Access:
        pages = Booklet(
            gate(edition, access), speech("en"), Rendering.CLASSIC, cover=False, fallback=False, out_from=None
        )
        assert "Free words." in pages.front.text
        assert "Paid words." not in pages.front.text


def test_the_first_lines_end_with_a_sentence() -> None:
    text = of_sections(free_section(paragraph(SENTENCE * 40))).front.body
    lines = text.split("\n\n")[0]
    assert 40 < len(lines) <= 200
    assert lines.endswith("nothing at all.")


def test_a_number_beyond_the_pages_is_brought_into_range() -> None:
    pages = booklet(Access.FULL)
    assert at(pages, "politics", 99).place == place("politics", 2)
    assert at(pages, "", 7) == pages.front


@pytest.mark.parametrize("wrong", [Place(DAY, "sports"), Place(date(2025, 12, 15))])
def test_there_is_no_page_of_a_section_or_an_issue_that_the_booklet_lacks(wrong: Place) -> None:
    assert booklet(Access.FULL).page(wrong) is None


def test_read_it_all_is_offered_in_rich_only() -> None:
    rich, classic = booklet(Access.FULL, Rendering.RICH).front, booklet(Access.FULL).front
    assert button(rich, "Read it all").action == "all:2025-12-22"
    assert ["Read it all"] not in labels(classic)


def test_read_it_all_is_one_rich_message_with_everything_that_the_reader_may_read() -> None:
    (preview,) = booklet(Access.PREVIEW, Rendering.RICH).whole()
    (full,) = booklet(Access.FULL, Rendering.RICH).whole()
    assert "council objects" in full.text
    assert full.paid
    assert "council objects" not in preview.text
    assert not preview.paid
    assert preview.locked
    assert button(preview, "free trial").action == "trial"


def test_read_it_all_fills_its_messages() -> None:
    sections = [free_section(paragraph(SENTENCE * 90), name=f"s{n}") for n in range(9)]
    whole = of_sections(*sections).whole()
    letters = sum(len(accepted(page.text).text) for page in whole)
    assert len(whole) <= letters / 4096 * 1.35


def test_a_long_headline_is_shortened_at_the_head_and_whole_below_it() -> None:
    headline = "Council meets " * 210
    pages = of_sections(free_section(paragraph("Body."), headline=headline.strip()))
    page = at(pages, "news")
    assert page.text.split("\n")[1].endswith("…</b>")
    assert headline.strip() in page.body
    accepted(page.text)


def test_a_booklet_of_a_hundred_sections_keeps_to_telegram_s_hundred_buttons() -> None:
    pages = of_sections(*(free_section(paragraph("Text."), name=f"s{n}") for n in range(100)))
    assert sum(map(len, pages.front.buttons)) <= 100
    assert pages.page(place("s99"))


def test_callback_data_fits_64_bytes_for_the_longest_id() -> None:
    longest = Place(DAY, "s" * 32, 9999)
    assert len(longest.code().encode()) <= 64
    assert Place.read(longest.code()) == longest


def test_a_page_of_long_links_keeps_to_telegram_s_bytes() -> None:
    links = [Run(f"word {number} ", link=f"https://example.org/{'x' * 1900}") for number in range(60)]
    pages = of_sections(free_section(Paragraph(tuple(links))))
    assert at(pages, "news").count > 3
    for number in range(1, at(pages, "news").count + 1):
        accepted(at(pages, "news", number).text)


def test_a_page_of_many_styles_keeps_to_telegram_s_entities() -> None:
    styled = [Run(f"word {number} ", bold=True) for number in range(250)]
    pages = of_sections(free_section(Paragraph(tuple(styled))))
    assert at(pages, "news").count == 3
    for number in (1, 2, 3):
        assert len(accepted(at(pages, "news", number).text).entities) <= 100


def test_an_empty_section_is_a_page_with_its_names() -> None:
    page = at(of_sections(free_section()), "news")
    assert accepted(page.text).text == "KICKER\nNews"


def test_the_readable_decides_what_a_booklet_holds() -> None:
    readable: Readable = sample.readable(Access.PREVIEW)
    assert all(not section.paid for section in readable.sections)
    assert "council objects" not in at(booklet(Access.PREVIEW), "politics").text
