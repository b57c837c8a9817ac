"""Between an editor's file and what Telegram shows no character is lost or changed.

What is dropped on the way is dropped by a rule, and these are all:

- the parser replaces control characters by spaces, with a warning, and drops spaces at the ends of a text; a
  line's end inside a paragraph is a space, and so is a run of spaces in the front matter and in a cell;
- line and paragraph separators (U+2028, U+2029) are line breaks, for Telegram would drop them; a letter with
  a ring is one sign, for Telegram would drop the ring;
- Telegram drops U+202A to U+202E, U+030A, U+0333 and U+033F;
- a sign that means something in Markdown, and a pasted bullet, is not shown; nor are a link's title, a
  comment of Markdown, `[//]: # (…)`, and the name of a language behind an opening fence.

Where it cannot be known what was meant, what is not shown is named.
"""

import json
import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.gate import Access, Shown, gate
from bot.domain.content.issue import Edition
from bot.domain.content.markdown import Parsed, parse
from bot.domain.pages.rendering import classic
from telegram_simulator.text.texts import Parser

ASCII_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
DROPPED = re.compile("[\u202a-\u202e\u030a\u0333\u033f]")
RINGED = re.compile("[AaUuWwYy]\u030a")
SPECIAL = st.sampled_from([*"•·–—#*_`<>&[](){}|\\~^$:=+-!1.", "\u00a0", "\u202f", "\u2028", "\u2029",
    "\u200b", "\u200d", "\ufeff", "\u00ad", "\u3000", "\u202e", "a\u030a", "ﬁ", "Ω", "🇵🇾", "👨‍👩‍👧", "\ue023",
    "\ufffc", "\ue200", "ñ", "n\u0303"])  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
TEXTS = st.lists(st.one_of(LETTERS, SPECIAL, st.just(" ")), max_size=30).map("".join)
WORDS = TEXTS.map(lambda text: f"a{text}z")
"""Between two letters, so that no space stands at an end."""


def escaped(text: str) -> str:
    return ASCII_SIGNS.sub(r"\\\1", text)


def shown(text: str) -> str:
    """Return what is to be seen of `text`."""
    whole = RINGED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return DROPPED.sub("", whole.replace("\u2028", "\n").replace("\u2029", "\n"))


def one_line(text: str) -> str:
    return re.sub("[ \n]+", " ", text)


def read(body: str, title: str = "T") -> Edition:
    return parsed(body, title).edition


def parsed(body: str, title: str = "T") -> Parsed:
    front = f"---\ntitle: {json.dumps(title)}\naudience: everyone\n---\n\n# A: b {{#a}}\n\n"
    source = (front + body).encode()
    return parse(source, path="2026-11-23/en.md", day=date(2026, 11, 23), language="en")


@pytest.fixture(scope="module")
def telegram() -> Parser:
    return Parser()


def seen(edition: Edition, telegram: Parser) -> str:
    """Return what Telegram shows of the one section, without the joiner behind @ and /."""
    free = gate(edition, Access.FULL).sections[0].free
    return re.sub("(?<=[@/])\u2060", "", telegram.parse(classic.body(Shown(free)), "html").text)


@given(text=WORDS)
def test_of_a_paragraph(telegram: Parser, text: str) -> None:
    assert seen(read(escaped(text)), telegram) == shown(text)


@given(text=WORDS)
def test_of_what_is_not_escaped_and_means_nothing(telegram: Parser, text: str) -> None:
    typed = ASCII_SIGNS.sub("", text)
    assert seen(read(typed), telegram) == shown(typed)


@given(text=WORDS)
def test_of_an_item_and_of_bold(telegram: Parser, text: str) -> None:
    assert (
        seen(read(f"- {escaped(text)}\n- **{escaped(text)}**"), telegram)
        == f"• {shown(text)}\n• {shown(text)}"
    )


@given(text=WORDS)
def test_of_a_cell(telegram: Parser, text: str) -> None:
    page = seen(read(f"| a |\n|---|\n| {escaped(text)} |"), telegram)
    assert one_line(shown(text)) in one_line(page)


@given(text=WORDS)
def test_of_a_heading_and_of_code(telegram: Parser, text: str) -> None:
    section = read(f"```\n{text}\n```\n\n# c: {escaped(text)} {{#b}}\n\nx").sections
    assert one_line(DROPPED.sub("", section[1].headline)) == one_line(shown(text))
    page = telegram.parse(
        classic.body(Shown(gate(read(f"```\n{text}\n```"), Access.FULL).sections[0].free)), "html"
    )
    assert page.text == shown(text)


@given(text=WORDS)
def test_of_a_title(text: str) -> None:
    title = read("x", text).title
    assert title == one_line(text.replace("\u2028", " ").replace("\u2029", " "))


PLAIN = st.text("abcñÁ ", min_size=1, max_size=8).map(lambda text: f"x{text}z")
CENSORED = st.lists(
    st.from_regex(r"[a-z]{1,3}[*]{1,4}[a-z]{0,3}[.,]?", fullmatch=True), min_size=1, max_size=5
)


def said(body: str) -> str:
    return " ".join(warning.what for warning in parsed(body).warnings)


@given(cells=st.lists(PLAIN, min_size=1, max_size=6), columns=st.integers(1, 3))
def test_of_a_row_with_more_cells_than_its_table(telegram: Parser, cells: list[str], columns: int) -> None:
    head = f"|{' h |' * columns}\n|{'---|' * columns}\n"
    body = f"{head}| {' | '.join(cells)} |"
    shown_there = one_line(seen(read(body), telegram))
    assert all(one_line(cell) in shown_there for cell in cells[:columns])
    if len(cells) > columns:
        assert one_line(cells[columns])[:40] in said(body)


@given(words=PLAIN)
def test_of_words_behind_a_fence(words: str) -> None:
    is_language = re.fullmatch("[a-z]+", words) is not None
    assert (one_line(words) in said(f"```{words}\nx\n```")) is not is_language


@given(words=CENSORED)
def test_of_asterisks_within_words(telegram: Parser, words: list[str]) -> None:
    text = " ".join(words)
    assert seen(read(text), telegram) == text or "asterisk" in said(text) or "stays" in said(text)


@given(
    lines=st.lists(st.tuples(st.sampled_from("●○■□"), PLAIN), min_size=1, max_size=4),
    gap=st.sampled_from(["\\\n", "\n\n"]),
)
def test_of_shapes(telegram: Parser, lines: list[tuple[str, str]], gap: str) -> None:
    text = gap.join(f"{sign} {words}" for sign, words in lines)
    page = one_line(seen(read(text), telegram))
    if len({sign for sign, _ in lines}) > 1:
        assert page == one_line(text.replace("\\", ""))
    assert all(one_line(words) in page for _, words in lines)


@given(
    name=st.sampled_from(["Ana", "Bea"]),
    word=st.from_regex(r"[a-zñÁ]{1,8}[.!]?", fullmatch=True),
    again=st.booleans(),
)
def test_of_a_line_that_looks_like_a_link_s_address(
    telegram: Parser, name: str, word: str, again: bool
) -> None:
    text = f"[Ana] said.\n\n{'[Ana]: https://example.com' if again else ''}\n[{name}]: {word}"
    page = seen(read(text), telegram)
    assert re.search(rf"{name}\]?: {re.escape(word)}", page)
