"""Search finds every section that is out, and shows no paid word to those who may not read it."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.gate import Access
from bot.services.content.archive import Archive
from bot.services.content.search.search import Hit, query
from bot.services.content.search.search_index import SearchIndex
from tests.services.content import MONDAY, NOW, PUBLICATION, Content, markdown

WHOLE = Path(__file__).parents[1] / "data/issues/2025-12-22/en.md"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    made = Content(tmp_path)
    made.write("publication.toml", PUBLICATION)
    return made


async def find(
    archive: Archive, words: str, language: str = "en", access: Access = Access.PREVIEW
) -> list[Hit]:
    return await archive.search(words, language, NOW, access)


async def test_accents_and_case_do_not_matter(content: Content) -> None:
    content.issue(text=markdown(free="Santiago Peña habló en Asunción"))
    archive = await content.open()
    for words in ("pena ASUNCION", "Peña", "PEN\u0303A", "asunción"):
        (hit,) = await find(archive, words)
        assert (hit.section, hit.locked, hit.snippet) == ("first", False, "Santiago Peña habló en Asunción")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_letters_that_are_written_in_parts_are_found(
    content: Content, form: Literal["NFC", "NFD"]
) -> None:
    content.issue(text=markdown(free=unicodedata.normalize(form, "대한민국 Peña")))
    archive = await content.open()
    for words in ("대한민국", "Peña"):
        assert len(await find(archive, unicodedata.normalize("NFD", words))) == 1
        assert len(await find(archive, words)) == 1


async def test_the_last_word_may_be_the_beginning_of_one(content: Content) -> None:
    content.issue(text=markdown(free="a status of forces agreement"))
    archive = await content.open()
    assert [hit.section for hit in await find(archive, "status agree")] == ["first"]
    assert await find(archive, "stat agreement") == []


async def test_paid_words_are_found_with_access_only(content: Content) -> None:
    content.issue(text=markdown(paid="the secret canary sings"))
    archive = await content.open()
    assert await find(archive, "secret canary") == []
    full = await find(archive, "secret canary", access=Access.FULL)
    assert {(hit.locked, hit.snippet, hit.paid) for hit in full} == {
        (False, "the secret canary sings", True),
        (False, "more the secret canary sings", True),
    }


async def test_words_in_the_free_and_in_the_paid_part_together_are_found_with_access_only(
    content: Content,
) -> None:
    content.issue(text=markdown(free="above", paid="canary below"))
    archive = await content.open()
    assert await find(archive, "above canary") == []
    (hit,) = await find(archive, "above canary", access=Access.FULL)
    assert (hit.section, hit.snippet) == ("first", "canary below")


async def test_a_section_of_which_only_the_heading_is_free_is_a_locked_hit(content: Content) -> None:
    content.issue(text=markdown("Herons"))
    archive = await content.open()
    hits = {hit.section: hit for hit in await find(archive, "herons")}
    assert (hits["second"].locked, hits["second"].snippet) == (True, None)
    assert not hits[""].locked
    assert not any(hit.locked for hit in await find(archive, "herons", access=Access.FULL))


async def test_no_snippet_of_a_preview_ever_holds_a_paid_word(content: Content) -> None:
    content.issue(text=markdown(free="a b c ab bc abc", paid="a canary b canary c canary abc"))
    archive = await content.open()
    for count in range(1, 4):
        for words in product(("a", "ab", "canary", "top", "more", "d"), repeat=count):
            assert "canary" not in repr(await find(archive, " ".join(words)))


async def test_a_headline_counts_for_more_than_a_text(content: Content) -> None:
    days = content.weeks(2)
    content.issue(days[0], markdown(free="elections elections elections and much else"))
    content.issue(days[1], markdown("Elections"))
    archive = await content.open()
    hits = await find(archive, "elections")
    assert hits[0].date == days[1]
    assert {hit.date for hit in hits} == set(days)


async def test_the_title_and_the_teasers_lead_to_the_front_page(content: Content) -> None:
    content.issue(text=markdown("Whales").replace("title:", "also: [Dolphins at sea]\ntitle:"))
    archive = await content.open()
    (hit,) = await find(archive, "dolphins")
    assert (hit.section, hit.title, hit.snippet) == ("", "Whales", "Dolphins at sea")


async def test_readers_search_in_their_language_or_in_what_is_served_instead(content: Content) -> None:
    days = content.weeks(2)
    content.issue(days[0], markdown("Both", free="common english"))
    content.issue(days[0], markdown("Ambas", free="common español"), "es")
    content.issue(days[1], markdown("Only", free="common alone"))
    archive = await content.open()
    assert {hit.snippet for hit in await find(archive, "common", "es")} == {"common español", "common alone"}
    assert {hit.snippet for hit in await find(archive, "common", "en")} == {"common english", "common alone"}
    assert {hit.snippet for hit in await find(archive, "common", "fr")} == {"common english", "common alone"}


async def test_an_issue_is_found_from_the_hour_at_which_it_is_out(content: Content) -> None:
    content.issue(MONDAY + timedelta(weeks=1), markdown(free="tomorrow"))
    archive = await content.open()
    assert await find(archive, "tomorrow", access=Access.FULL) == []
    out = datetime(2025, 12, 29, 7, tzinfo=UTC)
    assert await archive.search("tomorrow", "en", out - timedelta(seconds=1), Access.FULL) == []
    assert len(await archive.search("tomorrow", "en", out, Access.FULL)) == 1


async def test_a_changed_issue_is_found_by_its_new_words_only(content: Content) -> None:
    content.issue(text=markdown(free="oldword"))
    archive = await content.open()
    content.issue(text=markdown(free="newword"))
    await content.settle(archive)
    assert await find(archive, "oldword") == []
    assert len(await find(archive, "newword")) == 1


async def test_no_more_hits_come_than_were_asked_for(content: Content) -> None:
    content.weeks(6)
    archive = await content.open()
    assert len(await archive.search("free", "en", NOW, Access.PREVIEW, limit=4)) == 4


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "free OR",
        "NEAR(a b)",
        "heading:free",
        "paid : words",
        "-free",
        "^free",
        "a* b*",
        "{free}",
        "'; DROP TABLE x",
    ],
)
async def test_no_syntax_of_the_index_gets_through(content: Content, words: str) -> None:
    content.issue()
    archive = await content.open()
    assert all(not hit.snippet or "paid" not in hit.snippet for hit in await find(archive, words))
    assert len(await find(archive, "free words")) == 1


INDEX = SearchIndex()


@given(st.text())
def test_a_query_is_quoted_words_and_nothing_else(words: str) -> None:
    made = query(INDEX, words)
    matches = re.findall('"([^"]*)"', made)
    assert made == (" ".join(f'"{word}"' for word in matches) + " *" if matches else "")
    assert [INDEX.words(word) for word in matches] == [[word] for word in matches]


def test_no_character_makes_a_phrase_of_what_a_reader_typed() -> None:
    """Of a word that the index cuts again it asks for the order, too."""
    characters = [chr(code) for code in range(0x20000) if not 0xD800 <= code <= 0xDFFF]
    for at in range(0, len(characters), 2_000):
        words = INDEX.words(" ".join(f"a{character}b" for character in characters[at : at + 2_000]))
        assert INDEX.words(" ".join(words)) == words, hex(at)


@pytest.mark.parametrize("letter", ["\u19b0", "\u19c9", "\u1cf2", "\u0345", "-", "_", "'", '"'])
async def test_words_that_are_glued_together_are_looked_for_one_by_one(content: Content, letter: str) -> None:
    content.issue(text=markdown(free="the river and the port"))
    archive = await content.open()
    assert len(await find(archive, f"port{letter}river")) == 1


@pytest.mark.parametrize("words", ["", "   ", "\x00", "\ud800", "🎄🎄", "_", "…", "\u202e"])
async def test_what_holds_no_word_finds_nothing(content: Content, words: str) -> None:
    content.issue()
    assert await find(await content.open(), words) == []


async def test_a_very_long_search_is_cut(content: Content) -> None:
    content.issue(text=markdown(free="free"))
    archive = await content.open()
    assert [hit.section for hit in await find(archive, "free " + "\x00 " * 200 + "nowhere " * 1000)] == [
        "first"
    ]
    assert len(query(INDEX, "w " * 5000)) < 1000


GOODBYE = "Subscribe to the river letter: issue {number}, as every Monday."


def closing(free: str, number: int) -> str:
    return markdown(f"Issue {number}", free=f"{free}\n\n{GOODBYE.format(number=number)}")


async def test_lines_that_stand_in_most_issues_are_found_last(content: Content) -> None:
    """Numbers in them do not matter; the text itself comes first, however old."""
    days = content.weeks(6)
    for number, day in enumerate(days):
        content.issue(day, closing("the river rose" if number == 5 else f"story {'abcde'[number]}", number))
    archive = await content.open()
    first, *others = await find(archive, "river")
    assert (first.date, first.snippet) == (days[-1], "the river rose")
    assert [hit.date for hit in others] == list(days[:-1])
    assert others[0].snippet == GOODBYE.format(number=0)


async def test_what_no_issue_repeats_any_more_counts_again(content: Content) -> None:
    days = content.weeks(4)
    for number, day in enumerate(days):
        content.issue(day, closing("river" if number == 3 else "", number))
    archive = await content.open()
    assert (await find(archive, "river"))[0].date == days[3]
    for day in days[1:3]:
        content.issue(day, markdown(f"Issue of {day}"))
    await content.settle(archive)
    content.issue(
        days[3], markdown("Issue", free="a long text in which a river is named among very much else")
    )
    await content.settle(archive)
    assert (await find(archive, "river"))[0].date == days[0]


async def test_of_three_issues_no_line_is_common(content: Content) -> None:
    days = content.weeks(3)
    for number, day in enumerate(days):
        content.issue(day, closing("" if number else "very much else " * 50, number))
    archive = await content.open()
    assert [hit.date for hit in await find(archive, "river letter")] == [days[1], days[2], days[0]]


async def test_each_language_has_common_lines_of_its_own(content: Content) -> None:
    days = content.weeks(4)
    spanish = ("a letter on a river " + "y mucho más " * 50, "otro", "otro", GOODBYE.format(number=3))
    for number, (day, text) in enumerate(zip(days, spanish, strict=True)):
        content.issue(day, closing("", number))
        content.issue(day, markdown("Número", free=text), "es")
    archive = await content.open()
    assert [hit.date for hit in await find(archive, "river letter")] == list(days)
    assert [hit.date for hit in await find(archive, "river letter", "es")] == [days[3], days[0]]


async def test_paid_lines_that_recur_move_nothing_in_what_is_public(content: Content) -> None:
    """The public order is that of the same issues without them; with access they come last."""
    orders = []
    for paid in ("other words", GOODBYE.format(number=1)):
        days = content.weeks(6)
        for number, day in enumerate(days):
            free = f"river {'much else ' * number}" if number < 2 else "the goodbye"
            content.issue(
                day,
                markdown(f"Issue {number}", free=f"{free}\n\n{GOODBYE}" if number < 1 else free, paid=paid),
            )
        archive = await content.open()
        orders.append(await find(archive, "river"))
    assert orders[0] == orders[1]
    assert {hit.date for hit in (await find(archive, "river", access=Access.FULL))[:2]} == set(days[:2])


async def test_a_common_paid_line_is_shown_with_access_only(content: Content) -> None:
    for day in content.weeks(4):
        content.issue(day, markdown(free="above", paid="the canary line"))
    archive = await content.open()
    assert await find(archive, "canary") == []
    hits = await find(archive, "above canary", access=Access.FULL)
    assert {(hit.snippet, hit.paid) for hit in hits} == {("the canary line", True)}


async def test_beside_a_long_text_a_sign_off_of_each_week_is_found_last(content: Content) -> None:
    whole = WHOLE.read_text(encoding="utf-8")
    bye = "# Goodbye {#goodbye}\n\nSubscribe to the letter on the estuary, the harbour and the peace prize.\n"
    days = content.weeks(8)
    for number, day in enumerate(days[:-1]):
        text = f"---\ntitle: Issue {number}\naudience: everyone\n---\n# News {{#news}}\n\nOne.\n\n{bye}"
        content.issue(day, text)
    content.issue(days[-1], whole.replace("\n# Politics", f"\n{bye}\n# Politics"))
    archive = await content.open()
    for words in ("estuary", "harbour", "peace prize"):
        hits = await archive.search(words, "en", NOW, Access.PREVIEW, limit=30)
        signed = [at for at, hit in enumerate(hits) if hit.section == "goodbye"]
        assert signed == list(range(len(hits) - 8, len(hits))), words
        assert hits[0].date == days[-1], words
