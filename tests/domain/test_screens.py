"""How long the pages of a section are on a phone."""

from itertools import pairwise

import pytest

from bot.domain.content.gate import ReadableSection, Shown
from bot.domain.content.issue import Block, Box, List, Quotation, Subheading, Table
from bot.domain.pages.booklet import Booklet
from bot.domain.pages.page import Page
from bot.domain.pages.rendering.inline import visible
from bot.domain.readers.reader import Rendering
from tests.domain.sample import of_sections, paragraph, text

SENTENCE = "The council met again on Monday and decided nothing at all. "
SCREEN = 1000


def read(*blocks: Block, rendering: Rendering = Rendering.CLASSIC) -> tuple[Page, ...]:
    section = ReadableSection("news", "Kicker", "News", Shown(blocks), Shown(()), Shown(blocks), locked=False)
    booklet: Booklet = of_sections(section, rendering=rendering)
    return booklet.section("news")


def sizes(pages: tuple[Page, ...]) -> list[int]:
    return [len(visible(page.text)) for page in pages]


@pytest.mark.parametrize("rendering", Rendering)
@pytest.mark.parametrize("count", [10, 17, 25, 60])
def test_pages_of_short_paragraphs_are_near_a_screen_and_a_half_and_alike(
    rendering: Rendering, count: int
) -> None:
    screen_sizes = sizes(read(*(paragraph(SENTENCE * 4) for _ in range(count)), rendering=rendering))
    assert len(screen_sizes) > 1
    assert min(screen_sizes) > 0.8 * SCREEN
    assert max(screen_sizes) < 2 * SCREEN
    assert max(screen_sizes) - min(screen_sizes) < 0.8 * SCREEN


def test_what_is_a_little_longer_than_a_screen_and_a_half_is_one_page() -> None:
    assert len(read(*(paragraph(SENTENCE * 4) for _ in range(7)))) == 1


def test_long_bullets_are_cut_between_bullets_and_boxes_between_paragraphs() -> None:
    bullets = List(tuple((paragraph(SENTENCE * 6),) for _ in range(9)))
    box = Box(text("The Take"), tuple(paragraph(SENTENCE * 6) for _ in range(9)))
    for block in (bullets, box):
        sizes_read = read(block)
        assert max(sizes(sizes_read)) < 2 * SCREEN
        assert all(
            page.body.removesuffix("</blockquote>").endswith("nothing at all. ") for page in sizes_read
        )


@pytest.mark.parametrize(
    "block",
    [
        paragraph(SENTENCE * 50),
        Quotation(tuple(paragraph(SENTENCE * 5) for _ in range(10))),
        Table((text("Good"),), tuple((text(SENTENCE * 2),) for _ in range(25))),
    ],
)
def test_nothing_is_cut_harder_only_to_be_short(block: Block) -> None:
    assert len(read(block)) == 1


def test_a_long_rich_paragraph_keeps_its_neighbours_no_longer_than_itself() -> None:
    pages = read(*(paragraph(SENTENCE * n) for n in (20, 90, 20, 20)), rendering=Rendering.RICH)
    assert max(sizes(pages)) < 8 * SCREEN
    assert len(pages) > 1


def test_a_heading_never_ends_a_page() -> None:
    blocks = [block for n in range(30) for block in (Subheading(text(f"Part {n}")), paragraph(SENTENCE * 5))]
    pages = read(*blocks)
    assert all("<b>Part" not in page.body.split("\n\n")[-1] for page in pages)
    assert all(before.place.number + 1 == after.place.number for before, after in pairwise(pages))
