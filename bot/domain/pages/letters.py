"""How many letters blocks hold, however they are cut."""

from bot.domain.content.blocks import plain, words
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
from bot.domain.pages.rendering.lines import card_text, table_lines


def letters(blocks: Blocks) -> int:
    """Return how many letters blocks hold, without spaces and footnotes, whose place depends on the cut."""
    return sum(map(_of_block, blocks))


def _of_block(block: Block) -> int:  # noqa: C901, PLR0911  # one line per kind of block
    match block:
        case Paragraph() | Subheading():
            return _of_text(block.text)
        case List():
            return sum(map(letters, block.items))
        case Quotation():
            return letters(block.blocks)
        case Box():
            return (0 if block.continued else _of_text(block.title)) + letters(block.blocks)
        case Table():  # a row that is longer than a page becomes lines
            return letters(table_lines(block))
        case Picture():
            return max(1, _of_text(block.caption) or _count(block.alt))
        case StoryCard():  # so does a card
            return _of_text(card_text(block))
        case Code():
            return _count(plain((block,)))
        case Rule():
            return 1
        case Note():
            return 0


def _of_text(text: Text) -> int:
    return _count(words(text))


def _count(string: str) -> int:
    return len("".join(string.split()))
