"""Pagination: blocks cut into pages at the gentlest places."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from bot.domain.content.gate import Shown
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
    Run,
    StoryCard,
    Subheading,
    Table,
)
from bot.domain.pages.rendering.lines import card_text, table_lines
from bot.domain.pages.text_cutting import Level, cut_code, cut_text, most

Fill: TypeAlias = Callable[[Shown], float]
"""Measures how much of a page blocks take: 1 is all of it."""

Near: TypeAlias = Callable[[Shown], tuple[Shown, Shown] | None]
"""Cuts off a page that is shorter than the limits allow; None where it finds no gentle place."""

_Fits: TypeAlias = Callable[[Blocks], bool]
_Cut: TypeAlias = tuple[Blocks, Blocks]

_ENOUGH = 0.5
_FULLER = (_ENOUGH, 0.7, 0.85, 0.95, 1)
"""Shares of a page that a gentler cut must fill, tried in turn where pages are to be few."""
_ORPHAN = 0.25
"""A last page with less than this share is an orphan."""

_EVEN = 0.6
"""The page before an orphan is cut again at this share of both."""


def pages(shown: Shown, fill: Fill, enough: float = _ENOUGH, near: Near | None = None) -> list[Shown]:
    """Cut blocks into pages, none fuller than 1; no page for no blocks.

    `enough`: how full a page must be for a gentler cut to be taken. Where `near` finds a place for a shorter
    page, the page is cut there.
    """
    starts: list[Shown] = []
    pages: list[Shown] = []
    rest, is_near = shown, [False]
    while rest:
        starts.append(rest)
        shorter = near(rest) if near else None
        page, rest = shorter or first_page(rest, fill, enough)
        pages.append(page)
        is_near.append(shorter is not None)
    if len(pages) > 1 and not is_near[-2] and fill(pages[-1]) < _ORPHAN:
        even = gentle_page(starts[-2], fill, _EVEN * (fill(pages[-2]) + fill(pages[-1])))
        if all(even) and fill(even[1]) <= 1:
            pages[-2:] = even
    return pages


def pages_within(shown: Shown, fill: Fill, apart: list[Shown], nears: Iterable[Near]) -> list[Shown]:
    """Cut blocks as gently as possible into no more pages than `apart` has, which is the same text cut at the
    paywall. Where nothing else gives so few pages, return `apart`.
    """
    shorter = (pages(shown, fill, near=near) for near in nears)
    fuller = (pages(shown, fill, enough) for enough in _FULLER)
    return next((pages for pages in chain(shorter, fuller) if len(pages) <= len(apart)), apart)


def first_page(shown: Shown, fill: Fill, enough: float = _ENOUGH) -> tuple[Shown, Shown]:
    """Return one page and the rest. A word is cut only if it is longer than a page. ValueError where not even
    a letter fits.
    """

    def fits(blocks: Blocks) -> bool:
        return fill(Shown(blocks)) <= 1

    head, tail = gentle_page(shown, fill, enough=enough)
    if fill(head) < _ORPHAN and tail and not cut(tail, fits, Level.HEADING)[0]:
        cuts = (cut(shown, fits, level) for level in (Level.CLUSTER, Level.CHARACTER))
        head, tail = next(((Shown(cut), Shown(rest)) for cut, rest in cuts if cut), (head, tail))
    if not head and tail:
        raise ValueError("A page has no room for a single character: its header fills it.")
    return head, tail


def gentle_page(shown: Shown, fill: Fill, limit: float = 1, enough: float = _ENOUGH) -> tuple[Shown, Shown]:
    """Return a page of at most `limit` and the rest; an empty page where not even the first word fits.

    A gentler cut is taken where it still fills `enough` of the limit.
    """
    best = (Shown(()), shown)
    for level in Level:
        if level > Level.HEADING or (level is Level.HEADING and best[0]):
            break
        head, tail = cut(shown, lambda blocks: fill(Shown(blocks)) <= limit, level)
        halves = (Shown(head), Shown(tail))
        if not tail or fill(halves[0]) >= enough * limit:
            return halves
        best = max(best, halves, key=lambda cut: fill(cut[0]))
    return best


def cut(blocks: Blocks, fits: _Fits, level: Level) -> _Cut:
    """Return as much as fits, which may be nothing, and the rest; cut no deeper than `level`."""
    whole = most(len(blocks), lambda n: fits(blocks[:n]))
    head, tail = blocks[:whole], blocks[whole:]
    if not tail:
        return blocks, ()
    if level > Level.BLOCK:
        part, rest = _cut_block(tail[0], lambda piece: fits(head + piece), level)
        head, tail = head + part, rest + tail[1:]
    while level < Level.HEADING and head and isinstance(head[-1], Subheading):
        head, tail = head[:-1], (head[-1], *tail)
    return head, tail


def _cut_block(block: Block, fits: _Fits, level: Level) -> _Cut:  # noqa: PLR0911  # one line per kind of block
    match block:
        case Paragraph() | Subheading():
            head, tail = cut_text(block.text, lambda text: fits((replace(block, text=text),)), level)
            return ((replace(block, text=head),), (replace(block, text=tail),)) if head else ((), (block,))
        case Quotation() | Note() | Table() | Code() if level is Level.POINT:
            return (), (block,)
        case List():
            return _cut_list(block, fits, level)
        case Quotation() | Box() | Note():
            return _cut_inside(block, fits, level)
        case Table():
            return _cut_table(block, fits, level)
        case Picture():
            return _cut_picture(block, fits, level)
        case StoryCard() if level >= Level.HEADING:
            return _cut_block(Paragraph(card_text(block)), fits, level)
        case Code():
            start, rest = cut_code(block.text, lambda text: fits((Code(text),)), level)
            return ((Code(start),), (Code(rest),)) if start else ((), (block,))
        case StoryCard() | Rule():
            return (), (block,)


def _cut_list(block: List, fits: _Fits, level: Level) -> _Cut:
    items = block.items

    def with_items(items: tuple[Blocks, ...]) -> Blocks:
        return (replace(block, items=items),)

    whole = most(len(items), lambda n: fits(with_items(items[:n])))
    start = block.number(whole)
    if level is Level.POINT:
        tail = replace(block, items=items[whole:], start=start, continued=False)
        return (with_items(items[:whole]), (tail,)) if whole else ((), (block,))
    part, rest = cut(items[whole], lambda item: fits(with_items((*items[:whole], item))), level)
    if part:
        tail = replace(block, items=(rest, *items[whole + 1 :]), start=start, continued=True)
        return with_items((*items[:whole], part)), (tail,)
    if not whole:
        return (), (block,)
    return with_items(items[:whole]), (replace(block, items=items[whole:], start=start, continued=False),)


def _cut_inside(block: Quotation | Box | Note, fits: _Fits, level: Level) -> _Cut:
    head, tail = cut(block.blocks, lambda blocks: fits((replace(block, blocks=blocks),)), level)
    if not head:
        return (), (block,)
    start = (replace(block, blocks=head),)
    if isinstance(block, Note):
        return start, tail
    if isinstance(block, Box):
        return start, (replace(block, blocks=tail, continued=True),)
    return start, (replace(block, blocks=tail),)


def _cut_table(block: Table, fits: _Fits, level: Level) -> _Cut:
    whole = most(len(block.rows), lambda n: fits((replace(block, rows=block.rows[:n]),)))
    if whole:
        return (replace(block, rows=block.rows[:whole]),), (replace(block, rows=block.rows[whole:]),)
    if level < Level.HEADING:
        return (), (block,)
    return cut(table_lines(block), fits, level)


def _cut_picture(block: Picture, fits: _Fits, level: Level) -> _Cut:
    if level < Level.HEADING:
        return (), (block,)
    caption = block.caption or (Run(block.alt),)
    head, tail = cut_text(caption, lambda text: fits((replace(block, caption=text),)), level)
    return ((replace(block, caption=head),), (Paragraph(tail),)) if head else ((), (block,))
