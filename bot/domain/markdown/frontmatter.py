"""The front matter of an edition: YAML between two lines of `---`."""

from dataclasses import dataclass, replace
from datetime import date

import yaml

from bot.domain.markdown.links import is_web_address
from bot.domain.markdown.nodes import Node
from bot.domain.markdown.readiness import Mark, canonical, check_date, read_mark, refuse
from bot.domain.markdown.source import one_line
from bot.domain.problem import Findings

LARGEST = 65_536
"""Characters: YAML is read slowly, and a front matter has some hundred."""

AUDIENCES = ("everyone", "paid")
TEXT_TAG = "tag:yaml.org,2002:str"
NULL_TAG = "tag:yaml.org,2002:null"
FIRST_LINE = 2

FORM = "Begin the file with a line ---, then fields such as `title: …`, then a line ---."


@dataclass(frozen=True, slots=True)
class Front:
    title: str = ""
    series: str = ""
    author: str = ""
    cover: str | None = None
    credit: str = ""
    url: str | None = None
    also: tuple[str, ...] = ()
    audience: str = "paid"
    draft: Mark | None = None

    @property
    def everyone(self) -> bool:
        return self.audience == "everyone"


KNOWN = ("title", "series", "author", "cover", "credit", "url", "also", "audience")
OTHERS = ("date", "draft")


def read_front(node: Node | None, day: date, findings: Findings) -> Front | None:
    """Read what is right and name what is not; None when no field can be told from another. `day` is the
    folder's.
    """
    if node is None:
        findings.error(1, "The file has no front matter, or its front matter never ends.", FORM)
        return None
    mapping = _compose(node.token.content, findings)
    return None if mapping is None else _fields(mapping, day, findings)


def _compose(text: str, findings: Findings) -> yaml.MappingNode | None:
    if len(text) > LARGEST:
        findings.error(
            1, f"The front matter has {len(text)} characters; the most is {LARGEST}.", "Shorten it."
        )
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + FIRST_LINE if error.problem_mark else 1
        findings.error(
            line,
            f"The front matter is not YAML: {error.problem or error.context}.",
            "A value with a colon, a quote or a # in it stands in quotes, and each field begins at the start "
            "of its line.",
        )
        return None
    except (yaml.YAMLError, RecursionError):
        findings.error(1, "The front matter is not YAML.", FORM)
        return None
    if isinstance(root, yaml.MappingNode):
        return root
    what = (
        "a list" if isinstance(root, yaml.SequenceNode) else "empty" if root is None else "no list of fields"
    )
    findings.error(FIRST_LINE, f"The front matter is {what}.", FORM)
    return None


def _fields(mapping: yaml.MappingNode, day: date, findings: Findings) -> Front:
    values: dict[str, str | tuple[str, ...]] = {}
    seen: dict[str, int] = {}
    draft: Mark | None = None
    for key, value in mapping.value:
        name, line = one_line(str(key.value)), key.start_mark.line + FIRST_LINE
        meant = canonical(name) or name
        if meant != "refused" and meant in seen:
            findings.error(
                line, f"`{name}` stands twice; first on line {seen[meant]}.", "Delete one of them."
            )
        elif canonical(name):
            draft = _readiness(name, value, line, day, findings) or draft
        elif name not in KNOWN:
            findings.warn(
                line, f"There is no field `{name}`.", f"The fields are {', '.join((*KNOWN, *OTHERS))}."
            )
        elif value.tag != NULL_TAG:
            read = _list(value, findings) if name == "also" else _text(name, value, findings)
            if read:
                values[name] = read
        seen.setdefault(meant, line)
    return replace(_checked(values, seen, findings), draft=draft)


def _readiness(name: str, value: yaml.Node, line: int, day: date, findings: Findings) -> Mark | None:
    match canonical(name):
        case "refused":
            refuse(name, line, findings)
        case "date":
            check_date(value, line, day, findings)
        case _:
            return read_mark(name, value, line, findings)
    return None


def _text(name: str, node: yaml.Node, findings: Findings) -> str:
    if node.tag == TEXT_TAG:
        return one_line(str(node.value))
    findings.error(
        node.start_mark.line + FIRST_LINE,
        f"`{name}` is not text.",
        f'Put it in quotes: {name}: "…".',
    )
    return ""


def _list(node: yaml.Node, findings: Findings) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode):
        return tuple(text for item in node.value if (text := _text("also", item, findings)))
    findings.error(
        node.start_mark.line + FIRST_LINE,
        "`also` is not a list.",
        "Write each teaser on a line of its own that begins with a hyphen.",
    )
    return ()


def _checked(values: dict[str, str | tuple[str, ...]], lines: dict[str, int], findings: Findings) -> Front:
    front = Front(**values)  # type: ignore[arg-type]  # `_fields` reads each field as its own kind
    if not front.title and not any("`title`" in problem.what for problem in findings.errors):
        findings.error(
            lines.get("title", 1), "The edition has no title.", "Add `title: …` to the front matter."
        )
    if front.audience not in AUDIENCES:
        findings.error(
            lines["audience"],
            f"`audience` is {front.audience!r}.",
            "Write `audience: everyone` for a wholly free issue; leave it out otherwise.",
        )
    if front.url is not None and not is_web_address(front.url):
        findings.error(
            lines["url"],
            f"`url` is {front.url!r}, which is no web address.",
            "Write one that begins with https://, or leave it out.",
        )
    return front
