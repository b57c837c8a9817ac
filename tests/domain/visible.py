"""What readers see of blocks and pages, in comparable form.

The one normalisation, documented here: text is compared as words, white space between them does not count,
and what renderers add does not either: bullets, numbers of items and footnotes (generated texts have no
digits), the signs ▸ 🖼 — of cards, pictures and rules, and table heads with their colon (Greek; they repeat
on each page that their table reaches), and the isolates around names from right to left.
"""

import html

import regex  # type: ignore[import-untyped]  # it comes without types

from bot.domain.content.issue import (
    Block,
    Blocks,
    Box,
    Code,
    List,
    Note,
    Paragraph,
    Picture,
    Quotation,
    Rule,
    StoryCard,
    Subheading,
    Table,
    Text,
)

_ADDED = regex.compile(r"(?m)\p{Greek}+:?|•|▸|🖼|—|[⁰-⁹¹²³]+|[0-9]+\.?|[\u2068\u2069]")
_INLINE = regex.compile(r"</?(?:b|i|s|a|code|sup|cite|mark)(?: [^>]*)?>")
_TAG = regex.compile(r"<[^>]*>")


def words(visible: str) -> list[str]:
    """Return the words that the editor wrote."""
    return str(_ADDED.sub("", visible)).split()


def clusters(word: str) -> list[str]:
    matches: list[str] = regex.findall(r"\X", word)
    return matches


def visible_of_rich(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", _INLINE.sub("", markup)))


def readable_text(blocks: Blocks) -> str:
    """What a reader should be able to read of `blocks`, in reading order, written without the renderers."""
    return "\n".join(map(_of_block, blocks))


def _of_block(block: Block) -> str:  # noqa: PLR0911  # one line per kind of block
    match block:
        case Paragraph(text) | Subheading(text):
            return _joined(text)
        case List(items):
            return "\n".join(map(readable_text, items))
        case Quotation(inner) | Note(_, inner):
            return readable_text(inner)
        case Box(title, inner, continued):
            return readable_text(inner) if continued else f"{_joined(title)}\n{readable_text(inner)}"
        case Table(_, rows):
            return "\n".join(_joined(cell) for row in rows for cell in row)
        case Picture(_, alt, caption):
            return _joined(caption) or alt
        case StoryCard(title, author, written):
            return f"{title}\n{', '.join(part for part in (author, written) if part)}"
        case Code(text):
            return text
        case Rule():
            return ""


def _joined(text: Text) -> str:
    return "".join(run.text for run in text)
