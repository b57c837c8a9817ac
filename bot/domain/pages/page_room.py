"""Page room: how full blocks make a message."""

from math import inf

from bot.domain.content.gate import Shown
from bot.domain.content.issue import Block, Box, List, Quotation
from bot.domain.pages.rendering.renderer import Renderer
from bot.domain.pages.splitting import Fill

_SCREENS = 1_500
"""Letters of an even page. What stays one page, up to 1.4 of it, was measured as a screen and a half of a
phone of 390 × 844 pixels, 0.56 of a pixel a letter (0026).
"""


def room(renderer: Renderer, *around: str) -> Fill:
    """Return a measure of how full blocks make a message that also holds `around`; 1 is full.

    Sizes of blocks add up, so each block is rendered once for all the cuts that are tried.
    """
    mark = renderer.line("…")
    taken = renderer.measure(renderer.join(*around, mark))
    left = tuple(limit - size for limit, size in zip(renderer.LIMITS, taken, strict=True))
    pair, alone = renderer.measure(renderer.join(mark, mark)), renderer.measure(mark)
    gap = tuple(two - 2 * single for two, single in zip(pair, alone, strict=True))
    # By identity: a block is kept beside its sizes, so that no other gets its id.
    known: dict[int, tuple[Block, tuple[int, ...]]] = {}

    def sizes(block: Block) -> tuple[int, ...]:
        if id(block) not in known:
            known[id(block)] = block, renderer.measure(renderer.body(Shown((block,))))
        return known[id(block)][1]

    def fill(shown: Shown) -> float:
        gaps = tuple(size * len(shown) for size in gap)
        totals = map(sum, zip(gaps, *map(sizes, shown), strict=True))
        return max(map(_share, totals, left))

    return fill


def screens(renderer: Renderer) -> Fill:
    """Return a measure of how much of a screen and a half blocks take on a phone; 1 is all of it.

    A list or a box is as high as the blocks in it, so that each block is rendered once, wherever it is cut.
    """
    known: dict[int, tuple[Block, int]] = {}

    def height(block: Block) -> int:
        match block:
            case List():
                return sum(height(inner) for item in block.items for inner in item)
            case Quotation() | Box():
                return sum(map(height, block.blocks))
        if id(block) not in known:
            known[id(block)] = block, renderer.height(renderer.body(Shown((block,))))
        return known[id(block)][1]

    return lambda shown: sum(map(height, shown)) / _SCREENS


def _share(size: int, left: int) -> float:
    if left <= 0:
        return inf if size or left else 0
    return size / left
