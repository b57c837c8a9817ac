"""Story cards: `> [!story] Title · Author · Date`, perhaps linked."""

import re

from bot.domain.content.blocks import words
from bot.domain.content.dates import written_date
from bot.domain.content.issue import StoryCard
from bot.domain.content.markdown.links import is_linkable
from bot.domain.content.markdown.nodes import Node
from bot.domain.content.markdown.text import TextReader, no_note
from bot.domain.content.problem import Findings

FORM = "Write `> [!story] Title · Author · Date` as one paragraph; the title may be a link."

_OTHER_SIGN = re.compile(r"\[!\s*[\w-]+\s*\](?!\()")
_YEAR = re.compile(r"\b\d{4}\b")
_SIGN = re.compile(r"\[!story\]", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+·\s+|\n")


def is_story(quotation: Node) -> bool:
    return _SIGN.match(_first_words(quotation)) is not None


def warn_of_other_sign(quotation: Node, findings: Findings) -> None:
    """Name what looks like a card and is none: the cards of other programs, a misspelt story."""
    sign = _OTHER_SIGN.match(_first_words(quotation))
    if sign is not None:
        findings.warn(
            quotation.line,
            f"{sign[0]} makes no card, so readers see it as text.",
            "Write [!story] for the card of a related story, or delete it.",
        )


def warn_of_bare_story(paragraph: Node, findings: Findings) -> None:
    """Name a card whose line lacks its sign of a quotation."""
    if paragraph.type == "paragraph" and _SIGN.match(paragraph.inline.token.content):
        findings.warn(
            paragraph.line,
            "[!story] makes no card here, so readers see it as text.",
            "Write > and a space before it; to show it all the same, write \\[ for its first sign.",
        )


def _first_words(quotation: Node) -> str:
    first = quotation.children[0] if quotation.children else None
    return first.inline.token.content if first is not None and first.type == "paragraph" else ""


def read_story(quotation: Node, findings: Findings) -> tuple[StoryCard, ...]:
    """Read the card; what is no card is named in `findings`."""
    inline = quotation.children[0].inline
    tokens = inline.token.children or []
    text = TextReader(findings, no_note, inline.line, soft="\n").read(tokens)
    link = next((run.link for run in text if run.link), None)
    parts = [part.strip() for part in _BETWEEN.split(_SIGN.sub("", words(text), count=1)) if part.strip()]
    if parts and is_linkable(parts[-1]):
        link = link or parts[-1]
        del parts[-1]
    more = [child for child in quotation.children[1:] if child.type != "paywall"]
    if not parts or more or any(token.type == "footnote_ref" for token in tokens):
        findings.error(inline.line, "This is not the card of a story.", FORM)
        return ()
    card = _card(parts, link)
    if card.link is None and _YEAR.search(card.written) and written_date(card.written) is None:
        findings.warn(
            inline.line,
            f"{card.written!r} is no date of the calendar, so this card leads to no issue.",
            "Correct the date, as in November 22, 2024 or 22 de noviembre de 2024, or make the title a link.",
        )
    return (card,)


def _card(parts: list[str], link: str | None) -> StoryCard:
    # the title may hold the sign that stands between the parts
    cut = max(1, len(parts) - 2)
    author, written = ([*parts[cut:], "", ""])[:2]
    return StoryCard(" · ".join(parts[:cut]), author, written, link)
