"""Text that stays as it was typed, found by the table."""

import re
from dataclasses import dataclass, field

from bot.domain.content.markdown.blocks import WRITTEN_ID
from bot.domain.content.markdown.lint.rules import PERHAPS, RULES, Per, Rule
from bot.domain.content.markdown.lint.text_blocks import TextBlock, shown
from bot.domain.content.markdown.sections import NEARLY_ID
from bot.domain.content.problem import Findings

MOST = 5
"""Findings of one rule in one file: a whole text that was pasted from elsewhere is one fault."""

_CLOSING = re.compile(r"(?P<sign><|\[)/(?P<name>[\w-]+)|(?P<colons>:{3,})\s*$|(?P<percent>%%)\s*$")
_OPENING = re.compile(
    r"(?P<sign><|\[)(?P<name>[A-Za-z][\w-]*)|(?P<colons>:{3,})|(?P<percent>%%)(?!.*%%)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    line: int
    text: str


@dataclass(slots=True)
class Typed:
    """Collects the occurrences of each rule in one file."""

    _occurrences: dict[str, list[Occurrence]] = field(default_factory=dict)
    _opened: set[str] = field(default_factory=set)
    _places: set[tuple[str, int]] = field(default_factory=set)  # lines, or blocks, of which a rule spoke

    def look(self, text_block: TextBlock, without: set[int]) -> None:
        """Apply the rules to a text block, except for the lines `without`, which are named already."""
        if not PERHAPS.search(text_block.text):
            return
        text = _without_id(text_block.text) if text_block.kind == "heading" else text_block.text
        taken = bytearray(len(text))
        for rule in RULES:
            for match in rule.pattern.finditer(text):
                begin, end = match.span()
                line = text_block.at(begin)
                if line not in without and not any(taken[begin:end]):
                    taken[begin:end] = b"x" * (end - begin)
                    self._take(rule, text_block.block, Occurrence(line, match[0]))

    def _take(self, rule: Rule, block: int, occurrence: Occurrence) -> None:
        if self._closes(occurrence.text):
            return
        place = (rule.name, block if rule.per is Per.BLOCK else occurrence.line)
        if place not in self._places:
            self._places.add(place)
            self._occurrences.setdefault(rule.name, []).append(occurrence)

    def _closes(self, text: str) -> bool:
        """Tell whether it closes what was found before: both together are one fault."""
        closing = _CLOSING.match(text)
        if closing is not None and _key(closing) in self._opened:
            return True
        opening = _OPENING.match(text)
        if opening is not None:
            self._opened.add(_key(opening))
        return False

    def tell(self, findings: Findings) -> None:
        named = {error.line for error in findings.errors}
        for rule in RULES:
            occurrences = [
                occurrence
                for occurrence in self._occurrences.get(rule.name, [])
                if occurrence.line not in named
            ]
            for number, occurrence in enumerate(occurrences[:MOST], start=1):
                more = len(occurrences) - MOST if number == MOST else 0
                _tell(rule, occurrence, more, findings)


def _without_id(heading: str) -> str:
    """Return a heading without its id, and without what may be meant for one, which is named elsewhere."""
    return NEARLY_ID.sub("", WRITTEN_ID.sub("", heading))


def _key(match: re.Match[str]) -> str:
    parts = (match["sign"], match["name"], (match["colons"] or "")[:3], match["percent"])
    return "".join(part or "" for part in parts).lower()


def _tell(rule: Rule, occurrence: Occurrence, more: int, findings: Findings) -> None:
    typed = shown(occurrence.text)
    what = rule.what.replace("{found}", typed)
    if more:
        what += f" The same is on {more} further line{'s' if more > 1 else ''}."
    cure = rule.cure.replace("{first}", typed[:1]).replace("{code}", str(ord(typed[:1])))
    (findings.error if rule.is_error else findings.warn)(occurrence.line, what, cure)
