"""Pages near a screen and a half of a phone."""

from math import ceil

from bot.domain.content.gate import Shown
from bot.domain.content.issue import Blocks
from bot.domain.pages.splitting import Fill, Near, cut
from bot.domain.pages.text_cutting import Level

_GENTLE = (Level.BLOCK, Level.POINT)
_AHEAD = 5
"""Pages to look ahead, so that they are filled evenly."""
_MORE = 0.4
"""Share of a page that gets no page of its own."""
_LEAST = 0.6
"""Share of an even page: a gentle cut that leaves less is not taken."""
_REACHES = (1.15, 1.5, 2, 3, 4, 6, 9, 13, 20)
"""How much longer than an even page a page may be, tried in turn; Telegram's limits always hold."""


def near(fill: Fill, height: Fill, size: float = 1) -> Near:
    """Return what cuts off one page of about `size`, so that all become alike.

    `fill`: 1 is Telegram's limit. `height`: 1 is a screen and a half of a phone.
    """

    def cut_off(shown: Shown) -> tuple[Shown, Shown] | None:
        ahead, more = cut(shown, lambda blocks: height(Shown(blocks)) <= _AHEAD * size, Level.POINT)
        left = _AHEAD if more else height(Shown(ahead)) / size
        if left <= 1 + _MORE and fill(shown) <= 1:
            return shown, Shown(())
        even = left / max(1, ceil(left - _MORE)) * size
        tries = (_try(shown, fill, height, even, reach) for reach in _REACHES)
        return next((pages for pages in tries if pages), None)

    return cut_off


def _try(shown: Shown, fill: Fill, height: Fill, even: float, reach: float) -> tuple[Shown, Shown] | None:
    def fits(blocks: Blocks) -> bool:
        return height(Shown(blocks)) <= reach * even and fill(Shown(blocks)) <= 1

    for level in _GENTLE:
        head, tail = cut(shown, fits, level)
        if not tail or height(Shown(head)) >= _LEAST * even:
            return Shown(head), Shown(tail)
    return None
