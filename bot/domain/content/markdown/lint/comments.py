"""Comments of a word processor that came along with the text."""

import re
from collections.abc import Sequence

from bot.domain.content.markdown.lint.text_blocks import TextBlock, shown
from bot.domain.content.markdown.seen import escaped
from bot.domain.content.problem import Findings

_OPEN, _CLOSE = rf"[\[{escaped('[')}]", rf"[\]{escaped(']')}]"
_HEAD = re.compile(
    rf"^{_OPEN}(?P<mark>[a-z]{{1,2}}|[A-Z]{{1,3}}\d{{1,3}}){_CLOSE}(?=\S|(?<=\d.)\s)[^\n]*", re.MULTILINE
)
_MARK = re.compile(
    rf"(?<=[^\s(\[{escaped('[')}]){_OPEN}([a-z]{{1,2}}){_CLOSE}|(?<=.){_OPEN}([A-Z]{{1,3}}\d{{1,3}}){_CLOSE}"
)
_NAMED = re.compile(
    r"^(?:Comment(?:ed)?|Comentado|Comentario|Con comentarios)\s*"
    rf"{_OPEN}[A-Z]{{1,3}}\d{{1,3}}{_CLOSE}\s?:[^\n]*",
    re.MULTILINE,
)

WHAT = "“{found}” is a comment of a word processor, but here it is text, which readers would see."


def check_comments(text_blocks: Sequence[TextBlock], findings: Findings) -> None:
    """Name each comment whose mark stands behind a word of the edition, and those that say what they are."""
    labels = {mark[1] or mark[2] for text_block in text_blocks for mark in _MARK.finditer(text_block.text)}
    for text_block in text_blocks:
        heads = [head for head in _HEAD.finditer(text_block.text) if head["mark"] in labels]
        for head in (*heads, *_NAMED.finditer(text_block.text)):
            findings.error(
                text_block.at(head.start()),
                WHAT.format(found=shown(head[0])),
                "Delete it, and its mark in the text.",
            )


MANY = 3
"""So many escaped pairs in one file are no accident of one line."""

_STARS, _UNDER = escaped("*"), escaped("_")
_PAIR = re.compile(
    rf"(?<!\w)(?P<sign>{_STARS}{{1,3}}|{_UNDER}{{1,3}})(?=\S)[^\n]{{1,200}}?(?P=sign)(?!\w)"
    rf"|{escaped('[')}[^\n]{{1,200}}?{escaped(']')}(?:\(|{escaped('(')})"
)


def check_escaped(text_blocks: Sequence[TextBlock], findings: Findings) -> None:
    """Warn once of a text whose Markdown was escaped on the way, as by a word processor's export."""
    pairs = [
        (text_block.at(pair.start()), pair[0])
        for text_block in text_blocks
        for pair in _PAIR.finditer(text_block.text)
    ]
    if len(pairs) >= MANY:
        line, first = pairs[0]
        findings.warn(
            line,
            f"“{shown(first)}” and {len(pairs) - 1} further pairs of signs are escaped: readers see them.",
            "Delete the backslashes before them; if that is meant, write &#42; for *, &#95; for _ and so on.",
        )
