"""Where text may be cut: after a sentence, a word, a letter."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum

import regex  # type: ignore[import-untyped]  # it comes without types

from bot.domain.content.issue import Run, Text

_SENTENCE = regex.compile(r"(?<!\b\p{Lu})[.!?…:]['\"\p{Pe}\p{Pf}\p{M}]*[ \t\n]+(?!\p{Ll})|\n+")
_LINE = regex.compile(r"\n")
_BLANK = " \t\n"  # a no-break space holds its words together
_WORD = regex.compile(r"[ \t\n]+")
_CLUSTER = regex.compile(r"\X")
_CHARACTER = regex.compile(r".", regex.DOTALL)
_ATTACHED = "\u0301"  # stands for a footnote's mark: like an accent, it never parts from what is before it


class Level(IntEnum):
    """How deep a cut may go; each one allows all those before it."""

    BLOCK = 0
    POINT = 1  # between the items of a list, between the blocks of a box
    ITEM = 2
    SENTENCE = 3
    WORD = 4
    HEADING = 5  # words still, but a heading may be parted from what follows it
    CLUSTER = 6
    CHARACTER = 7


_ENDS = {
    Level.SENTENCE: _SENTENCE,
    Level.WORD: _WORD,
    Level.HEADING: _WORD,
    Level.CLUSTER: _CLUSTER,
    Level.CHARACTER: _CHARACTER,
}


def most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the greatest n ≤ `count` for which `fits(n)`; it must not turn true again after a false.

    Looks no further than twice the answer, so that a long text costs no more than the page it fills.
    """
    reach = 1
    while reach < count and fits(reach):
        reach *= 2
    tried = range(1, min(reach, count) + 1)
    return bisect_left(tried, True, lo=reach // 2, key=lambda n: not fits(n))


def cut_text(text: Text, fits: Callable[[Text], bool], level: Level) -> tuple[Text, Text]:
    """Split `text` into as much as fits and the rest, with no spaces at the cut; the head may be empty."""
    if level < Level.SENTENCE:
        return (), text
    places = _places(_flat(text), _ENDS[level])
    fitting = most(len(places), lambda n: fits(_before(text, places[n - 1])))
    if not fitting:
        return (), text
    return _before(text, places[fitting - 1]), _after(text, places[fitting - 1])


def cut_code(code: str, fits: Callable[[str], bool], level: Level) -> tuple[str, str]:
    """Split `code` between lines, or inside a line where `level` allows words to be cut."""
    if level < Level.SENTENCE:
        return "", code
    places = _places(code, _ENDS[level] if level > Level.WORD else _LINE)
    fitting = most(len(places), lambda n: fits(code[: places[n - 1]].rstrip("\n")))
    if not fitting:
        return "", code
    place = places[fitting - 1]
    return code[:place].rstrip("\n"), code[place:]


def shorten(name: str, limit: int) -> str:
    """Return `name` in at most `limit` UTF-16 units, with … after a word where it was longer."""
    if units(name) <= limit:
        return name
    beginning = _beginning(name, _WORD, limit - 1)
    if units(beginning) < limit // 2:
        beginning = _beginning(name, _CLUSTER, limit - 1)
    return f"{beginning}…"


def units(string: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(string.encode("utf-16-le", "surrogatepass")) // 2


def _flat(text: Text) -> str:
    return "".join(run.text if run.note is None else _ATTACHED * len(run.text) for run in text)


def _beginning(name: str, end: "regex.Pattern[str]", limit: int) -> str:
    places = _places(name, end)
    fitting = most(len(places), lambda n: units(name[: places[n - 1]].rstrip()) <= limit)
    return name[: places[fitting - 1]].rstrip() if fitting else ""


def _places(string: str, end: "regex.Pattern[str]") -> list[int]:
    last = len(string.rstrip(_BLANK))
    return [place for match in end.finditer(string) if 0 < (place := match.end()) < last]


def _before(text: Text, place: int) -> Text:
    runs: list[Run] = []
    for run in text:
        if place <= 0:
            break
        runs.append(replace(run, text=run.text[:place]))
        place -= len(run.text)
    while runs and not runs[-1].text.rstrip(_BLANK):
        runs.pop()
    if runs:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(_BLANK))
    return tuple(runs)


def _after(text: Text, place: int) -> Text:
    runs: list[Run] = []
    for run in text:
        rest = run.text[max(place, 0) :]
        place -= len(run.text)
        if not runs:
            rest = rest.lstrip(_BLANK)
        if rest:
            runs.append(replace(run, text=rest))
    return tuple(runs)
