"""Where pages are cut."""

from bot.domain.content.gate import Shown
from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    List,
    Paragraph,
    Picture,
    Quotation,
    Run,
    Subheading,
    Table,
    Text,
)
from bot.domain.pages.splitting import pages
from bot.domain.pages.text_cutting import Level, cut_text, shorten, units
from tests.domain.sample import paragraph, text
from tests.domain.visible import readable_text

ROOM = 100
SENTENCE = "It rained on Monday, and the boats stayed in."  # 45 letters


def fill(shown: Shown) -> float:
    """A page of a hundred letters, however they are rendered."""
    return len(readable_text(shown)) / ROOM


def cut(*blocks: Block) -> list[Blocks]:
    return list(pages(Shown(blocks), fill))


def letters(blocks: Text) -> str:
    return "".join(run.text for run in blocks)


def texts(blocks: list[Blocks]) -> list[str]:
    return [readable_text(page) for page in blocks]


def test_nothing_is_no_page() -> None:
    assert cut() == []


def test_pages_are_cut_between_blocks_first() -> None:
    blocks = [paragraph(f"{number}{'x' * 39}") for number in range(4)]
    assert cut(*blocks) == [tuple(blocks[:2]), tuple(blocks[2:])]


def test_a_list_is_cut_between_items_and_goes_on_counting() -> None:
    items = tuple((paragraph("x" * 30),) for _ in range(5))
    first, second = cut(List(items, start=3))
    assert first == (List(items[:3], start=3),)
    assert second == (List(items[3:], start=6),)


def test_a_countdown_is_cut_between_items_and_goes_on_counting_down() -> None:
    items = tuple((paragraph("x" * 30),) for _ in range(5))
    first, second = cut(List(items, start=5, step=-1))
    assert first == (List(items[:3], start=5, step=-1),)
    assert second == (List(items[3:], start=2, step=-1),)


def test_an_item_that_is_cut_goes_on_without_a_mark() -> None:
    first, second = cut(List(((paragraph(f"{SENTENCE} {SENTENCE} {SENTENCE}"),),)))
    assert first == (List(((paragraph(f"{SENTENCE} {SENTENCE}"),),)),)
    assert second == (List(((paragraph(SENTENCE),),), continued=True),)


def test_a_paragraph_is_cut_between_sentences() -> None:
    assert (
        texts(cut(paragraph(f"{SENTENCE} {SENTENCE} {SENTENCE} {SENTENCE}")))
        == [f"{SENTENCE} {SENTENCE}"] * 2
    )


def test_a_sentence_longer_than_a_page_is_cut_between_words() -> None:
    texts_seen = texts(cut(paragraph("boats " * 40)))
    assert {word for page in texts_seen for word in page.split()} == {"boats"}
    assert len(texts_seen) == 3


def test_words_held_together_by_no_break_spaces_are_not_parted() -> None:
    price = "1\u00a0000\u00a0000\u00a0₲"
    texts_seen = texts(cut(paragraph(f"{price} " * 20 + price)))
    assert {word for page in texts_seen for word in page.split(" ")} == {price}


def test_not_even_blank_letters_fill_more_than_a_page() -> None:
    assert [len(page) for page in texts(cut(paragraph("\u00a0" * 250)))] == [100, 100, 50]


def test_a_word_longer_than_a_page_is_cut_between_letters_with_their_modifiers() -> None:
    family = "👨‍👩‍👧‍👦"
    texts_seen = texts(cut(paragraph(family * 40)))
    assert {page.replace(family, "") for page in texts_seen} == {""}
    assert "".join(texts_seen) == family * 40


def test_a_heading_stays_with_what_follows_it() -> None:
    heading = Subheading(text("Heading"))
    first, second = cut(paragraph("x" * 80), heading, paragraph("y" * 60))
    assert first == (paragraph("x" * 80),)
    assert second[0] == heading


def test_no_last_page_is_an_orphan() -> None:
    texts_seen = texts(cut(*(paragraph("x" * 24) for _ in range(4)), paragraph("yyy")))
    assert min(map(len, texts_seen)) > 25


def test_a_box_that_is_cut_does_not_repeat_its_title() -> None:
    blocks = tuple(paragraph("x" * 40) for _ in range(3))
    first, second = cut(Box(text("Take"), blocks))
    assert first == (Box(text("Take"), blocks[:2]),)
    assert second == (Box(text("Take"), blocks[2:], continued=True),)


def test_a_table_that_is_cut_repeats_its_head() -> None:
    rows = tuple((text("x" * 20), text("y" * 20)) for _ in range(4))
    head = (text("One"), text("Two"))
    pieces = cut(Table(head, rows))
    assert pieces == [(Table(head, rows[:2]),), (Table(head, rows[2:]),)]


def test_a_row_longer_than_a_page_becomes_lines() -> None:
    pieces = cut(Table((text("One"),), ((text(f"{SENTENCE} {SENTENCE} {SENTENCE}"),),)))
    assert all(isinstance(block, Paragraph) for page in pieces for block in page)


def test_the_words_of_a_long_caption_go_on_below_the_picture() -> None:
    first, second = cut(Picture("https://example.org/p.jpg", "", text(f"{SENTENCE} {SENTENCE} {SENTENCE}")))
    assert isinstance(first[0], Picture)
    assert isinstance(second[0], Paragraph)


def test_code_is_cut_between_lines_and_keeps_its_indents() -> None:
    pieces = cut(Code("\n".join(["if rain:", f"    {'x' * 30}", f"    {'y' * 30}", f"    {'z' * 30}"])))
    assert pieces[1][0] == Code(f"    {'z' * 30}") or texts(pieces)[1].startswith("    ")


def test_quotations_are_cut_inside() -> None:
    pieces = cut(Quotation(tuple(paragraph("x" * 40) for _ in range(4))))
    assert [len(page) for page in pieces] == [1, 1]
    assert all(isinstance(page[0], Quotation) for page in pieces)


def test_a_footnote_s_mark_stays_with_its_word() -> None:
    marked = (Run("The boats stayed in."), Run("12", note=12), Run(" It rained."))
    for level in (Level.SENTENCE, Level.WORD, Level.CLUSTER):
        head, _ = cut_text(marked, lambda part: len(letters(part)) <= 22, level)
        assert letters(head) == "The boats stayed in.12"
    for level, stayed in ((Level.WORD, "The boats stayed"), (Level.CLUSTER, "The boats stayed in")):
        head, _ = cut_text(marked, lambda part: len(letters(part)) <= 21, level)
        assert letters(head) == stayed


def test_abbreviations_end_no_sentence() -> None:
    words = text("They met in Washington D.C. on Monday with the U.S. envoy and others.")
    assert cut_text(words, lambda part: len(letters(part)) <= 60, Level.SENTENCE)[0] == ()


def test_a_name_is_shortened_after_a_word() -> None:
    assert shorten("The council meets again", 16) == "The council…"
    assert shorten("Short", 16) == "Short"
    assert units(shorten("👨‍👩‍👧‍👦" * 5, 30)) <= 30
    assert shorten("👨‍👩‍👧‍👦" * 5, 30) == "👨‍👩‍👧‍👦" * 2 + "…"
