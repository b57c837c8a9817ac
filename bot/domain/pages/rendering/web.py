"""An edition's free part as HTML for the public page."""

from functools import partial

from bot.domain.content.gate import Access, Readable, ReadableSection
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
from bot.domain.pages.rendering.cells import row
from bot.domain.pages.rendering.inline import attribute, escape, inline, safe_link
from bot.domain.pages.rendering.lines import card_text, picture_text


def free_part(readable: Readable) -> str:
    """Return the sections of an edition gated for preview; ValueError for any other access.

    A section is `<section id=…>` with `<h2>`; a locked one has the class `locked`.
    """
    if readable.access is not Access.PREVIEW:
        raise ValueError(f"The public page shows what {Access.PREVIEW} may see, not {readable.access}.")
    return "\n".join(map(_section, readable.sections))


_text = partial(inline, mark=lambda mark: f"<sup>{mark}</sup>", newline="<br>")


def _section(section: ReadableSection) -> str:
    kind = ' class="locked"' if section.locked else ""
    kicker = f'<p class="kicker">{escape(section.kicker)}</p>\n' if section.kicker else ""
    headline = f"<h2>{escape(section.headline)}</h2>\n" if section.headline else ""
    return f'<section id="{section.id}"{kind}>\n{kicker}{headline}{_blocks(section.free)}\n</section>'


def _blocks(blocks: Blocks) -> str:
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:  # noqa: C901, PLR0911  # one line per kind of block
    match block:
        case Paragraph():
            return f"<p>{_text(block.text)}</p>"
        case Subheading():
            return f"<h4>{_text(block.text)}</h4>"
        case List():
            return _list(block)
        case Quotation():
            return f"<blockquote>{_blocks(block.blocks)}</blockquote>"
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case StoryCard():
            return f'<p class="story">{_text(card_text(block))}</p>'
        case Box():
            title = "" if block.continued or not block.title else f"<h3>{_text(block.title)}</h3>\n"
            return f"<aside>{title}{_blocks(block.blocks)}</aside>"
        case Rule():
            return "<hr>"
        case Code():
            return f"<pre>{escape(block.text)}</pre>"
        case Note():
            return f'<div class="note"><sup>{block.number}</sup> {_blocks(block.blocks)}</div>'


def _list(block: List) -> str:
    items = "".join(f"<li>{_item(item)}</li>" for item in block.items)
    down = " reversed" if block.step < 0 else ""
    return f"<ul>{items}</ul>" if block.start is None else f'<ol start="{block.start}"{down}>{items}</ol>'


def _item(item: Blocks) -> str:
    match item:
        case (Paragraph(text),):
            return _text(text)
        case _:
            return _blocks(item)


def _table(block: Table) -> str:
    head = f"<thead>{_row(block.head, block.align, 'th')}</thead>" if any(block.head) else ""
    rows = "".join(_row(cells, block.align, "td") for cells in block.rows)
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _row(cells: tuple[Text, ...], align: tuple[str, ...], tag: str) -> str:
    return row(map(_text, cells), align, tag, attribute="class")


def _picture(block: Picture) -> str:
    source = safe_link(block.url)
    if source is None or source.lower().startswith("tg:"):
        return f"<p>{_text(picture_text(block))}</p>"
    caption = f"<figcaption>{_text(block.caption)}</figcaption>" if block.caption else ""
    picture = f'<img src="{source}" alt="{attribute(block.alt)}" loading="lazy">'
    return f"<figure>{picture}{caption}</figure>"
