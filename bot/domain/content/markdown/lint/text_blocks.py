"""Blocks of text that the lint looks at, with their lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.seen import ESCAPED, SEEN, TYPED_AS, UNSEEN

LONGEST = 48
_UNSEEN = re.compile(f"^[{UNSEEN}]+")
_HIDDEN = re.compile(r"[\ue000-\ue07f]")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, a heading or a table's cell.

    `text`: what readers see of it (see `seen`). `block`: the number of the block that holds it.
    """

    kind: str
    line: int
    text: str
    block: int

    def at(self, place: int) -> int:
        """Return the line of a place in `text`."""
        return self.line + self.text.count("\n", 0, place)


def text_blocks(tree: Tree) -> Iterator[TextBlock]:
    for number, root in enumerate(tree.nodes):
        for node in root.walk():
            if node.type in ("paragraph", "heading", "th", "td"):
                inline = node.inline
                yield TextBlock(node.type, inline.line, str(inline.token.meta.get(SEEN, "")), number)


def nested(nodes: Sequence[Node]) -> Iterator[Node]:
    """Return everything that stands inside lists, quotations and notes."""
    for root in nodes:
        inside = root.walk()
        next(inside)
        yield from inside


def shown(text: str) -> str:
    """Return the beginning of what was found as it stands in the file."""
    written = _HIDDEN.sub(lambda match: f"\\{chr(ord(match[0]) - ESCAPED)}", text)
    line = _UNSEEN.sub("", " ".join("".join(TYPED_AS.get(sign, sign) for sign in written).split()))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
