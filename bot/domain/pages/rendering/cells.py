"""Rows of tables as HTML."""

from collections.abc import Iterable
from itertools import chain, repeat


def row(cells: Iterable[str], align: tuple[str, ...], tag: str, *, attribute: str) -> str:
    """Put the markup of `cells` into a row of `tag`s; `attribute` says to which side each one leans."""
    sided = zip(cells, chain(align, repeat("")), strict=False)
    return f"<tr>{''.join(_cell(cell, side, tag, attribute) for cell, side in sided)}</tr>"


def _cell(markup: str, side: str, tag: str, attribute: str) -> str:
    leaning = f' {attribute}="{side}"' if side in {"left", "center", "right"} else ""
    return f"<{tag}{leaning}>{markup}</{tag}>"
