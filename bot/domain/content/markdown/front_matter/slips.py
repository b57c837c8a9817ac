"""Slips in a front matter that YAML refuses or misreads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import yaml

from bot.domain.content.markdown.bullets import NOT_BREAKING
from bot.domain.content.markdown.source import one_line
from bot.domain.content.problem import Findings

FIRST_LINE = 2
"""The line of the file on which the text of its front matter begins."""

TEXT_TAG = "tag:yaml.org,2002:str"
NULL_TAG = "tag:yaml.org,2002:null"
KINDS = {
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "yes or no",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a field and its value",
    NULL_TAG: "nothing",
}
PROSE = ("title", "series", "author", "credit", "also")
"""Fields in which a # is a sign like others."""

LISTS = ("author", "credit", "cover")
"""Fields in which several names may be meant."""

SILENT = "!&"
"""Signs at the head of a value with which YAML takes a word from it."""

MOST = 10
"""Lines that are tried, the whole being read once more after each, or named in one finding."""

LONGEST = 200
"""Characters of a value that a cure repeats."""

FORM = "Begin the file with a line ---, then fields such as `title: …`, then a line ---."

_LINE = re.compile(
    r"(?P<head>[ \t]*(?:(?P<name>[^\W\d][\w-]*)[ \t]*[:：=]|[-*•–—·](?=[ \t])))[ \t]*(?P<value>.*?)[ \t]*"
)
_EMPHASIS = re.compile(r"(\*{1,3})([^*]+)\1")
_CUT = re.compile(r"[ \t]+#[^\n]*")
_TAB = re.compile(
    rf"^(?P<head> *(?:[^\W\d][\w-]*:|-)?) *[\t{NOT_BREAKING}][ \t{NOT_BREAKING}]*", re.MULTILINE
)
_SIGN = re.compile(r"(?<=[\w ])[：=]$|[*•–—·]$")
_NO_FIELD = re.compile(r"[^\s#:-][^:]*")
_HEADING = re.compile(r"#{1,6}[ \t\u00a0]+\S.*")
_ID = re.compile(r"\{#[^{}]*\}\s*$")


def in_quotes(value: str) -> str:
    """Return a value as YAML reads it for text, in double quotes where nothing in it needs a backslash."""
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def field(name: str, value: str) -> str:
    """Return the line for a value of this field; a teaser is an item."""
    return f"- {_shortened(value)}" if name == "also" else f"{name}: {_shortened(value)}"


def _shortened(value: str) -> str:
    return in_quotes(value) if len(value) <= LONGEST else '"…"'


def compose(text: str, findings: Findings, *, was_good: bool) -> yaml.Node | None:
    """Return the YAML node of a front matter; None where YAML cannot read it: each slip becomes an error.

    With `was_good` it may hold a heading, which YAML takes for a comment.
    """
    if not was_good and (heading := _first_heading(text, with_id=True)):
        _tell_of_heading(heading, findings)
        return None
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        _tell(text, error, findings)
    except (yaml.YAMLError, RecursionError):
        findings.error(1, "The front matter is not YAML.", FORM)
    return None


def _tell(text: str, error: yaml.MarkedYAMLError, findings: Findings) -> None:
    if heading := _first_heading(text, with_id=False):
        _tell_of_heading(heading, findings)
        return
    slips = list(_slips(text)) or _without_a_colon(text)
    for slip in slips:
        findings.error(slip.line + FIRST_LINE, slip.what, slip.cure)
    if not slips:
        line = error.problem_mark.line + FIRST_LINE if error.problem_mark else 1
        findings.error(
            line,
            f"The front matter is not YAML: {error.problem or error.context}.",
            "A value with a colon, a quote or a # in it stands in quotes, and each field begins at the start "
            "of its line.",
        )


def holds_heading(text: str) -> bool:
    """Tell whether a front matter goes on into the body, so that what follows it is no whole edition."""
    return _first_heading(text, with_id=False) > 0


def _first_heading(text: str, *, with_id: bool) -> int:
    """Return the line of the first heading that stands in a front matter, counted in the file; 0: none."""
    for number, line in enumerate(text.split("\n")):
        if _HEADING.fullmatch(line) and (_ID.search(line) or not with_id):
            return number + FIRST_LINE
    return 0


def _tell_of_heading(line: int, findings: Findings) -> None:
    findings.error(
        line,
        "This line belongs to the front matter, which does not end above it.",
        "Write a line --- below the last field. If it is a comment, delete it.",
    )


@dataclass(frozen=True, slots=True)
class Slip:
    """A line, counted from 0, and how it should read.

    `is_silent`: YAML accepts the line, but reads it otherwise than it was meant.
    """

    line: int
    fixed: str
    what: str
    cure: str
    is_silent: bool = False


def _slips(text: str) -> Iterator[Slip]:
    """Return the lines at which YAML stops: mended one by one, each lets it read further."""
    tabs = [number for number, line in enumerate(text.split("\n")) if _TAB.search(line)]
    spaced, reached = _TAB.sub(_spaces, text), _reached(text)
    if tabs and (further := _reached(spaced)) > reached:
        text, reached = spaced, further
        places = _listed([str(number + FIRST_LINE) for number in tabs[:MOST]])
        where = f"line{'s'[: len(tabs) > 1]} {places}{'…' if len(tabs) > MOST else ''}"
        what = f"A tab or a no-break space stands where YAML takes only spaces ({where})."
        yield Slip(tabs[0], "", what, "Put spaces instead.")
    for slip in [slip for number, line in enumerate(text.split("\n")) if (slip := _slip(number, line))][
        :MOST
    ]:
        lines = text.split("\n")
        lines[slip.line] = slip.fixed
        mended = "\n".join(lines)
        if (further := _reached(mended)) > reached or slip.is_silent:
            text, reached = mended, max(further, reached)
            yield slip


def _without_a_colon(text: str) -> "list[Slip]":
    for number, line in enumerate(text.split("\n")):
        if number and _NO_FIELD.fullmatch(line):
            what = f"The front matter is not YAML: “{line[:40]}” is no field, since it has no colon."
            cure = "Write it at the end of the line above, or delete it."
            if not text.split("\n")[number - 1].strip():
                cure = "Write a line --- above it, if the text begins here; else delete it."
            return [Slip(number, "", what, cure)]
    return []


def _spaces(match: re.Match[str]) -> str:
    return f"{match['head']} " if match["head"].strip() else f"{match['head']}  "


def _reached(text: str) -> float:
    """Return how far YAML reads, counted from the end, since mended lines change the length above."""
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return (error.problem_mark.index if error.problem_mark else 0) - len(text)
    except (yaml.YAMLError, RecursionError):
        return -len(text)
    return inf


def _slip(number: int, line: str) -> Slip | None:
    match = _LINE.fullmatch(line)
    if match is None or not match["value"]:
        return None
    head, value = _SIGN.sub(":" if match["name"] else "-", match["head"]).replace(" :", ":"), match["value"]
    if value[0] not in SILENT and _is_read(f"{head.strip()} {value}") and line.startswith(f"{head} "):
        return None
    whole = _without_quotes(value)
    fixed = f"{head} {in_quotes(whole)}"
    shown = f"{head.strip()} {_shortened(whole)}"
    name = f"`{match['name']}`" if match["name"] else "this item"
    what = f"The front matter is not YAML: {name} {_reason(match, value)}."
    return Slip(number, fixed, what, f"Write `{shown}`.", is_silent=value[0] in SILENT)


def _is_read(line: str) -> bool:
    return _reached(line) == inf


def _without_quotes(value: str) -> str:
    """Return a value without what was meant as quotes or emphasis, which a front matter does not have."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return _EMPHASIS.sub(r"\2", value) if value.startswith("*") else value


def _reason(match: re.Match[str], value: str) -> str:
    if value[0] in "\"'" and value.count(value[0]) > 1:
        return f"holds the sign {value[0]} in which it is quoted"
    if value[0] in "\"'*&!%@`[]{}>|,?-#":
        return f"begins with {value[0]}"
    if re.search(r":(?:\s|$)", value):
        return "holds a colon"
    if match["name"]:
        return "has no colon with a space behind it"
    return f"begins with {match['head'].strip()}, and not with a hyphen"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def read_text(name: str, node: yaml.Node, text: str, findings: Findings) -> str:
    """Return the value of a field, or of an item of `also`; what YAML misreads becomes an error.

    `text`: the whole front matter.
    """
    line = node.start_mark.line + FIRST_LINE
    written = text[node.start_mark.index : node.end_mark.index].strip()
    if _tell_of_cut(name, node, text, findings):
        return one_line(str(node.value)) if node.tag == TEXT_TAG else ""
    if node.tag == TEXT_TAG:
        if written.startswith("&"):
            what = f"`{name}` loses its first word: YAML takes what begins with & for a name."
            findings.warn(line, what, f"Write `{field(name, one_line(written))}`.")
        return one_line(str(node.value))
    if node.tag == NULL_TAG and not written:
        if name != "also":
            return ""  # a field that was left empty
        findings.error(
            line, f"`{name}` is not text: nothing stands here.", "Delete the line, or write words."
        )
        return ""
    is_list = name in LISTS or (isinstance(node, yaml.SequenceNode) and not node.flow_style)
    several = _items(node) if is_list else ()
    meant = ", ".join(several) or one_line(written)
    kind = KINDS.get(node.tag, "a kind of value")
    what = f"`{name}` is not text: YAML takes this for {kind}."
    findings.error(line, what, f"Write `{field(name, meant)}`{' instead' if several else ''}.")
    return ""


def _items(node: yaml.Node) -> Sequence[str]:
    items = node.value if isinstance(node, yaml.SequenceNode) else ()
    return tuple(one_line(str(item.value)) for item in items if isinstance(item, yaml.ScalarNode))


def _tell_of_cut(name: str, node: yaml.Node, text: str, findings: Findings) -> bool:
    """Tell whether YAML took the end of a value for a comment."""
    if name not in PROSE or not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return False
    before = text[: node.end_mark.index]
    cut = _CUT.match(text, len(before.rstrip(" \t")) if node.tag == NULL_TAG else node.end_mark.index)
    if cut is None:
        return False
    words = one_line(str(node.value)) if node.tag == TEXT_TAG else ""
    whole = one_line(text[node.start_mark.index : cut.end()])
    seen = f"readers see only “{words[:40]}”" if words else "nothing is left of it"
    what = f"YAML takes what stands behind ` #` in `{name}` for a comment: {seen}."
    cure = f"Write `{field(name, whole)}`"
    line = node.end_mark.line + FIRST_LINE
    if name == "title" and not words:
        findings.error(line, what, f"{cure}.")
    else:
        findings.warn(line, what, f"{cure}; if it is a comment, put it on a line of its own.")
    return True
