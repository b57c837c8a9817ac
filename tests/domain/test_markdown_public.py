"""Nothing becomes public that was not written to be public: an accident is an error, with line and cure."""

from datetime import date
from pathlib import Path

import pytest

from bot.domain.content.blocks import plain
from bot.domain.content.gate import Access, gate
from bot.domain.content.markdown import Parsed, parse
from bot.domain.content.problem import ContentErrors, Problem

DATA = Path(__file__).parents[1] / "data"
DAY = date(2025, 12, 22)
HEAD = "---\ntitle: T\n---\n\n# Top: One {#top}\n\nFree.\n\n"
WALL = "<!-- paywall -->\n\n"
BELOW = (HEAD + WALL).count("\n")


def read(source: str | bytes) -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return parse(content, path="2025-12-22/en.md", day=DAY, language="en")


def errors(source: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ContentErrors) as caught:
        read(source)
    return caught.value.problems


def public(source: str | bytes) -> str:
    """Return all that a reader without access may see of a sound edition."""
    shown = gate(read(source).edition, Access.PREVIEW)
    sections = [
        f"{section.id} {section.kicker} {section.headline} {plain(section.free)}"
        for section in shown.sections
    ]
    return "\n".join((shown.title, *shown.also, *sections))


@pytest.mark.parametrize(
    ("name", "line", "what"),
    [
        ("paid-setext-leak.md", 12, "makes a heading"),
        ("setext-equals.md", 9, "makes a heading"),
        ("setext-rule.md", 9, "makes a heading"),
        ("wall-in-setext.md", 11, "makes a heading"),
        ("wall-setext-h1.md", 12, "makes a heading"),
        ("wall-entity.md", 9, "looks like an HTML comment"),
        ("wall-smart.md", 9, "looks like an HTML comment"),
        ("smart-dash-comment.md", 10, "looks like an HTML comment"),
        ("wall-fence.md", 12, "part of a block of code"),
        ("wall-zwsp.md", 9, "An HTML comment"),
    ],
)
def test_what_came_from_the_field_is_refused_with_its_line(name: str, line: int, what: str) -> None:
    errors_seen = errors((DATA / name).read_bytes())
    assert any(error.line == line and what in error.what and error.cure for error in errors_seen), errors_seen


@pytest.mark.parametrize("name", ["wall-nbsp.md", "wall-swallowed-heading.md"])
def test_what_came_from_the_field_and_loads_keeps_its_paid_text(name: str) -> None:
    assert "Paid" not in public((DATA / name).read_bytes())


@pytest.mark.parametrize("sign", ["=", "===", "-", "---", "  ======  "])
@pytest.mark.parametrize(
    "lead",
    ["", "> ", "- ", "1. ", "> - ", "[^1]: "],
    ids=["plain", "quote", "list", "number", "both", "note"],
)
@pytest.mark.parametrize("wall", ["", WALL])
def test_a_text_that_is_underlined_is_an_error_wherever_it_stands(wall: str, lead: str, sign: str) -> None:
    under = lead.replace("-", " ").replace("1.", "  ") if lead != "[^1]: " else "    "
    source = (
        f"{HEAD}Mark.[^1]\n\n{wall}{lead}A paid sentence.\n{under}{sign}\n\n{WALL if not wall else ''}More."
    )
    (lines, *_) = (error for error in errors(source) if "makes a heading" in error.what)
    assert lines.line == source.count("\n", 0, source.index("A paid sentence")) + 2
    assert "“A paid sentence.”" in lines.what
    assert "empty line above" in lines.cure


def test_a_line_of_hyphens_with_an_empty_line_above_it_is_a_rule() -> None:
    assert "After" not in public(f"{HEAD}{WALL}Before.\n\n---\n\nAfter.")


@pytest.mark.parametrize(
    "heading", ["# Economy: Rates fall", "# 1 in ten leaves", "   # A sentence", "# 价格"]
)
def test_a_section_that_begins_behind_the_paywall_has_its_id_written(heading: str) -> None:
    (error,) = errors(f"{HEAD}{WALL}{heading}\n\nPaid.")
    assert error.line == BELOW + 1
    assert "behind the paywall" in error.what
    written = error.cure.removeprefix("Write ").split()[0]
    section = read(f"{HEAD}{WALL}{heading} {written}\n\nPaid.").edition.sections[1]
    assert f"{{#{section.id}}}" == written
    assert section.headline
    assert section.free_until == (0,)


def test_a_section_before_the_paywall_may_lack_its_id() -> None:
    assert "economy_rates" in public(f"{HEAD}# Economy: Rates\n\nFree.\n\n{WALL}Paid.")
    assert "economy_rates" in public(
        f"{HEAD}# Economy: Rates\n\nFree.\n".replace("title: T", "title: T\naudience: everyone")
    )


@pytest.mark.parametrize("heading", ["- # Secret", "> # Secret", "## Secret", "### Secret", "1. # Secret"])
def test_a_heading_behind_the_paywall_that_opens_no_section_is_paid(heading: str) -> None:
    assert "Secret" not in public(f"{HEAD}{WALL}{heading}\n\nPaid.")


@pytest.mark.parametrize(
    "line",
    [
        "<!— paywall —>",
        "<!– paywall –>",
        "&lt;!-- paywall --&gt;",
        "\\<!-- paywall -->",
        "< !-- paywall -->",
        "<!- paywall ->",
        "<-- paywall -->",
        "<paywall>",
        "— Paywall —",
        "[paywall]",
        "{{< paywall >}}",
        "**paywall**",
        "pay-wall",
        "- <!— paywall —>",
        "> <paywall>",
        "```\n<!-- paywall -->\n```",
        "~~~\n  <!-- PAYWALL -->",
        "    <!-- paywall -->",
        "![<!-- paywall -->](https://x.org/1.png)",
        "Text <!-- paywall -->",
        "\u200b<!-- paywall -->",
        "<!— note to the editor: check the name —>",
        "| <!— check —> | b |\n|---|---|\n| c | d |",
        "`<!-- paywall -->`",
        "`paywall`",
        "- `<!-- paywall -->`",
        "```\npaywall\n```",
        "~~~ paywall\nx\n~~~",
        "# Paywall",
        "# Paywall {#paywall}",
        "## PAYWALL",
        "### paywall",
        "-- paywal --",
        "payawll",
        "\u0440\u0430ywall",
        "p a y w a l l",
        "🔒 ＰＡＹＷＡＬＬ",
        "pay\u00adwall",
        "PAYWALL HERE",
        "PAYWALL BELOW THIS LINE",
        "paywall starts here",
        "The paywall begins here:",
        "Aquí empieza el muro de pago",
        "--- MURO DE PAGO ---",
        "[muro de pago]",
        "Text\nPAYWALL\nmore",
        "[//]: # (paywall)",
        "[//]: # (a note)\n[//]: # (paywall)",
        "[//]: #paywall",
        "[paywall]: #",
        "[comment]: <> (paywall)",
        '[//]: # "<!-- paywall -->"',
        '<hr class="paywall">',
        "<div class=paywall>",
        "<!ELEMENT paywall>",
        "[paywall]x[/paywall]",
        "[paywall] x",
        "{{< paywall >}} x",
        "{#paywall}",
    ],
)
@pytest.mark.parametrize("audience", ["paid", "everyone"])
def test_what_is_nearly_the_paywall_line_or_a_comment_lets_nothing_out(line: str, audience: str) -> None:
    wall = WALL if audience == "paid" else ""
    front = HEAD.replace("title: T", f"title: T\naudience: {audience}")
    errors_seen = errors(f"{front}{line}\n\nMeant to be paid.\n\n{wall}Paid.")
    assert any(error.line and error.cure for error in errors_seen)


@pytest.mark.parametrize(
    "text",
    [
        "We have no paywall.",
        "Paywall: what it costs",
        "a < b and c <! d",
        "1 <-- 2",
        "`<!-- note -->`",
        "Behind the paywall",
        "No paywall",
        "and so they built\nthe paywall.",
        "“[The paywall] hurts us all”, she said of the [paywall].",
        "What is a paywall?",
        "Use `<!-- paywall -->` for it.",
        "Play all",
        "Start here",
        "Un muro de pago es caro.",
    ],
)
def test_what_only_speaks_of_it_is_text(text: str) -> None:
    shown = text.replace("`", "").replace("\n", " ")
    assert shown in public(f"{HEAD}{text}\n\n{WALL}Paid.")


NOTE = "[^1]: The note.\n"


def test_a_line_behind_the_paywall_goes_into_no_free_note_by_accident() -> None:
    marked = HEAD.replace("Free.", "Free.[^1]")
    (error,) = errors(f"{marked}{WALL}{NOTE}A paid sentence.\n")
    assert error.line == BELOW + 2
    assert "everybody would read it" in error.what
    assert "A paid sentence" not in public(f"{marked}{WALL}{NOTE}\nA paid sentence.\n")
    assert "More of it" in public(f"{marked}{WALL}{NOTE}    More of it.\n")


def test_nor_into_a_note_that_a_free_note_calls_for() -> None:
    marked = HEAD.replace("Free.", "Free.[^2]")
    (error,) = errors(f"{marked}{WALL}[^2]: See.[^1]\n\n> {NOTE}> A paid sentence.\n")
    assert error.line == BELOW + 4


@pytest.mark.parametrize("where", ["before", "paid mark"])
def test_a_note_of_more_lines_is_as_ever_where_nothing_can_leak(where: str) -> None:
    note = f"{NOTE}goes on.\n\n"
    if where == "before":
        assert "goes on" in public(f"{HEAD}Mark.[^1]\n\n{note}{WALL}Paid.")
    else:
        assert "goes on" not in public(f"{HEAD}{WALL}Paid.[^1]\n\n{note}")
