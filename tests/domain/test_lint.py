"""What a reader would see wrong is named, with line and cure; what editors do on purpose is not."""

from datetime import date
from pathlib import Path

import pytest

from bot.domain.markdown import Parsed, parse
from bot.domain.problem import ContentErrors, Problem

TREE = Path(__file__).parents[2]
DATA = TREE / "tests/data"
SHARED = TREE.parent / "shared/data/issues"
DAY = date(2026, 11, 23)
HEAD = "---\ntitle: T\naudience: everyone\n---\n\n# Politics: One {#politics}\n\n"
LINE = HEAD.count("\n") + 1

SECTION = "Begin the line with one # and a space"
UNDERLINE = "Put an empty line above a line of ---"
COMMENT = "Delete it. The paywall is"
DELETE = "Delete it"

FIELD: dict[str, list[tuple[str, int, str, str]]] = {
    "asterisk-math": [
        ("warning", 8, "“**not closed;” stays as it was typed", "Close it right behind the last letter"),
        ("warning", 8, "“2*3*4” make italics", "Write × or \\* for each"),
    ],
    "bom-middle": [("error", 10, "nobody sees (U+FEFF) stands before its #", SECTION)],
    "box-bold-line": [],
    "countdown-list": [],
    "discord-spoiler": [
        ("warning", 8, "“||Ana||” makes no spoiler", "Delete the bars"),
        ("warning", 8, "“~one tilde~” lowers or strikes nothing", "Write ~~so~~"),
    ],
    "entities": [],
    "escaped-heading": [
        ("error", 8, "its # is escaped", SECTION),
        ("error", 12, "its ＃ is a wide one", SECTION),
    ],
    "footnote-space": [("warning", 10, "mark [^1] has no note", "Write [^1]: with the colon")],
    "front-html": [("warning", 2, "`title` is plain text: readers see “<b>” and “&amp;”", "Write the words")],
    "front-md": [
        ("warning", 2, "`title` is plain text: readers see “[one](…)” and “**big**”", "Write the words"),
        ("warning", 5, "`also` is plain text: readers see “**bold**”", "Write the words"),
    ],
    "gdocs-bold-space": [("warning", 8, "“**Ana Ruiz **” stays", "Close it right behind the last letter")],
    "gdocs-export": [("error", 6, "'politics:-one' is no id", "Write {#politics_one}")],
    "gdocs-slug": [("error", 6, "'politics-one' is no id", "Write {#politics_one}")],
    "ghost-card": [("error", 10, "An HTML comment", COMMENT)],
    "heading-in-list": [
        ("error", 8, "since it stands in a list", "Begin the line with its #"),
        ("error", 12, "since it stands in a list", "Begin the line with its #"),
    ],
    "html-break": [
        ("warning", 8, "HTML is not read: readers see “<br>”", DELETE),
        ("warning", 12, "HTML is not read: readers see “<br>”", DELETE),
    ],
    "hugo-shortcode": [("warning", 8, "“{{< youtube abc >}}” is a command", DELETE)],
    "indent-tab": [("warning", 8, "is shown as code", "Delete them; for code")],
    "indented-heading": [
        ("error", 10, "begins with four spaces or a tab", SECTION),
        ("error", 14, "begins with four spaces or a tab", SECTION),
    ],
    "latex-dollar": [("warning", 8, "“3*4*5” make italics", "Write × or \\* for each")],
    "long-link": [("warning", 8, "A link of 2,124 characters", "Link to a shorter address")],
    "nbsp-heading": [],
    "no-space-heading": [("error", 10, "no space stands behind its #", SECTION)],
    "notion": [
        ("warning", 8, "HTML is not read: readers see “<aside>”", DELETE),
        ("warning", 12, "“[ ]” makes no box to tick", DELETE),
        ("warning", 15, "“$$x^2$$” is no formula", "Write it in signs"),
        ("warning", 15, "“:smile:” makes no emoji", "Write the emoji"),
        ("warning", 17, "HTML is not read: readers see “<details>”", DELETE),
    ],
    "paid-setext-leak": [("error", 12, "makes a heading of the text above it", UNDERLINE)],
    "pandoc-word": [
        ("warning", 8, "“{.underline}” gives attributes", DELETE),
        ("warning", 8, "“^1^” raises nothing", "Write a sign such as ²"),
        ("warning", 8, "“~2~” lowers or strikes nothing", "Write ~~so~~"),
        ("warning", 10, "A picture from 'media/image1.png'", "Use an address"),
        ("warning", 10, '“{width="6.5in" height="3in"}” gives attributes', DELETE),
        ("warning", 12, "“::: {custom-style=", DELETE),
    ],
    "setext-equals": [("error", 9, "makes a heading of the text above it", UNDERLINE)],
    "setext-rule": [("error", 9, "makes a heading of the text above it", UNDERLINE)],
    "smart-dash-comment": [("error", 10, "looks like an HTML comment", COMMENT)],
    "story-variants": [
        ("warning", 10, "[!note] makes no card", "Write [!story]"),
        ("warning", 13, "[!quote] makes no card", "Write [!story]"),
    ],
    "table-pipe": [],
    "telegram-md": [("warning", 8, "“||spoiler||” makes no spoiler", "Delete the bars")],
    "u2028": [],
    "wall-entity": [("error", 9, "looks like an HTML comment", COMMENT)],
    "wall-fence": [("error", 12, "part of a block of code", "Close the code above it")],
    "wall-in-setext": [("error", 11, "makes a heading of the text above it", UNDERLINE)],
    "wall-nbsp": [],
    "wall-setext-h1": [("error", 12, "makes a heading of the text above it", UNDERLINE)],
    "wall-smart": [("error", 9, "looks like an HTML comment", COMMENT)],
    "wall-swallowed-heading": [],
    "wall-zwsp": [("error", 9, "An HTML comment", COMMENT)],
    "wordpress": [("warning", 8, '“[caption id="a" width="300"]” is a command', DELETE)],
    "year-list": [],
    "zwsp-heading": [("error", 10, "nobody sees (U+200B) stands before its #", SECTION)],
}
"""Every sample and what is to be said of it: kind, line, what, and how the cure begins."""


def read(source: str | bytes) -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return parse(content, path="2026-11-23/en.md", day=DAY, language="en")


def findings(source: str | bytes) -> tuple[Problem, ...]:
    try:
        return read(source).warnings
    except ContentErrors as errors:
        return errors.problems


def of(body: str) -> tuple[Problem, ...]:
    return findings(HEAD + body)


def sample(name: str) -> bytes:
    """Return one of ours, which lie in two folders."""
    file = DATA / "field" / f"{name}.md"
    return (file if file.exists() else DATA / f"{name}.md").read_bytes()


@pytest.mark.parametrize("name", FIELD)
def test_each_fault_from_the_field_is_found_once_with_its_line_and_cure(name: str) -> None:
    found = findings(sample(name))
    assert [(one.warning, one.line) for one in found] == [
        (kind == "warning", line) for kind, line, _, _ in FIELD[name]
    ]
    for one, (_, _, what, cure) in zip(found, FIELD[name], strict=True):
        assert what in one.what
        assert one.cure.startswith(cure)


def test_no_sample_of_the_text_is_forgotten() -> None:
    lying = {file.stem for folder in (DATA, DATA / "field") for file in folder.glob("*.md")}
    others = {name for name in lying if name.startswith(("front-", "yaml-", "smart-quote"))}
    assert lying - others == FIELD.keys() - {"front-html", "front-md"}


@pytest.mark.parametrize(
    "file", sorted(TREE.glob("content/*/*.md")), ids=lambda file: "-".join(file.parts[-2:])
)
def test_nothing_is_said_of_our_own_issues(file: Path) -> None:
    assert findings(file.read_bytes()) == ()


@pytest.mark.skipif(not SHARED.exists(), reason="the real issues lie in ../shared, which is not here")
def test_nothing_is_said_of_the_real_issue() -> None:
    files = sorted(SHARED.glob("*/*.md"))
    assert files
    assert [findings(file.read_bytes()) for file in files] == [()] * len(files)
