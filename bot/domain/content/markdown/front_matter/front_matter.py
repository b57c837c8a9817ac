"""The front matter of an edition: YAML between two lines of `---`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import yaml

from bot.domain.content.markdown.front_matter.readiness import Mark, canonical, check_date, read_mark, refuse
from bot.domain.content.markdown.front_matter.slips import FIRST_LINE, FORM, NULL_TAG, compose, read_text
from bot.domain.content.markdown.links import is_web_address
from bot.domain.content.markdown.nodes import Node
from bot.domain.content.markdown.seen import UNSEEN
from bot.domain.content.markdown.source import one_line
from bot.domain.content.problem import Findings

LARGEST = 65_536
"""Characters: YAML is read slowly, and a front matter has some hundred."""

AUDIENCES = ("everyone", "paid")


@dataclass(frozen=True, slots=True)
class Front:
    title: str = ""
    series: str = ""
    author: str = ""
    cover: str | None = None
    cover_line: int | None = None
    credit: str = ""
    url: str | None = None
    also: tuple[str, ...] = ()
    audience: str = "paid"
    draft: Mark | None = None
    says_date: bool = False

    @property
    def everyone(self) -> bool:
        return self.audience == "everyone"


KNOWN = ("title", "series", "author", "cover", "credit", "url", "also", "audience")
OTHERS = ("date", "draft")
IN_SPANISH = {
    "titulo": "title",
    "titular": "title",
    "serie": "series",
    "autora": "author",
    "autores": "author",
    "portada": "cover",
    "imagen": "cover",
    "enlace": "url",
    "tambien": "also",
}
"""What an editor may call a field in Spanish, as far as it is not like its name here anyway."""

LIKE = 0.8
"""From such a likeness on a field is another one that was mistyped: `titel`, and not `subtitle`."""


def read_front(node: Node, day: date, findings: Findings, *, was_good: bool = False) -> Front | None:
    """Read the fields; what is wrong is added to `findings`. None where it is no YAML at all.

    `day`: the folder's date.
    """
    mapping = _compose(node.token.content, findings, was_good=was_good)
    return None if mapping is None else _fields(mapping, node.token.content, day, findings)


def _compose(text: str, findings: Findings, *, was_good: bool) -> yaml.MappingNode | None:
    if len(text) > LARGEST:
        findings.error(
            1, f"The front matter has {len(text)} characters; the most is {LARGEST}.", "Shorten it."
        )
        return None
    before = len(findings.errors)
    root = compose(text, findings, was_good=was_good)
    if len(findings.errors) > before:
        return None
    if isinstance(root, yaml.MappingNode):
        return root
    what = (
        "a list" if isinstance(root, yaml.SequenceNode) else "empty" if root is None else "no list of fields"
    )
    findings.error(FIRST_LINE, f"The front matter is {what}.", FORM)
    return None


def _fields(mapping: yaml.MappingNode, text: str, day: date, findings: Findings) -> Front:
    values: dict[str, str | tuple[str, ...]] = {}
    seen: dict[str, int] = {}
    unknown: dict[str, int] = {}
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
            unknown[name] = line
        elif read := _read(name, value, text, findings):
            values[name] = read
        seen.setdefault(meant, line)
    _tell_of_unknown(unknown, seen, findings)
    front = _checked(values, seen, findings)
    return replace(front, cover_line=seen.get("cover"), draft=draft, says_date="date" in seen)


def _tell_of_unknown(unknown: dict[str, int], seen: dict[str, int], findings: Findings) -> None:
    """Name fields that there are not; where others are meant, all of these are one finding."""
    meant = {name: field for name in unknown if (field := _meant(name)) and field not in seen}
    for name in unknown.keys() - meant.keys():
        cure = f"The fields are {', '.join((*KNOWN, *OTHERS))}."
        findings.warn(unknown[name], f"There is no field `{name}`.", cure)
    if meant:
        tell = findings.error if "title" in meant.values() else findings.warn
        is_alike = all(_folded(name) == field for name, field in meant.items())  # but for what nobody sees
        fields = _quoted(meant.values())
        tell(
            min(unknown[name] for name in meant),
            f"There is no field {_quoted(meant, ' or ')}.",
            f"Type {fields} anew, in small letters." if is_alike else f"Write {fields}.",
        )


def _meant(name: str) -> str | None:
    folded = _folded(name)
    return IN_SPANISH.get(folded) or next(iter(get_close_matches(folded, KNOWN, 1, LIKE)), None)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(rf"[\s_{UNSEEN}-]", "", name.casefold()))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _quoted(names: Iterable[str], between: str = " and ") -> str:
    return between.join(f"`{name}`" for name in names)


def _read(name: str, value: yaml.Node, text: str, findings: Findings) -> str | tuple[str, ...]:
    if name == "also":
        return () if value.tag == NULL_TAG else _list(value, text, findings)
    return read_text(name, value, text, findings)


def _readiness(name: str, value: yaml.Node, line: int, day: date, findings: Findings) -> Mark | None:
    match canonical(name):
        case "refused":
            refuse(name, line, findings)
        case "date":
            check_date(value, line, day, findings)
        case _:
            return read_mark(name, value, line, findings)
    return None


def _list(node: yaml.Node, text: str, findings: Findings) -> tuple[str, ...]:
    if isinstance(node, yaml.SequenceNode):
        return tuple(read for item in node.value if (read := read_text("also", item, text, findings)))
    findings.error(
        node.start_mark.line + FIRST_LINE,
        "`also` is not a list.",
        'Write each teaser on a line of its own that begins with a hyphen and a space: `- "One"`.',
    )
    return ()


def _tells_of_title(findings: Findings) -> bool:
    return any(
        "`title`" in f"{error.what} {error.cure}" or "`title:" in error.cure for error in findings.errors
    )


def _checked(values: dict[str, str | tuple[str, ...]], lines: dict[str, int], findings: Findings) -> Front:
    front = Front(**values)  # type: ignore[arg-type]  # `_fields` reads each field as its own kind
    if not front.title and not _tells_of_title(findings):
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
