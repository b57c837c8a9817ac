"""Whether an edition is finished, and its date, by its front matter."""

import re
from dataclasses import dataclass
from datetime import date

import yaml

from bot.domain.content.markdown.source import one_line
from bot.domain.content.problem import Findings

MARKS = ("draft", "status", "published")
"""Fields that may say that an edition is a draft; no other field does."""

REFUSED = frozenset(
    {"state", "publish", "publishdate", "visibility", "private", "hidden", "embargo", "ready", "wip"}
)
"""Fields, or words of a field's name, with which other programs hold a text back: none is obeyed here."""

BOOL_TAG = "tag:yaml.org,2002:bool"
TRUE = frozenset({"true", "yes", "on"})
"""The spellings of YAML 1.1, in which the rest of the front matter is read too."""

HOLD = "Write `draft: true` to hold the issue back; delete the line when the edition is finished."

_FIELD = re.compile(r"""(["']?)(?P<name>[^\s"':][^"':]*)\1[ \t]*:(?P<value>[ \t].*)?""")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MONTHS = (
    "jan ene",
    "feb",
    "mar",
    "apr abr",
    "may",
    "jun",
    "jul",
    "aug ago",
    "sep set",
    "oct",
    "nov",
    "dec dic",
)
"""How the names of months begin in English and Spanish."""

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?P<time>[Tt\s]+\d{1,2}(?::\d{2}){0,2}.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that says that the edition is a draft, as its editor wrote it."""

    line: int
    words: str


def canonical(name: str) -> str:
    """Return which field of readiness a name means, in any case: a mark, `date`, or "" for neither.

    A name that only contains such a word is returned as `refused`.
    """
    squashed = re.sub(r"[\W_]", "", name).lower()
    if squashed in MARKS or squashed == "date":
        return squashed
    words = {word.lower() for word in _WORD.findall(name)}
    return "refused" if squashed in REFUSED or words & (REFUSED | {*MARKS, "unpublished"}) else ""


def refuse(name: str, line: int, findings: Findings) -> None:
    """Add an error for a field that has no effect here, though its editor counts on it."""
    findings.error(
        line,
        f"`{name}` is not obeyed here: it would not hold the issue back, nor let it go.",
        "Delete the line. `draft: true` holds the issue back; the folder's name says when it comes out.",
    )


def read_mark(name: str, value: yaml.Node, line: int, findings: Findings) -> Mark | None:
    """Read `draft`, `status` or `published`; None where it says that the edition is finished."""
    meant = canonical(name)
    if meant == "status":
        text = one_line(str(value.value)) if isinstance(value, yaml.ScalarNode) else ""
        if text.lower() in {"draft", "published"}:
            return Mark(line, f"{name}: {text}") if text.lower() == "draft" else None
        findings.error(line, f"`{name}` is neither `draft` nor `published`.", HOLD)
        return None
    if value.tag != BOOL_TAG:
        findings.error(line, f"`{name}` is neither `true` nor `false`, without quotes.", HOLD)
        return None
    says = str(value.value).lower() in TRUE
    return Mark(line, f"{name}: {value.value}") if says is (meant == "draft") else None


def find_mark(source: bytes, most: int) -> Mark | None:
    """Look for a mark, line by line, in the first `most` bytes of a file that does not load.

    Line by line, since its front matter may be what is wrong.
    """
    first, *lines = source[:most].decode("utf-8-sig", "replace").splitlines() or [""]
    if first.rstrip() != "---":
        return None
    for number, line in enumerate(lines, start=2):
        if line.rstrip() in ("---", "..."):
            break
        field = _FIELD.fullmatch(line)
        if field is not None and canonical(field["name"]) in MARKS:
            mark = _said(field["name"].strip(), field["value"] or "", number)
            if mark is not None:
                return mark
    return None


def _said(name: str, value: str, line: int) -> Mark | None:
    try:
        node = yaml.compose(value, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    return None if node is None else read_mark(name, node, line, Findings(""))


def check_date(value: yaml.Node, line: int, day: date, findings: Findings) -> None:
    """Compare the date in a front matter with the folder's."""
    text = one_line(str(value.value)) if isinstance(value, yaml.ScalarNode) else ""
    written = _DATE.fullmatch(text)
    if written is None and _says(text, day):
        findings.error(line, f"`date` is {text!r}, which is no date here.", f"Write `date: {day}`.")
    elif written is None or (int(written[1]), int(written[2]), int(written[3])) != (
        day.year,
        day.month,
        day.day,
    ):
        findings.error(
            line,
            f"`date` is not the folder's date, which is {day}.",
            "Rename the folder to the day on which the issue comes out, or delete the line.",
        )
    elif written["time"]:
        findings.warn(
            line,
            "The time in `date` is not obeyed: an issue comes out at the hour in publication.toml.",
            f"Write `date: {day}`, or delete the line.",
        )


def _says(text: str, day: date) -> bool:
    """Tell whether a date in another form may mean that day: 23/11/2026, 20261123, November 23, 2026."""
    parts = re.findall(r"[^\W\d_]{3,}|\d+", re.sub(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", text.casefold()))
    months = [
        number for part in parts for number, names in enumerate(_MONTHS, 1) if part[:3] in names.split()
    ]
    numbers = sorted([*(int(part) for part in parts if part.isdecimal()), *months])
    return numbers == sorted((day.year, day.month, day.day))
