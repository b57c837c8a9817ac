"""Files without a front matter."""

import re

from bot.domain.content.markdown.front_matter.slips import FORM
from bot.domain.content.markdown.seen import UNSEEN
from bot.domain.content.problem import Findings

_MARK = re.compile(rf"[\s{UNSEEN}]*---[\s{UNSEEN}]*")
_NEARLY = re.compile(rf"[\s{UNSEEN}]*(?:[-–—―−_=~*]{{1,12}}|\+{{3}})[\s{UNSEEN}]*")
_FIELD = re.compile(r"[^\W\d][\w-]*[ \t]*:(?:\s.*)?|\s*-\s.*|\s+\S.*")


def tell_of_no_front(text: str, findings: Findings) -> None:
    """Say where a line --- is missing, or what keeps it from being one: one fault is one error."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first] != lines[0] and _MARK.fullmatch(lines[first]):
        findings.error(
            1, "The front matter has an empty line above it.", "Delete it: the file begins with ---."
        )
    elif _MARK.fullmatch(lines[0]) and not lines[0].startswith("---"):
        findings.error(1, "Something stands before the ---, so the file has no front matter.", "Delete it.")
    elif _MARK.fullmatch(lines[0]):
        _tell_of_end(lines, findings)
    elif _NEARLY.fullmatch(lines[first]) and any(_FIELD.fullmatch(line) for line in lines[first + 1 :][:1]):
        what = f"“{lines[first].strip()}” begins no front matter."
        findings.error(first + 1, what, "Write --- there, three hyphens, and below the last field too.")
    else:
        findings.error(1, "The file has no front matter.", FORM)


def _tell_of_end(lines: list[str], findings: Findings) -> None:
    for number, line in enumerate(lines[1:], start=2):
        if _NEARLY.fullmatch(line) and line.strip():
            what = f"The front matter never ends: “{line.strip()}” is no line ---."
            findings.error(number, what, "Write --- there, three hyphens at the start of the line.")
            return
        if not _FIELD.fullmatch(line):
            findings.error(
                number, "The front matter never ends.", "Write a line --- here, below its last field."
            )
            return
    findings.error(1, "The front matter never ends.", FORM)
