"""A booklet: what stands on its pages, and where their buttons lead."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.content.about import About
from bot.domain.content.gate import Access, Readable, ReadableSection, Shown, gate
from bot.domain.content.issue import Block, List, Paragraph, Path, Run, Section
from bot.domain.content.on_offer import OnOffer
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Button, Page, Place
from bot.domain.pages.page_buttons import free_days
from bot.domain.pages.rendering.inline import visible
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way, ways_of
from bot.i18n import translator_for
from tests.domain import sample
from tests.domain.sample import DAY, booklet, of_sections, paragraph
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


def of_edition(
    access: Access, *blocks: Block, wall: Path | None, rendering: Rendering = Rendering.CLASSIC
) -> Booklet:
    """Return an edition of one section."""
    section = Section("news", "Kicker", "News", 1, blocks, wall)
    readable = gate(replace(sample.edition(), sections=(section,)), access)
    return Booklet(readable, translator_for("en"), rendering, cover=False, fallback=False, out_from=None)


def bodies(booklet: Booklet) -> list[str]:
    return [page.body for page in booklet.section("news")]


def free_section(*blocks: Block, name: str = "news", headline: str = "News") -> ReadableSection:
    return ReadableSection(name, "Kicker", headline, Shown(blocks), Shown(()), Shown(blocks), locked=False)


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
    assert "The Island Weekly\u00a0· lunes 22 de diciembre de 2025\npor Ana Díaz" in spanish
    assert translator_for("es").say("This issue is only in English.") in spanish
    assert "This issue is only in English." not in english


def test_an_admin_reads_from_when_the_issue_is_out() -> None:
    readable = sample.readable(Access.FULL)
    pages = Booklet(
        readable,
        translator_for("en"),
        Rendering.CLASSIC,
        cover=False,
        fallback=False,
        out_from="Out at 07:00.",
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
    assert seen == [place(), place("topstory"), place("politics"), place("money")]


def test_a_lock_on_the_next_page_shows_on_the_arrow() -> None:
    pages = booklet(Access.PREVIEW)
    assert button(at(pages, "topstory"), "▶").label == "🔒 ▶"
    assert button(pages.front, "▶").label == "▶"


def test_every_page_shares_itself() -> None:
    pages = booklet(Access.FULL)
    for found in (place(), place("topstory"), place("politics")):
        assert button(at(pages, found.section, found.number), "Share").share == found


def test_only_a_page_where_access_ends_says_how_to_go_on() -> None:
    pages = booklet(Access.PREVIEW)
    assert "The rest of this section is for subscribers." in at(pages, "politics").text
    assert "This section is for subscribers." in at(pages, "money").text
    assert "subscribers" not in at(pages, "topstory").text
    assert not at(pages, "topstory").locked


def test_with_access_a_section_runs_on_where_the_paywall_stands_for_others() -> None:
    (page,) = booklet(Access.FULL).section("politics")
    assert page.paid
    assert "• Rana has nominated a friend.\n• The rest of the council objects." in page.text
    (locked,) = booklet(Access.PREVIEW).section("politics")
    assert not locked.paid
    assert "council objects" not in locked.text


def test_one_paid_word_makes_all_pages_of_its_section_paid() -> None:
    pages = of_edition(Access.FULL, paragraph(SENTENCE * 150), paragraph("Paid."), wall=(1,)).section("news")
    assert len(pages) > 2
    assert {page.paid for page in pages} == {True}


def test_a_wholly_free_section_stays_free_with_access() -> None:
    assert [page.paid for page in booklet(Access.FULL).section("topstory")] == [False]


@pytest.mark.parametrize("rendering", Rendering)
def test_with_access_pages_do_not_follow_the_paywall(rendering: Rendering) -> None:
    items = List(tuple((paragraph(f"Item{number}. {SENTENCE * (3 + number % 4)}"),) for number in range(40)))
    free = bodies(of_edition(Access.FULL, items, wall=None, rendering=rendering))
    assert len(free) > 1
    seams = 0
    for number in range(1, 40):
        found = bodies(of_edition(Access.FULL, items, wall=(0, number), rendering=rendering))
        seams += any(visible(body).lstrip("• ").startswith(f"Item{number}.") for body in found)
    assert seams <= 39 / 3  # by chance, as where there is no paywall


def test_a_place_leads_to_the_same_words_with_and_without_access() -> None:
    blocks = [paragraph(f"Word{number:02}. {SENTENCE * 4}") for number in range(14)]
    preview, full = (of_edition(access, *blocks, wall=(8,)) for access in Access)
    second = at(preview, "news", 2)
    assert "Word04" in second.body
    assert "Word04" not in at(full, "news", 2).body  # the same number, another page
    read = Place.read(second.place.code())
    assert read
    found = full.page(read)
    assert found
    assert "Word04" in found.body


def test_a_number_without_words_is_brought_into_range() -> None:
    full = of_edition(Access.FULL, paragraph(SENTENCE * 150), paragraph("Paid."), wall=(1,))
    assert [at(full, "news", number).place.number for number in (1, 2, 9999)] == [
        1,
        2,
        full.section("news")[0].count,
    ]
    forged = Place.read(f"p:{DAY}:news:7.9999999")
    assert forged
    found = full.page(forged)
    assert found
    assert found.place.number == found.count


def test_the_front_page_holds_no_paid_text() -> None:
    blocks = (paragraph("Free words."), paragraph("Paid words."))
    edition = replace(sample.edition(), sections=(Section("a", "", "A", 1, blocks, (1,)),))
    for access in Access:
        pages = Booklet(
            gate(edition, access),
            translator_for("en"),
            Rendering.CLASSIC,
            cover=False,
            fallback=False,
            out_from=None,
        )
        assert "Free words." in pages.front.text
        assert "Paid words." not in pages.front.text


def test_the_first_lines_end_with_a_sentence() -> None:
    text = of_sections(free_section(paragraph(SENTENCE * 40))).front.body
    lines = text.split("\n\n")[0]
    assert 40 < len(lines) <= 200
    assert lines.endswith("nothing at all.")


def test_a_short_first_sentence_is_enough() -> None:
    text = "The river rose in the night. " + "A long road of many words leads on and on " * 9
    assert of_sections(free_section(paragraph(text))).front.body.split("\n\n")[0].endswith("in the night.")


def test_first_lines_that_end_amid_a_sentence_say_that_they_go_on() -> None:
    text = "A long road, of many words, leads on and on, " * 9
    lines = of_sections(free_section(paragraph(text))).front.body.split("\n\n")[0]
    assert lines.endswith(" …")
    assert not lines.endswith(", …")


def test_a_number_beyond_the_pages_is_brought_into_range() -> None:
    pages = booklet(Access.FULL)
    assert at(pages, "politics", 99).place == place("politics")
    assert at(pages, "", 7) == pages.front


@pytest.mark.parametrize("wrong", [Place(DAY, "sports"), Place(date(2025, 12, 15))])
def test_there_is_no_page_of_a_section_or_an_issue_that_the_booklet_lacks(wrong: Place) -> None:
    assert booklet(Access.FULL).page(wrong) is None


def test_who_has_no_access_is_offered_the_free_part_of_it() -> None:
    locked = booklet(Access.PREVIEW, Rendering.RICH).front
    assert button(locked, "Read the free part").action == "all:2025-12-22"
    assert ["Read it all"] not in labels(locked)


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
    assert labels(preview.on(Way.TRIAL))[0] == ["Read free for 7 days"]


ON_OFFER = OnOffer(trial_days=7)
LOCKED = ("", "politics", "money")


@pytest.mark.parametrize("rendering", Rendering)
def test_ways_on_differ_by_one_button_below_every_lock_and_by_nothing_else(rendering: Rendering) -> None:
    pages = booklet(Access.PREVIEW, rendering)
    for page in (*(at(pages, section) for section in LOCKED), *pages.whole()):
        by_way = {way: page.on(way) for way in ways_of(ON_OFFER)}
        offered = {
            way: [one for row in page.buttons for one in row if one.way is way]
            for way, page in by_way.items()
        }
        assert {way: [(one.label, one.action) for one in buttons] for way, buttons in offered.items()} == {
            Way.TRIAL: [("Read free for 7 days", "trial:7")],
            Way.LAPSED: [("How to keep reading", "onward")],
            Way.NONE: [("How to keep reading", "onward")],
        }
        assert {replace(one, buttons=()) for one in by_way.values()} == {replace(page, buttons=())}
        assert "trial" not in page.text.lower()


def test_where_nothing_is_locked_no_way_on_is_offered() -> None:
    full, preview = booklet(Access.FULL, Rendering.RICH), booklet(Access.PREVIEW)
    for page in (full.front, at(full, "money"), *full.whole(), at(preview, "topstory")):
        assert [page.on(way) for way in Way] == [page] * len(Way)


def test_without_a_trial_none_is_offered_and_without_an_address_nobody_is_sent_to_it() -> None:
    booklet = Booklet(
        sample.readable(Access.PREVIEW),
        translator_for("en"),
        Rendering.CLASSIC,
        cover=False,
        fallback=False,
        out_from=None,
        about=About(),
    )
    money = at(booklet, "money")
    assert labels(money.on(Way.LAPSED))[0] == ["How to keep reading"]
    assert "keep reading" not in str(labels(money.on(Way.NONE)))
    assert "free" not in str(money.buttons)


def test_a_trial_of_one_day_is_said_to_be_of_one_day() -> None:
    assert [free_days(translator_for(language), 1).label for language in ("en", "es")] == [
        "Read free for 1 day",
        "Leer gratis 1 día",
    ]


def test_read_it_all_ends_with_one_line_of_the_bot_or_none() -> None:
    (preview,) = booklet(Access.PREVIEW, Rendering.RICH).whole()
    (full,) = booklet(Access.FULL, Rendering.RICH).whole()
    lock = "<p><b>🔒 This section is for subscribers.</b></p>"
    assert preview.text.endswith(f"</h2>{lock}")
    assert preview.text.count("🔒") == 2  # each locked section says it, and nothing more below
    assert full.text.endswith(full.body[-40:])
    for page in (preview, full):
        assert page.text.count("📷 L. Brook / Harbour Archive") == 1
        assert page.text.index("📷") < page.text.index("<h4>")


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
