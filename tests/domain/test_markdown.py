"""What an editor writes becomes the blocks that she means."""

from datetime import date
from pathlib import Path

import pytest

from bot.domain.content.blocks import plain
from bot.domain.content.issue import (
    Block,
    Box,
    Code,
    Edition,
    List,
    Paragraph,
    Picture,
    Quotation,
    Rule,
    Run,
    StoryCard,
    Subheading,
    Table,
)
from bot.domain.content.markdown import Parsed, parse

DAY = date(2025, 12, 22)
WHOLE = Path(__file__).parents[1] / "data/issues/2025-12-22/en.md"


def read(body: str, front: str = "title: T\naudience: everyone") -> Parsed:
    return parse(f"---\n{front}\n---\n{body}".encode(), path="2025-12-22/en.md", day=DAY, language="en")


def edition(body: str) -> Edition:
    return read(body).edition


def blocks(body: str) -> tuple[Block, ...]:
    return edition(f"# A: B {{#a}}\n\n{body}").sections[0].blocks


def text(words: str) -> tuple[Run, ...]:
    return (Run(words),)


def test_a_first_level_heading_opens_a_section_with_kicker_headline_and_id() -> None:
    first, second = edition("# Top story: SOFA signed {#topstory}\n\nx\n\n# No colon {#b}\n\ny").sections
    assert (first.id, first.kicker, first.headline, first.line) == ("topstory", "Top story", "SOFA signed", 5)
    assert (second.kicker, second.headline) == ("", "No colon")


def test_a_heading_of_emphasis_is_read_as_its_words() -> None:
    section = edition("# **Bold**: *it* and `code` {#a}\n\nx").sections[0]
    assert (section.kicker, section.headline) == ("Bold", "it and code")


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("Politics: Peña pals", "politics_pena_pals"),
        ("¿Qué pasó con el año 2025?", "que_paso_con_el_ano_2025"),
        ("2025 in numbers", "s_2025_in_numbers"),
        ("政治", "section_1"),
        ("Help", "help_1"),
        ("Peña’s week", "penas_week"),
        ("A" * 60, "a" * 32),
    ],
)
def test_a_heading_without_an_id_gets_one_made_from_its_text_and_a_warning(heading: str, id_: str) -> None:
    parsed = read(f"# {heading}\n\nx")
    assert parsed.edition.sections[0].id == id_
    assert [(problem.line, problem.warning) for problem in parsed.warnings] == [(5, True)]
    assert f"{{#{id_}}}" in str(parsed.warnings[0])


def test_the_front_matter_names_the_edition() -> None:
    front = (
        'title: "A: B"\nseries: S\nauthor: Á\ncover: c.png\ncredit: "@x"\nurl: https://x.org/1\n'
        "also:\n  - one\n  - 'two: three'\naudience: everyone"
    )
    parsed = read("# A {#a}\n\nx", front)
    parsed_edition = parsed.edition
    assert (parsed_edition.title, parsed_edition.series, parsed_edition.author, parsed_edition.credit) == (
        "A: B",
        "S",
        "Á",
        "@x",
    )
    assert (parsed_edition.url, parsed_edition.also, parsed.cover) == (
        "https://x.org/1",
        ("one", "two: three"),
        "c.png",
    )
    assert (parsed_edition.date, parsed_edition.language, parsed_edition.paywall_line) == (DAY, "en", None)


def test_a_field_that_nobody_knows_is_warned_of_with_its_line() -> None:
    (warning,) = read("# A {#a}\n\nx", "title: T\naudience: everyone\nautor: X").warnings
    assert (warning.line, "`autor`" in warning.what) == (4, True)


def test_styles_are_runs_and_end_where_they_end() -> None:
    (paragraph,) = blocks("a **b *c* __d__ e** ~~f~~ `g` h")
    assert paragraph == Paragraph(
        (
            Run("a "),
            Run("b ", bold=True),
            Run("c", bold=True, italic=True),
            Run(" d e", bold=True),
            Run(" "),
            Run("f", strike=True),
            Run(" "),
            Run("g", code=True),
            Run(" h"),
        )
    )


def test_a_line_end_is_a_space_and_a_hard_break_a_line_end() -> None:
    assert blocks("a\nb  \nc\\\nd") == (Paragraph(text("a b\nc\nd")),)


def test_links_of_the_web_and_of_telegram_stay() -> None:
    (paragraph,) = blocks("[a](https://x.org/ñ?q=1) [b](tg://user?id=1) <http://y.org>")
    assert isinstance(paragraph, Paragraph)
    links = [run.link for run in paragraph.text if run.link]
    assert links == ["https://x.org/%C3%B1?q=1", "tg://user?id=1", "http://y.org"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.org",
        "/x",
        "#a",
        "file:///etc/passwd",
        "ftp://x.org/a",
        "http:x",
    ],
)
def test_another_link_is_shown_as_its_text_with_a_warning_that_names_the_line(address: str) -> None:
    parsed = read(f"# A {{#a}}\n\nfirst\nsecond [words]({address})")
    assert plain(parsed.edition.sections[0].blocks) == "first second words"
    assert address[:4] not in repr(parsed.edition.sections)
    assert [problem.line for problem in parsed.warnings] == [8]


def test_raw_html_is_shown_as_text() -> None:
    assert plain(blocks("a <b>bold</b>\n\n<script>alert(1)</script>")) == (
        "a <b>bold</b>\n<script>alert(1)</script>"
    )


def test_lists_nest_and_keep_their_numbers() -> None:
    assert blocks("3. a\n   - b\n\n     c\n4. d") == (
        List(
            (
                (Paragraph(text("a")), List(((Paragraph(text("b")), Paragraph(text("c"))),))),
                (Paragraph(text("d")),),
            ),
            start=3,
        ),
    )


def test_a_second_level_heading_opens_a_box_that_runs_to_the_next_heading() -> None:
    assert blocks("a\n\n## The *Take*\n\nb\n\n- c\n\n### Sub\n\nd\n\n## Two\n\ne") == (
        Paragraph(text("a")),
        Box(
            (Run("The "), Run("Take", italic=True)), (Paragraph(text("b")), List(((Paragraph(text("c")),),)))
        ),
        Subheading(text("Sub")),
        Paragraph(text("d")),
        Box(text("Two"), (Paragraph(text("e")),)),
    )


def test_a_heading_inside_a_list_or_a_quotation_opens_nothing() -> None:
    parsed_sections = edition("# A {#a}\n\n> # in a quotation\n\n- ## in a list").sections
    assert [section.id for section in parsed_sections] == ["a"]
    assert parsed_sections[0].blocks == (
        Quotation((Subheading(text("in a quotation")),)),
        List(((Subheading(text("in a list")),),)),
    )


@pytest.mark.parametrize(
    ("line", "card"),
    [
        ("[!story] T · A · D", StoryCard("T", "A", "D")),
        ("[!STORY] [T](https://x.org) · A · D", StoryCard("T", "A", "D", "https://x.org")),
        ("[!story] T · A · D · https://x.org", StoryCard("T", "A", "D", "https://x.org")),
        ("[!story] T · A · D\n> <https://x.org>", StoryCard("T", "A", "D", "https://x.org")),
        ("[!story] T · U · A · D", StoryCard("T · U", "A", "D")),
        ("[!story] **T**", StoryCard("T", "", "")),
    ],
)
def test_a_story_card_points_to_a_related_story(line: str, card: StoryCard) -> None:
    assert blocks(f"> {line}") == (card,)


def test_a_table_keeps_its_columns() -> None:
    assert blocks("| a | *b* |\n|:-:|--:|\n| 1 | 2 |\n| 3 |") == (
        Table(
            (text("a"), (Run("b", italic=True),)),
            ((text("1"), text("2")), (text("3"), ())),
            ("center", "right"),
        ),
    )


def test_a_picture_takes_its_caption_from_its_title_or_from_the_words_below_it() -> None:
    assert blocks('![a](https://x.org/1.png "T")\n\n![b](http://x.org/2.png)\n*C* d') == (
        Picture("https://x.org/1.png", "a", text("T")),
        Picture("http://x.org/2.png", "b", (Run("C", italic=True), Run(" d"))),
    )


def test_a_picture_that_cannot_be_shown_leaves_its_words_and_a_warning() -> None:
    parsed = read("# A {#a}\n\n![words](file:///x.png)\n\ntext ![inside](https://x.org/1.png)")
    assert parsed.edition.sections[0].blocks == (
        Paragraph(text("words")),
        Paragraph((Run("text "), Run("inside", link="https://x.org/1.png"))),
    )
    assert [problem.line for problem in parsed.warnings] == [7, 9]


PORT, STORY = "https://x.org/1.png", "https://x.org/story"


@pytest.mark.parametrize(
    ("written", "picture"),
    [
        (f"[![Port]({PORT})]({STORY})", Picture(PORT, "Port", (Run("Port", link=STORY),))),
        (f"[\n![Port]({PORT})\n]({STORY})", Picture(PORT, "Port", (Run("Port", link=STORY),))),
        (f'[![Port]({PORT} "Dawn")]({STORY})', Picture(PORT, "Port", (Run("Dawn", link=STORY),))),
        (
            f"[![Port]({PORT})]({STORY})\nBy *Ana*",
            Picture(PORT, "Port", (Run("By ", link=STORY), Run("Ana", italic=True, link=STORY))),
        ),
        (
            f"[![Port]({PORT})]({STORY})\n[Ana](https://ana.org)",
            Picture(PORT, "Port", (Run("Ana", link="https://ana.org"), Run(" "), Run("x.org", link=STORY))),
        ),
        (f"[![Port]({PORT}) Words]({STORY})", Picture(PORT, "Port", (Run("Words", link=STORY),))),
        (f"[![Port]({PORT})]({PORT})", Picture(PORT, "Port")),
        (f'![Port]({PORT} "Dawn")\nBy Ana', Picture(PORT, "Port", (Run("By Ana"), Run("\n"), Run("Dawn")))),
        (f'![Port]({PORT} "Dawn")\nDawn', Picture(PORT, "Port", text("Dawn"))),
    ],
)
def test_of_a_picture_its_words_its_title_and_its_link_are_kept(written: str, picture: Picture) -> None:
    parsed = read(f"# A {{#a}}\n\n{written}")
    assert parsed.edition.sections[0].blocks == (picture,)
    assert parsed.warnings == ()


def test_a_picture_that_is_no_web_address_leaves_all_its_words() -> None:
    parsed = read(f'# A {{#a}}\n\n[![Port](media/1.png "Dawn")]({STORY})\n\ntext ![a](media/1.png "b")')
    linked = (Run("Port", link=STORY), Run("\n", link=STORY), Run("Dawn", link=STORY))
    assert parsed.edition.sections[0].blocks == (Paragraph(linked), Paragraph(text("text a (b)")))


def test_pictures_line_by_line_are_named_with_their_lines() -> None:
    parsed = read(f"# A {{#a}}\n\n![]({PORT})\n![x]({PORT})\nwords\n[![ ]({PORT})]({STORY})")
    assert [type(block) for block in parsed.edition.sections[0].blocks] == [Picture] * 3
    assert [
        (warning.line, "no words between its brackets" in warning.what) for warning in parsed.warnings
    ] == [
        (7, True),
        (10, True),
    ]


def test_rules_and_code_are_blocks() -> None:
    assert blocks("***\n\n```py\na = 1\n```\n\n    b") == (Rule(), Code("a = 1"), Code("b"))


def test_footnotes_are_numbered_in_every_section_by_the_order_of_their_marks() -> None:
    first, second = edition(
        "# A {#a}\n\nx[^two] y[^one] z[^two] w^[in place]\n\n# B {#b}\n\nq[^one]\n\n"
        "[^one]: *One*[^three]\n[^two]: Two\n[^three]: Three"
    ).sections
    assert first.blocks == (
        Paragraph(
            (
                *(Run("x"), Run("1", note=1), Run(" y"), Run("2", note=2), Run(" z"), Run("1", note=1)),
                *(Run(" w"), Run("3", note=3)),
            )
        ),
    )
    assert [(note.number, plain(note.blocks)) for note in first.notes] == [
        (1, "Two"),
        (2, "One"),
        (3, "in place"),
        (4, "Three"),
    ]
    assert [(note.number, plain(note.blocks)) for note in second.notes] == [(1, "One"), (2, "Three")]


def test_a_footnote_without_a_mark_is_warned_of() -> None:
    (warning,) = read("# A {#a}\n\nx\n\n[^lost]: never seen").warnings
    assert (warning.line, "'lost'" in warning.what) == (9, True)


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("> [!note] y", 9, "[!note] makes no card"),
        ("> [!storry] T · A · D", 9, "[!storry] makes no card"),
        ("y\nz[^1]", 10, "mark [^1] has no note"),
        ("- y\n- [^my_note] z", 10, "mark [^my_note] has no note"),
        ("[y](www.example.com)", 9, "'www.example.com' is shown as its text only"),
        ("[y](mailto:a@example.com)", 9, "is shown as its text only"),
    ],
)
def test_markup_that_does_nothing_is_warned_of(source: str, line: int, words: str) -> None:
    (warning,) = read(f"# A {{#a}}\n\nx\n\n{source}").warnings
    assert (warning.line, words in warning.what) == (line, True)


@pytest.mark.parametrize(
    "source", ["`[^1]`", r"\[^1]", "> [!](https://example.com)", "## Set {a}", "x[^1]\n\n[^1]: y"]
)
def test_what_only_looks_like_a_mistake_in_markup_is_not_warned_of(source: str) -> None:
    assert read(f"# A {{#a}}\n\nx\n\n{source}").warnings == ()


def test_a_heading_without_an_id_asks_for_one_that_is_the_same_in_every_language() -> None:
    (warning,) = read("# Sport: A draw\n\nx").warnings
    assert warning.cure == "Write the same id in every language, such as {#sport_a_draw}."


def test_a_revision_changes_with_every_byte() -> None:
    assert edition("# A {#a}\n\nx").revision != edition("# A {#a}\n\nx ").revision


def test_an_issue_as_newsrooms_write_them_reads_well() -> None:
    parsed = parse(WHOLE.read_bytes(), path="2025-12-22/en.md", day=DAY, language="en")
    first, second = parsed.edition.sections
    assert parsed.warnings == ()
    assert (first.id, second.id, len(parsed.edition.also)) == ("topstory", "politics", 8)
    assert (first.free_until, second.free_until) == (None, (1,))
    box = first.blocks[-1]
    assert isinstance(box, Box)
    assert StoryCard("Three Great Risks Of The Night Ferry", "Ines Acosta", "November 22, 2024") in box.blocks
    assert "“opened a new chapter in the life of the two banks”" in plain(first.blocks)
