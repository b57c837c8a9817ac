"""Numbered lists that keep their editors' numbers."""

from collections.abc import Sequence

from bot.domain.content.issue import Blocks, List, Path

STEPS = (1, -1)


def numbered(items: Sequence[Blocks], numbers: Sequence[int]) -> tuple[List, ...]:
    """Return one or more lists in which each item has the number that was written.

    A new list begins where a number is neither one more nor one less than the number before. Where all
    numbers are the same (`1.`, `1.`, `1.`), they count on from the first.
    """
    if len(set(numbers)) == 1:
        return (List(tuple(items), numbers[0]),)
    lists: list[List] = []
    at = 0
    while at < len(items):
        step = next((step for step in STEPS if numbers[at + 1 : at + 2] == [numbers[at] + step]), 1)
        end = at + 1
        while end < len(items) and numbers[end] == numbers[end - 1] + step:
            end += 1
        lists.append(List(tuple(items[at:end]), numbers[at], step=step))
        at = end
    return tuple(lists)


def moved(path: Path, here: Path, lengths: Sequence[int]) -> Path:
    """Return the new path of a place whose path led into the list at `here`, which was split into parts.

    `lengths`: how many items each part has. A place at the beginning or the end of a part is named from
    outside, so that each place has one path.
    """
    if len(path) == len(here):
        return path
    part, index = 0, path[len(here)]
    while part < len(lengths) and index >= lengths[part]:
        index -= lengths[part]
        part += 1
    deeper = path[len(here) + 1 :]
    place = (*here[:-1], here[-1] + part)
    return (*place, index, *deeper) if index or deeper else place
