"""Classic pages, as Telegram's own parser reads them."""

import pytest

from bot.domain.content.gate import Shown
from bot.domain.content.issue import (
    Block,
    Box,
    List,
    Note,
    Paragraph,
    Picture,
    Quotation,
    Run,
    StoryCard,
    Subheading,
    Table,
)
from bot.domain.pages.rendering import classic
from tests.domain.sample import paragraph, text
from tests.telegram_parser import Parsed, parse


def shown(*blocks: Block) -> Parsed:
    return parse(classic.body(Shown(blocks)))


def kinds(parsed: Parsed) -> list[str]:
    return [str(entity["type"]["@type"]).removeprefix("textEntityType") for entity in parsed.entities]


@pytest.mark.parametrize(
    "words", ["<b>bold</b>", "&amp;", "a < b > c & d", "</blockquote>", "{name} %s", "\"'"]
)
def test_what_an_editor_typed_is_read_as_typed(words: str) -> None:
    run = Run(words, link='https://example.org/?a=<b>&c="d"\'')
    parsed = shown(
        paragraph(words),
        Box(text(words), (paragraph(words),)),
        StoryCard(words, words, words),
        Paragraph((run,)),
    )
    assert parsed.text.count(words) == 7


def test_a_list_stands_right_below_its_heading() -> None:
    parsed = shown(Subheading(text("Also:")), List(((paragraph("one"),),)), paragraph("More"))
    assert parsed.text == "Also:\n• one\n\nMore"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "x", "", "mailto:a@b.c"]
)
def test_a_link_to_anything_but_the_web_is_only_words(link: str) -> None:
    parsed = shown(Paragraph((Run("words", link=link),)))
    assert parsed == Parsed("words", [])


def test_styles_may_be_mixed() -> None:
    run = Run("all", bold=True, italic=True, strike=True, link="https://example.org")
    assert sorted(kinds(shown(Paragraph((run,))))) == ["Bold", "Italic", "Strikethrough", "TextUrl"]


def test_quotations_in_quotations_are_one() -> None:
    parsed = shown(Quotation((paragraph("a"), Quotation((paragraph("b"),)))), paragraph("c"))
    assert kinds(parsed) == ["BlockQuote"]
    assert parsed.text == "a\n\nb\n\nc"


@pytest.mark.parametrize("letters", [1, 800, 3000])
def test_a_box_is_never_folded_however_long(letters: int) -> None:
    assert kinds(shown(Box(text("Take"), (paragraph("x" * letters),)))) == ["Bold", "BlockQuote"]


def test_a_box_that_goes_on_from_before_a_cut_has_no_title() -> None:
    assert shown(Box(text("Take"), (paragraph("rest"),), continued=True)).text == "rest"


def test_a_box_with_nothing_in_it_is_its_title() -> None:
    html = shown(Box(text("Take"), ()), paragraph("x"))
    assert (html.text, kinds(html)) == ("Take\n\nx", ["Bold"])


def test_lists_show_their_depth_and_numbers() -> None:
    inner = List(((paragraph("c"),), (paragraph("d"),)), start=9)
    html = shown(List(((paragraph("a"),), (paragraph("b"), inner, paragraph("e")))))
    assert html.text == "• a\n• b\n\u00a0\u00a0\u00a09. c\n\u00a0\u00a0\u00a010. d\n\u00a0\u00a0\u00a0e"


def test_an_item_that_goes_on_from_before_a_cut_has_no_mark() -> None:
    html = shown(List(((paragraph("rest"),), (paragraph("next"),)), start=4, continued=True))
    assert html.text == "rest\n5. next"


def test_long_items_have_air_between_them() -> None:
    assert "\n\n• " in shown(List(((paragraph("x" * 200),), (paragraph("y"),)))).text


def test_a_narrow_table_is_aligned() -> None:
    rows = ((text("Fish"), text("12")), (text("Rope & salt"), text("7")))
    html = shown(paragraph("."), Table((text("Good"), text("Price")), rows, ("", "right")))
    assert html.text == ".\n\nGood         Price\nFish            12\nRope & salt      7"
    assert kinds(html) == ["Pre"]


def test_a_wide_table_is_lines() -> None:
    html = shown(Table((text("Good"), text("Said")), ((text("Fish"), text("x" * 40)), (text("Salt"), ()))))
    assert html.text == f"Good: Fish\nSaid: {'x' * 40}\n\nGood: Salt"


def test_footnotes_are_small_numbers() -> None:
    html = shown(Paragraph((Run("Word"), Run("12", note=12))), Note(12, (paragraph("Source."),)))
    assert html.text == "Word¹²\n\n¹² Source."


def test_a_footnote_s_mark_in_a_narrow_table_is_no_digit_of_its_number() -> None:
    html = shown(Table((text("Year"), text("%")), ((text("2025"), (Run("3.2"), Run("1", note=1))),)))
    assert html.text == "Year  %\n2025  3.2¹"


def test_a_picture_is_its_caption_with_a_link() -> None:
    html = shown(
        Picture("https://example.org/p.jpg", "alt", text("Port")), Picture("https://example.org/p.jpg", "")
    )
    assert html.text == "🖼 Port\n\n🖼"
    assert kinds(html) == ["TextUrl", "TextUrl"]


def test_sizes_are_counted_as_telegram_counts() -> None:
    markup = classic.body(Shown((Paragraph((Run("<é👍🏽>", bold=True), Run(" &amp;"))),)))
    units, size, entities = classic.measure(markup)
    parsed = parse(markup)
    assert (units, entities) == (len(parsed.text.encode("utf-16-le")) // 2, len(parsed.entities))
    assert size == len(markup.encode())
