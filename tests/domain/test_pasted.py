"""What comes along when editors paste: bullets as signs, numbers that count down, no-break spaces."""

from datetime import date

import pytest

from bot.domain.content.blocks import plain, split
from bot.domain.content.gate import Access, Shown, gate
from bot.domain.content.issue import Block, Box, Code, List, Paragraph, Quotation
from bot.domain.content.markdown import Parsed, parse
from bot.domain.content.problem import ContentErrors
from bot.domain.pages.rendering import classic, rich
from bot.domain.pages.rendering.web import free_part
from tests.domain.sample import paragraph
from tests.telegram_parser import parse as shown_by_telegram

WALL = "<!-- paywall -->"


def read(body: str, front: str = "title: T\naudience: everyone") -> Parsed:
    source = f"---\n{front}\n---\n\n# A: B {{#a}}\n\n{body}".encode()
    return parse(source, path="2026-11-23/en.md", day=date(2026, 11, 23), language="en")


def blocks(body: str) -> tuple[Block, ...]:
    parsed = read(body)
    assert parsed.warnings == ()
    return parsed.edition.sections[0].blocks


def items(*texts: str) -> tuple[tuple[Block, ...], ...]:
    return tuple((paragraph(text),) for text in texts)


def page(body: str) -> str:
    return shown_by_telegram(classic.body(Shown(blocks(body)))).text


def free(body: str) -> str:
    return plain(gate(read(body, "title: T").edition, Access.PREVIEW).sections[0].free)


@pytest.mark.parametrize("sign", ["•", "◦", "▪", "‣", "⁃", "●", "·", "\uf0b7", "-\u00a0", "*\u2003"])
@pytest.mark.parametrize("space", [" ", "\t", "\u00a0"])
def test_lines_that_begin_with_a_pasted_bullet_are_a_list(sign: str, space: str) -> None:
    assert blocks(f"{sign}{space}one\n{sign}{space}two") == (List(items("one", "two")),)


def test_pasted_bullets_may_lack_the_space_and_have_empty_lines_between_them() -> None:
    assert blocks("•one\n\n•two\n\nEnd.") == (List(items("one", "two")), paragraph("End."))


def test_they_end_the_paragraph_above_them_and_go_on_in_the_next_line() -> None:
    assert blocks("Prices:\n• one\ngoes on\n• **two**")[0] == paragraph("Prices:")
    assert page("Prices:\n• one\ngoes on\n• **two**") == "Prices:\n\n• one goes on\n• two"


@pytest.mark.parametrize("inner", ["  ◦ in", "\t◦ in", "◦ in", "    • in"])
def test_pasted_bullets_of_another_sign_or_further_in_stand_below(inner: str) -> None:
    (block,) = blocks(f"• one\n{inner}\n• two")
    assert block == List(((paragraph("one"), List(items("in"))), (paragraph("two"),)))


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("● A favor: 30\\\n○ En contra: 29", "● A favor: 30\n○ En contra: 29"),
        ("Votes:\n\n■ Yes\n\n□ No", "Votes:\n\n■ Yes\n\n□ No"),
        ("■ A story ends. ■\n\n● Another", "■ A story ends. ■\n\n● Another"),
        ("□ Yes\n□ No", "• Yes\n• No"),
        ("● a\n  ○ b\n● c", "• a\n\u00a0\u00a0\u00a0• b\n• c"),
        ("• a\n\n◦ b", "• a\n• b"),
    ],
)
def test_shapes_are_bullets_only_where_all_are_alike(body: str, seen: str) -> None:
    assert page(body) == seen


def test_they_are_read_in_a_quotation_and_in_a_box_too() -> None:
    quoted, box = blocks("> • one\n> • two\n\n## Take\n\n• three")
    assert quoted == Quotation((List(items("one", "two")),))
    assert isinstance(box, Box)
    assert box.blocks == (List(items("three")),)


@pytest.mark.parametrize("text", ["• • •", "A • B", "- Hola", "– Hola, dijo.", "— Hola", "·x", "-1 °C"])
def test_what_is_no_pasted_bullet_is_as_ever(text: str) -> None:
    ordinary = text.startswith("- ")
    assert blocks(text) == ((List(items(text[2:])),) if ordinary else (paragraph(text),))


def test_code_with_such_signs_stays_as_it_is() -> None:
    assert blocks("```\n• one\n- two\n```") == (Code("• one\n- two"),)


@pytest.mark.parametrize("between", [f"\n{WALL}\n", f"\n\n{WALL}\n\n"])
def test_the_paywall_between_pasted_bullets_is_kept(between: str) -> None:
    assert free(f"• one{between}• secret\n\n• more") == "one"


@pytest.mark.parametrize("space", "\u00a0\u2003\u202f\u3000")
def test_a_space_that_does_not_break_is_read_as_meant_behind_a_heading_sign(space: str) -> None:
    first, second = read(f"x\n\n#{space}Economy: Two {{#two}}\n\n##{space}Take\n\ny").edition.sections
    assert (second.id, second.kicker, second.headline) == ("two", "Economy", "Two")
    assert isinstance(second.blocks[0], Box)
    assert first.blocks == (paragraph("x"),)


def test_a_section_that_such_a_space_opened_behind_the_paywall_has_its_id_written() -> None:
    with pytest.raises(ContentErrors, match="behind the paywall"):
        read(f"x\n\n{WALL}\n\n#\u00a0Economy: Two\n\ny", "title: T")


def test_a_countdown_keeps_its_numbers() -> None:
    body = "5. Rain\n4. Rates\n3. Rice\n2. Roads\n1. The president"
    assert blocks(body) == (List(items("Rain", "Rates", "Rice", "Roads", "The president"), 5, step=-1),)
    assert page(body) == "5. Rain\n4. Rates\n3. Rice\n2. Roads\n1. The president"
    assert rich.body(Shown(blocks(body))).startswith('<ol start="5" reversed><li><p>Rain')
    assert '<ol start="5" reversed><li>Rain' in free_part(gate(read(body).edition, Access.PREVIEW))


def test_a_countdown_that_is_cut_goes_on_counting_down() -> None:
    (countdown,) = blocks("5. a\n4. b\n3. c\n2. d")
    above, below = split((countdown,), (0, 2))
    assert (above, below) == ((List(items("a", "b"), 5, step=-1),), (List(items("c", "d"), 3, step=-1),))
    assert free(f"5. a\n4. b\n{WALL}\n3. c\n2. d") == "a\nb"
    last = gate(read(f"5. a\n4. b\n{WALL}\n3. c\n2. d", "title: T").edition, Access.FULL).sections[0].paid
    assert classic.body(last) == "3. c\n2. d"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("1986. a\n\n2. b", "1986. a\n\n2. b"),
        ("1. a\n2. b\n2. c\n3. d", "1. a\n2. b\n\n2. c\n3. d"),
        ("2019. a\n2023. b", "2019. a\n\n2023. b"),
        ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
        ("0. a\n1. b", "0. a\n1. b"),
        ("7. a", "7. a"),
    ],
)
def test_numbers_are_shown_as_they_were_written_unless_all_are_the_same(body: str, shown: str) -> None:
    assert page(body) == shown


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (f"1. a\n2. b\n9. c\n\n   {WALL}\n\n   d\n10. e", "a\nb\nc"),
        (f"1. a\n2. b\n\n   {WALL}\n\n9. c\n10. e", "a\nb"),
        (f"1. a\n9. b\n10. c\n\n    {WALL}\n\nd", "a\nb\nc"),
        (f"1. a\n   - b\n   - c\n\n     {WALL}\n\n     d\n9. e", "a\nb\nc"),
        (f"> 1. a\n> 9. b\n>\n>    {WALL}\n>\n>    c\n\nd", "a\nb"),
    ],
)
def test_the_paywall_stays_in_its_place_in_a_list_that_is_parted(body: str, seen: str) -> None:
    assert free(body) == seen


def test_a_line_separator_is_a_line_break_and_in_a_heading_a_space() -> None:
    assert page("First line\u2028second line\u2029third") == "First line\nsecond line\nthird"
    (_, second) = read("x\n\n# Economy: One\u2028two {#two}\n\ny").edition.sections
    assert (second.id, second.headline) == ("two", "One two")


@pytest.mark.parametrize("scheme", ["https", "http", "tg"])
@pytest.mark.parametrize(("length", "is_link"), [(2048, True), (2049, False)])
def test_a_link_of_more_characters_than_telegram_takes_is_named(
    scheme: str, length: int, *, is_link: bool
) -> None:
    address = f"{scheme}://example.com/".ljust(length, "a")
    parsed = read(f"x [words]({address})")
    (block,) = parsed.edition.sections[0].blocks
    assert isinstance(block, Paragraph)
    assert any(run.link for run in block.text) is is_link
    assert ("<a " in classic.body(Shown((block,)))) is is_link
    assert [(warning.line, "characters" in warning.what) for warning in parsed.warnings] == (
        [] if is_link else [(8, True)]
    )
