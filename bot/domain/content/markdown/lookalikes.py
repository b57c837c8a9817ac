"""Lookalikes of the paywall line and of comments: an error each."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial

from markdown_it.token import Token

from bot.domain.content.markdown.blocks import WRITTEN_ID
from bot.domain.content.markdown.grammar import PAYWALL
from bot.domain.content.markdown.links import is_linkable
from bot.domain.content.markdown.nodes import PAYWALL_FORM, PAYWALL_IS, Node, Tree, is_nearly_paywall
from bot.domain.content.markdown.seen import SEEN
from bot.domain.content.problem import Findings

DAMAGED = re.compile(r"<\s*!\s*[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
"""The beginning of a comment after a word processor, or written with entities."""

MARKED = re.compile(
    r"<[^<>\n]{0,200}\bpay[-_ ]?wall\b[^<>\n]{0,200}>"
    r"|\[/\s*pay[-_ ]?wall\s*\]"
    r"|^\s*\[\s*pay[-_ ]?wall\b[^\[\]\n]{0,200}\](?!\()"
    r"|\{[{%#:]?[<%#:\s]*/?\s*pay[-_ ]?wall\b[^{}\n]{0,200}\}"
    r"|%%\s*pay[-_ ]?wall\b[^%\n]{0,200}%%",
    re.IGNORECASE | re.MULTILINE,
)
"""A tag or a command named for it, wherever it stands; `[paywall]` only at a line's head, for quotations
have such insertions.
"""

TEXTS = ("paragraph", "heading", "th", "td")
NAMES = ("paywall", "murodepago")
LIKE_ONE = 0.8
LIKE_JOINED = 0.92
LONGEST = 80
AROUND = re.compile(
    r"starts?|begins?|here|below|from|line|ends?|empieza|comienza|inici[ao]|aquí|acá|abajo|desde|línea|fin"
)
ARTICLES = frozenset(("the", "this", "a", "el", "la", "esta", "un"))
NONE = "This looks like the paywall line and is none."
CURE = f"{PAYWALL_FORM.removesuffix('.')}, and if it is text, say it in more words."

_LETTERS = re.compile(r"[^\W\d_]+")
_WITHOUT_ID = partial(WRITTEN_ID.sub, "")
_CYRILLIC = str.maketrans("аеорсху", "aeopcxy")
"""Letters that look the same in both scripts."""
_ELSEWHERE = re.compile(r"[\d?¿]")


def is_paywall_in_words(line: str) -> bool:
    """Tell whether a line says nothing but that the paywall stands there, perhaps with a slip."""
    plain = unicodedata.normalize("NFKC", line).casefold().translate(_CYRILLIC)
    if len(plain) > LONGEST or _ELSEWHERE.search(plain):
        return False
    said = _LETTERS.findall(plain)
    words = [word for word in said if not AROUND.fullmatch(word)]
    if len(words) < len(said):
        words = [word for word in words if word not in ARTICLES]
    joined = "".join(words)
    return bool(words) and (
        all(_is_like(word, LIKE_ONE) for word in words) or joined in NAMES or _is_like(joined, LIKE_JOINED)
    )


def _is_like(word: str, least: float) -> bool:
    return any(SequenceMatcher(None, word, name).ratio() >= least for name in NAMES)


def check_lookalikes(tree: Tree, findings: Findings) -> None:
    """Refuse what looks like the paywall line, or like a comment, and would be shown or skipped as text."""
    for node in _all(tree):
        if node.type in ("fence", "code_block"):
            _check_code(node, findings)
        is_underlined = node.type == "heading" and not node.token.markup.startswith("#")  # named elsewhere
        for inline in node.children if node.type in TEXTS and not is_underlined else ():
            _check_text(inline, node.type, findings)
    for reference in tree.references:
        said = (reference.name, reference.address, reference.title)
        if not is_linkable(reference.address) and any(
            is_paywall_in_words(text) or PAYWALL.fullmatch(text.strip()) for text in said
        ):
            findings.error(reference.line, NONE, PAYWALL_FORM)


def _check_code(node: Node, findings: Findings) -> None:
    first = node.line + (node.type == "fence")
    if is_paywall_in_words(node.token.info):
        findings.error(node.line, NONE, PAYWALL_FORM)
    for number, line in enumerate(node.token.content.split("\n")):
        if PAYWALL.fullmatch(line.strip()):
            findings.error(
                first + number,
                "The paywall line is part of a block of code.",
                "Close the code above it, or put an empty line there and begin it at the line's start.",
            )
        elif is_paywall_in_words(line):
            findings.error(first + number, NONE, CURE)


def _check_text(inline: Node, kind: str, findings: Findings) -> None:
    without_id = _WITHOUT_ID if kind == "heading" else str
    seen = without_id(str(inline.token.meta.get(SEEN, "")))
    marked = {seen.count("\n", 0, match.start()) for match in MARKED.finditer(seen)}
    for number, text in enumerate(map(without_id, _lines(inline.token.children or ()))):
        line = inline.line + number
        if DAMAGED.search(text):
            findings.error(
                line,
                "This looks like an HTML comment, but it is text, which readers would see.",
                PAYWALL_FORM if is_nearly_paywall(text) else f"Delete it. {PAYWALL_IS}",
            )
        elif number in marked or (kind in ("paragraph", "heading") and is_paywall_in_words(text)):
            findings.error(line, NONE, CURE)


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    line: list[Token] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield _line(line)
            line = []
        else:
            line.append(token)
    yield _line(line)


def _line(tokens: Sequence[Token]) -> str:
    """Return a line as text; code only where nothing else stands in it, so that one can write of comments."""
    alone = [token for token in tokens if token.content.strip()]
    if len(alone) == 1 and alone[0].type == "code_inline" and is_nearly_paywall(alone[0].content):
        return alone[0].content
    return "".join(
        token.type if token.type in ("code_inline", "comment") else token.content for token in tokens
    )


def _all(tree: Tree) -> Iterator[Node]:
    for root in tree.nodes:
        yield from root.walk()
