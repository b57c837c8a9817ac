"""A file that cannot be used is refused with its place, the reason and the cure."""

import random
from contextlib import suppress
from datetime import date

import pytest

from bot.domain.content.markdown import Parsed, parse
from bot.domain.content.problem import ContentErrors, Problem

FREE = "---\ntitle: T\naudience: everyone\n---\n"
PAID = "---\ntitle: T\n---\n"


def read(source: str | bytes) -> Parsed:
    content = source if isinstance(source, bytes) else source.encode()
    return parse(content, path="2025-12-22/en.md", day=date(2025, 12, 22), language="en")


def errors(source: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ContentErrors) as raised:
        read(source)
    return raised.value.problems


def only_error(source: str | bytes) -> str:
    (problem,) = errors(source)
    assert not problem.warning
    return str(problem)


def test_an_error_reads_as_place_reason_and_cure() -> None:
    assert only_error(PAID + "# A {#a}\n\nx") == (
        "2025-12-22/en.md: The edition does not say where its free part ends. Add a line <!-- paywall --> "
        "where the free part ends, or `audience: everyone` to the front matter."
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<!- paywall ->", "looks like an HTML comment"),
        ("—paywall—", "looks like the paywall line"),
        ("```\n<!-- paywall -->\n```", "block of code"),
    ],
)
def test_a_paywall_with_a_slip_is_one_error_not_two(written: str, words: str) -> None:
    assert words in only_error(PAID + f"# A {{#a}}\n\nx\n\n{written}\n\ny")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        (PAID + "# A {#a}\nx\n<!-- paywall -->\ny\n<!-- paywall -->", 8, "first stands on line 6"),
        (FREE + "# A {#a}\n\nx\n\n<!-- paywall -->\n\ny", 9, "audience: everyone"),
        (FREE + "# A {#a}\n\nx <!-- paywall -->", 7, "HTML comment"),
        (FREE + "# A {#a}\n\nx\ny <!-- note --> z", 8, "HTML comment"),
        (FREE + "# A {#a}\n\n<!-- to do -->", 7, "HTML comment"),
        (FREE + "# A {#a}\n\n<!-- never closed", 7, "HTML comment"),
        (FREE + "# A {#a}\n\n<!--- paywall --->", 7, "HTML comment"),
        (FREE + "# A {#a}\n\n<!-- paywall --> x", 7, "HTML comment"),
        (FREE + "# A {#a}\n\n| a |\n|---|\n| <!-- paywall --> |", 9, "HTML comment"),
        (PAID + "# A {#a}\n\nx[^1]\n\n[^1]: y\n\n    <!-- paywall -->\n\n    z", 10, "footnote"),
        (PAID + "# A {#a}\n\n    code\n    <!-- paywall -->\n", 7, "block of code"),
        (FREE + "text\n\n# A {#a}\n\nx", 5, "before the first heading"),
        (FREE + "## Box\n\n# A {#a}\n\nx", 5, "before the first heading"),
        (FREE + "# A {#a}\n\nx\n\n# B {#a}\n\ny", 9, "already that of line 5"),
        (FREE + "# A\n\nx\n\n# a\n\ny", 9, "already that of line 5"),
        (FREE + "# A {#Top-Story}\n\nx", 5, "'Top-Story' is no id"),
        (FREE + "# A {#" + "a" * 33 + "}\n\nx", 5, "is no id"),
        (FREE + "# A {#a}\n\nx\n\n# B {#topstory}\n\nx", 9, "opens the first section"),
        (FREE + "# A {#settings}\n\nx", 5, "name of a command"),
        (FREE + "# A {#import}\n\nx", 5, "name of a command"),
        (FREE + "# {#a}\n\nx", 5, "no words"),
        (FREE + "# A[^1] {#a}\n\nx\n\n[^1]: y", 5, "in a heading"),
        (FREE + "# A {#a}\n\nx[^1]\n\n[^1]: y\n[^1]: z", 10, "already written on line 9"),
        (FREE + "# A {#a}\n\n> [!story]", 7, "card of a story"),
        (FREE + "# A {#a}\n\n> [!story] T\n>\n> more", 7, "card of a story"),
        (FREE + "# A {#a}\n\n" + "> " * 17 + "x", 7, "16 deep"),
        (FREE + "# A {#a}\n\n" + "- " * 3000 + "x", 7, "16 deep"),
        (FREE + "# A {#a}\n\n" + "".join(f"[^{n}]: " for n in range(500)), 7, "16 deep"),
        (FREE + "# A {#a}\n\nx\n\n" + "![" * 8193, 9, "more than 16384 characters"),
        ("---\n- a\n- b\n---\n# A {#a}\n\nx", 2, "is a list"),
        ("---\njust words\n---\n# A {#a}\n\nx", 2, "no list of fields"),
        ("---\n---\n# A {#a}\n\nx", 2, "is empty"),
        ("# A {#a}\n\nx", 1, "no front matter"),
        ("---\ntitle: T\nauthor: a: b\n---\n# A {#a}\n\nx", 3, "not YAML"),
        ("---\ntitle: T\naudience: all\n---\n# A {#a}\n\n<!-- paywall -->\nx", 3, "`audience` is 'all'"),
        ("---\ntitle: 2025-12-22\naudience: everyone\n---\n# A {#a}\n\nx", 2, "`title` is not text"),
        (
            "---\ntitle: T\nauthor: 2025-13-45\naudience: everyone\n---\n# A {#a}\n\nx",
            3,
            "`author` is not text",
        ),
        ("---\ntitle: T\nalso: one\naudience: everyone\n---\n# A {#a}\n\nx", 3, "`also` is not a list"),
        ("---\ntitle: T\nalso:\n- a\n- 7\naudience: everyone\n---\n# A {#a}\n\nx", 5, "`also` is not text"),
        ("---\ntitle: T\nurl: x.org\naudience: everyone\n---\n# A {#a}\n\nx", 3, "no web address"),
        ("---\ntitle: T\ntitle: U\naudience: everyone\n---\n# A {#a}\n\nx", 3, "stands twice"),
        ("---\naudience: everyone\n---\n# A {#a}\n\nx", 1, "no title"),
        ("---\ntitle:\naudience: everyone\n---\n# A {#a}\n\nx", 2, "no title"),
        (FREE + "\n", None, "no section"),
        (FREE.encode() + "# Peña {#a}\n\nx".encode("latin-1"), 5, "byte 40 is 0xf1"),
        (b"\xef\xbb\xbf" + FREE.encode() + b"x\n\xff", 6, "byte 41 is 0xff"),
        ((FREE + "# A {#a}\n\nx").encode("utf-16"), 1, "seems to be UTF-16"),
        ((FREE + "# A {#a}\n\nx").encode("utf-16-le"), 1, "seems to be UTF-16"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(source: str | bytes, line: int | None, words: str) -> None:
    lines = [problem for problem in errors(source) if words in str(problem)]
    assert [problem.line for problem in lines] == [line]
    assert lines[0].cure.endswith((".", ")"))


@pytest.mark.parametrize(
    ("source", "line", "what", "cure"),
    [
        ("x año\n".encode("cp1252"), 7, "in “año”; it seems to be Windows-1252", "Save it as UTF-8"),
        (
            "é ñandú\n".encode() + "Asunción\ny\n«sí»".encode("cp1252"),
            8,
            "in “Asunción”. The rest",
            "lines 8, 10",
        ),
        ("€5\n".encode() + "más".encode("cp1252"), 8, "two texts in different encodings", "(line 8)"),
        (b"x \x81\x8d", 7, "it seems to be Windows-1252", "Save it as UTF-8"),
        (b"\xe9", 7, "in “é”", "Save it as UTF-8"),
    ],
)
def test_a_file_in_another_encoding_is_named_by_its_words(
    source: bytes, line: int, what: str, cure: str
) -> None:
    (error,) = errors(FREE.encode() + b"# A {#a}\n\n" + source)
    assert (error.line, what in error.what, cure in error.cure) == (line, True, True)


def test_an_id_that_is_none_comes_with_one_that_can_be_written() -> None:
    assert "'Our Take!' is no id. Write {#our_take}:" in only_error(FREE + "# A {#Our Take!}\n\nx")


def test_yaml_that_is_none_is_told_where_fields_begin() -> None:
    assert "each field begins at the start of its line" in only_error(
        "---\ntitle: T\n url: x\n---\n# A {#a}\n\nx"
    )


def test_everything_that_is_wrong_is_named_at_once() -> None:
    lines = [problem.line for problem in errors("---\nalso: x\n---\ntext\n\n# A {#a}\n\nx\n\n# B {#a}\n\ny")]
    assert lines == [1, 2, 4, 10, None]


def test_five_megabytes_are_refused_with_their_size() -> None:
    assert "4,883 KB" in only_error(FREE.encode() + b"x" * 5_000_000)


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    parsed = read(b"\xef\xbb\xbf" + (FREE + "# A {#a}\n\nx\ny").replace("\n", "\r\n").encode())
    assert (parsed.warnings, parsed.edition.title) == ((), "T")


def test_control_characters_become_spaces_with_a_warning() -> None:
    parsed = read(FREE + "# A {#a}\n\nx\x00y\x1b[0m\x85z")
    assert "x y [0m z" in repr(parsed.edition.sections[0].blocks)
    assert [(problem.line, "U+0000" in problem.what) for problem in parsed.warnings] == [(7, True)]


def test_what_yaml_makes_of_escapes_can_be_shown() -> None:
    source = (
        '---\ntitle: "a\\0b \\ud83c\\udf84 \\ud800"\naudience: everyone\n"\\ud800": x\n---\n# A {#a}\n\nx'
    )
    parsed = read(source)
    assert parsed.edition.title == "a b 🎄 \ufffd"
    assert [problem.what for problem in parsed.warnings] == ["There is no field `\ufffd`."]


def test_foreign_yaml_is_never_executed() -> None:
    source = "---\ntitle: !!python/object/apply:os.getcwd []\naudience: everyone\n---\n# A {#a}\n\nx"
    assert "`title` is not text" in only_error(source)


def test_no_file_makes_the_parser_fall_over() -> None:
    dice = random.Random(1)  # noqa: S311  # the same files on every run
    parts = [
        *(
            "# ",
            "## ",
            "- ",
            "1. ",
            "> ",
            "\n",
            "\n\n",
            "    ",
            "\t",
            "| a | b |\n|---|---|\n",
            "---\n",
            "```\n",
        ),
        *(
            "<!-- paywall -->",
            "<!--",
            "-->",
            "[^1]",
            "[^1]: ",
            "^[x]",
            "*",
            "**",
            "`",
            "\\",
            "text",
            "🎄",
            "\x00",
        ),
        *("![x](http://a/b)", "[x](y)", "[!story] ", "·", "{#a}", "a: [", "title: x\n", "<b>", "&amp;"),
    ]
    read_well = 0
    for _ in range(1500):
        start = dice.choice((FREE + "# A {#a}\n", PAID, "---\n", ""))
        with suppress(ContentErrors):
            read(start + "".join(dice.choice(parts) for _ in range(dice.randrange(30))))
            read_well += 1
    assert read_well > 100
