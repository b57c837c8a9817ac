"""Which story cards become buttons."""

from datetime import date

import pytest

from bot.domain.content.dates import written_date
from bot.domain.content.issue import Box, List, Quotation, StoryCard
from bot.domain.pages.cards import story_buttons
from bot.domain.pages.page import Place
from bot.domain.pages.rendering.lines import card_text

OWN, OLD = date(2025, 12, 22), date(2025, 12, 15)


@pytest.mark.parametrize(
    "written",
    [
        "December 15, 2025",
        "Dec. 15, 2025",
        "dec 15th 2025",
        "15 December 2025",
        "Monday, December 15, 2025",
        "15 de diciembre de 2025",
        "lunes 15 de diciembre del 2025",
        "15 dic. 2025",
        "2025-12-15",
    ],
)
def test_dates_are_read_as_editors_write_them(written: str) -> None:
    assert written_date(written) == OLD


def test_the_ninth_month_is_read_as_it_is_written_in_paraguay() -> None:
    assert written_date("7 de setiembre de 2026") == date(2026, 9, 7)


@pytest.mark.parametrize(
    "written", ["", "last winter", "2025", "31 de febrero de 2025", "Smarch 3, 2025", "d 1, 2"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert written_date(written) is None


def card(title: str = "Older", written: str = "December 15, 2025", link: str | None = None) -> StoryCard:
    return StoryCard(title, "Ann", written, link)


def test_a_card_leads_to_the_issue_of_its_date_wherever_it_stands() -> None:
    for block in (card(), List(((card(),),)), Quotation((card(),)), Box((), (card(),))):
        ((button,),) = story_buttons((block,), OWN)
        assert (button.label, button.opens) == ("▸ Older", Place(OLD))


@pytest.mark.parametrize("other", [card(link="https://example.org/a"), card(written="December 22, 2025")])
def test_a_link_needs_no_button_nor_does_the_issue_itself(other: StoryCard) -> None:
    assert story_buttons((other,), OWN) == ()


def test_a_page_has_ten_such_buttons_at_most() -> None:
    cards = tuple(card(f"T{n}", f"December {1 + n // 2}, 2024") for n in range(60))
    assert len(story_buttons(cards, OWN)) == 10


def test_two_cards_of_one_issue_are_two_buttons_and_one_that_stands_twice_is_one() -> None:
    buttons = story_buttons((card("River"), card("Bank"), card("River")), OWN)
    assert [button.label for (button,) in buttons] == ["▸ River", "▸ Bank"]


def test_names_from_right_to_left_leave_a_card_in_its_order() -> None:
    text = "".join(run.text for run in card_text(StoryCard("כותרת", "אנה", "December 15, 2025", None)))
    assert text == "▸ \u2068כותרת\u2069 — \u2068אנה\u2069, December 15, 2025"
