"""The paywall line: whatever stands above it is free, and not a word of what stands below."""

import re
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access, Readable, gate
from bot.domain.content.issue import Edition
from bot.domain.content.markdown import Parsed, parse
from bot.domain.content.problem import ContentErrors

DAY = date(2025, 12, 22)
PAYWALL = "<!-- paywall -->"
WORD = re.compile(r"canary\d+x")


def read(lines: Sequence[str], front: str = "title: T") -> Parsed:
    source = "\n".join(("---", front, "---", *lines)).encode()
    return parse(source, path="2025-12-22/en.md", day=DAY, language="en")


def free_words(edition: Edition) -> list[str]:
    """Return the words below the headings that a reader without access sees, in reading order."""
    return _words(gate(edition, Access.PREVIEW))


def _words(readable: Readable) -> list[str]:
    return WORD.findall(
        "\n".join(plain(section.free) + "\n" + plain(section.paid) for section in readable.sections)
    )


def list_lines(items: Sequence[Sequence[str]], marks: Sequence[str]) -> list[str]:
    """Write a list whose items begin with `marks`, which are equally long."""
    indent = " " * len(marks[0])
    marked = zip(marks, items, strict=False)
    return [line for mark, item in marked for line in (mark + item[0], *(indent + line for line in item[1:]))]


MARKS = st.sampled_from(
    [
        ["- "] * 3,
        ["7. "] * 3,
        ["*   "] * 3,
        ["3. ", "2. ", "1. "],
        ["1. ", "9. ", "2. "],
        ["1. ", "2. ", "4. "],
    ]
)


# Lines of Markdown in which W stands for a word of its own.
TEXT = st.sampled_from(
    [
        ["W"],
        ["W *W*"],
        ["W", "W"],
        ["• W", "• W", "W"],
        ["[W](https://x.org) **W**"],
        ["| W | W |", "|---|---|", "| W | W |"],
    ]
)
CONTENT = st.recursive(
    TEXT,
    lambda inner: st.one_of(
        st.builds(list_lines, st.lists(inner, min_size=1, max_size=3), MARKS),
        inner.map(lambda lines: [f"> {line}" for line in lines]),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: [line for p in parts for line in (*p, "")]),
    ),
    max_leaves=6,
)
PART = st.one_of(
    CONTENT,
    st.sampled_from(
        [["## W"], ["### W"], ["---"], ["> [!story] W · W · W"], ["![W](https://x.org/1.png)", "W"]]
    ),
)


@st.composite
def bodies(draw: st.DrawFn) -> list[str]:
    """Draw the lines of an edition with some sections, every W a word that stands nowhere else."""
    lines: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        lines += [f"# Section {{#s{number}}}", ""]
        for part in draw(st.lists(PART, min_size=1, max_size=4)):
            lines += [*part, ""]
    count = iter(range(10_000))
    return [re.sub("W", lambda _: f"canary{next(count)}x", line) for line in lines]


@given(bodies(), st.data())
def test_exactly_the_words_above_the_paywall_line_are_free(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(lines)), label="line")
    table_head = at < len(lines) and lines[at].lstrip("> ").startswith("|---")
    at += 1 if table_head else 0  # between a table's head and its rule there is no table
    indent = data.draw(st.sampled_from(["", *_beginnings(lines[at - 1])]), label="indent")
    parsed = read([*lines[:at], f"{indent}{PAYWALL}", *lines[at:]])
    assert free_words(parsed.edition) == WORD.findall("\n".join(lines[:at]))


def _beginnings(line: str) -> list[str]:
    """Return the places at which something may go on in the list or quotation of `line`."""
    lead = re.match(r"(?:[> ]|[-*] +|\d\. )*", line)
    assert lead is not None
    marks = re.sub(r"[-*\d.]", " ", lead[0])
    return [marks[:end] for end in range(len(marks) + 1) if end == 0 or marks[end - 1] in " >"]


@given(bodies())
def test_an_edition_for_everyone_is_wholly_free(lines: list[str]) -> None:
    edition = read(lines, "title: T\naudience: everyone").edition
    assert free_words(edition) == WORD.findall("\n".join(lines))
    assert not any(section.locked for section in gate(edition, Access.PREVIEW).sections)


@pytest.mark.parametrize("line", [PAYWALL, "<!--paywall-->", "<!--   PayWall\t-->", "  <!-- PAYWALL -->  "])
def test_case_and_inner_spaces_do_not_matter(line: str) -> None:
    edition = read(["# A {#a}", "", "canary1x", "", line, "", "canary2x"]).edition
    assert (free_words(edition), edition.paywall_line) == (["canary1x"], 8)


@pytest.mark.parametrize("deep", range(1, 16))
def test_it_may_stand_in_a_list_at_any_depth(deep: int) -> None:
    above = [f"{'  ' * level}- canary{level}x" for level in range(deep)]
    below = [f"{'  ' * level}- canary{level + 100}x" for level in reversed(range(deep))]
    edition = read(["# A {#a}", "", *above, "  " * deep + PAYWALL, *below]).edition
    assert free_words(edition) == [f"canary{level}x" for level in range(deep)]


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (["a", PAYWALL, "b"], (1,)),
        (["a", "", f"        {PAYWALL}", "b"], (1,)),
        ([PAYWALL, "a"], (0,)),
        (["- a", f"  {PAYWALL}", "- b"], (0, 1)),
        (["- a", "", f"  {PAYWALL}", "", "  b"], (0, 0, 1)),
        (["- a", f"- {PAYWALL}", "- b"], (0, 1)),
        (["- a", f"  {PAYWALL}", "", "b"], (1,)),
        (["> a", f"> {PAYWALL}", "> b"], (0, 1)),
        ([f"> {PAYWALL}", "", "## Box", "", "a"], (0,)),
        (["## Box", PAYWALL, "a"], (0, 0)),
        (["## Box", "a", PAYWALL, "### b"], (1,)),
        (["a", "", PAYWALL], None),
    ],
)
def test_the_same_place_has_one_name(lines: list[str], path: tuple[int, ...] | None) -> None:
    assert read(["# A {#a}", *lines, "", "# B {#b}", "", "x"]).edition.sections[0].free_until == path


def test_sections_above_it_are_free_and_those_below_are_paid() -> None:
    sections = read(["# A {#a}", "a", "# B {#b}", "b", PAYWALL, "c", "# C {#c}", "d"]).edition.sections
    assert [section.free_until for section in sections] == [None, (1,), (0,)]


def test_one_above_the_first_heading_makes_all_paid() -> None:
    sections = read([PAYWALL, "# A {#a}", "a", "# B {#b}", "b"]).edition.sections
    assert [section.free_until for section in sections] == [(0,), (0,)]


def test_one_with_nothing_below_it_is_warned_of() -> None:
    (warning,) = read(["# A {#a}", "a", PAYWALL]).warnings
    assert (warning.line, "whole edition is free" in warning.what) == (6, True)


def test_one_in_a_fence_is_none_and_is_refused() -> None:
    with pytest.raises(ContentErrors, match=r"en\.md:6: .* part of a block of code"):
        read(["# A {#a}", "```", PAYWALL, "```", "canary1x", "", PAYWALL, "canary2x"])


def test_a_footnote_belongs_to_the_place_of_its_mark() -> None:
    notes = ["[^p]: canary1x", "[^f]: canary2x ^[canary3x]", "[^both]: canary4x"]
    body = ["# A {#a}", *notes, "", "free[^f][^both]", "", PAYWALL, "", "paid[^p][^both] ^[canary5x]"]
    section = gate(read(body).edition, Access.FULL).sections[0]
    assert set(WORD.findall(plain(section.free))) == {"canary2x", "canary3x", "canary4x"}
    assert set(WORD.findall(plain(section.paid))) == {"canary1x", "canary5x"}
    assert set(free_words(read(body).edition)) == {"canary2x", "canary3x", "canary4x"}
