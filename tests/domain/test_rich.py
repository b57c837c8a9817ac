"""Rich pages: their markup and its limits."""

import pytest

from bot.domain.content.gate import Access, Shown
from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    List,
    Note,
    Paragraph,
    Picture,
    Quotation,
    Run,
    Subheading,
    Table,
)
from bot.domain.pages.rendering import rich
from bot.domain.readers.reader import Rendering
from telegram_simulator.text.rich_html import parse
from tests.domain.sample import booklet, paragraph, text


def body(*blocks: Block) -> str:
    markup = rich.body(Shown(blocks))
    parse(markup, find_emails=False)
    return markup


def test_blocks_have_tags_of_their_own() -> None:
    assert body(Subheading(text("Head"))) == "<h4>Head</h4>"
    assert body(Quotation((paragraph("Said."),))) == "<blockquote><p>Said.</p></blockquote>"
    assert body(List(((paragraph("a"),),))) == "<ul><li><p>a</p></li></ul>"
    assert body(List(((paragraph("a"),),), start=4)) == '<ol start="4"><li><p>a</p></li></ol>'


def test_an_item_that_goes_on_from_before_a_cut_stands_before_the_list() -> None:
    html = body(List(((paragraph("rest"),), (paragraph("next"),)), start=4, continued=True))
    assert html == '<p>rest</p><ol start="5"><li><p>next</p></li></ol>'


def test_a_picture_is_a_figure_only_by_a_safe_address() -> None:
    figure = body(Picture('https://example.org/p.jpg?a="><b>', "alt", text("Port <1>")))
    assert figure == (
        '<figure><img src="https://example.org/p.jpg?a=&quot;&gt;&lt;b&gt;"/>'
        "<figcaption>Port &lt;1&gt;</figcaption></figure>"
    )
    assert "<img" not in body(Picture("http://example.org/p.jpg", "alt"))
    assert body(Picture("javascript:alert(1)", "alt")) == "<p>🖼 alt</p>"


def test_a_table_of_more_columns_than_telegram_takes_is_lines() -> None:
    def table(columns: int) -> Table:
        return Table(
            tuple(text(f"h{n}") for n in range(columns)), (tuple(text("x") for _ in range(columns)),)
        )

    assert body(table(20)).startswith("<table bordered striped><tr><th>h0</th>")
    assert body(table(21)).startswith("<p><b>h0</b>: x<br>")


@pytest.mark.parametrize("words", ["x", "x" * 800, "x" * 3000])
def test_a_box_is_never_folded_however_long(words: str) -> None:
    html = body(Box(text("Take"), (paragraph(words),)))
    assert html == f"<h3>Take</h3><blockquote><p>{words}</p></blockquote>"


def test_a_box_that_goes_on_from_before_a_cut_has_no_title() -> None:
    assert (
        body(Box(text("Take"), (paragraph("rest"),), continued=True))
        == "<blockquote><p>rest</p></blockquote>"
    )


def test_a_box_with_nothing_in_it_is_its_title() -> None:
    assert body(Box(text("Take"), ()), paragraph("x")) == "<h3>Take</h3><p>x</p>"


def test_footnotes_are_footers() -> None:
    html = body(Paragraph((Run("Word"), Run("1", note=1))), Note(1, (paragraph("Source."),)))
    assert html == "<p>Word<sup>1</sup></p><footer><sup>1</sup> Source.</footer>"


@pytest.mark.parametrize("kind", ["quotations", "lists"])
def test_what_nests_deeper_than_telegram_takes_is_flattened(kind: str) -> None:
    run = Run("deep", bold=True, italic=True, strike=True, code=True, link="https://example.org")
    nested: Blocks = (
        Paragraph((run,)),
        Picture("https://example.org/p", "", (run,)),
        Table(((run,),), (((run,),),)),
    )
    for _ in range(40):
        outer = Quotation(nested) if kind == "quotations" else List((nested,))
        nested = (outer, paragraph("x"))
    assert "deep" in body(*nested)


def test_the_cover_is_a_figure_at_the_top_and_its_credit_stands_last() -> None:
    front = booklet(Access.PREVIEW, Rendering.RICH).front
    assert front.text.startswith('<figure><img src="tg://photo?id=cover"/></figure><h1>Why the harbour')
    assert front.text.endswith("<p><i>📷 L. Brook / Harbour Archive</i></p>")
    assert "tg://photo" not in booklet(Access.PREVIEW, Rendering.RICH, cover=False).front.text


def test_sizes_are_counted_as_telegram_counts() -> None:
    items = List(((paragraph("a & b"),), (paragraph("c"), paragraph("d"))))
    markup = body(items, Picture("https://example.org/p", "e"))
    assert rich.measure(markup) == (len("a & bcde"), 7, 1)
