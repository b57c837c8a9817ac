"""Texts of the front matter that hold Markdown or HTML."""

import re
from collections.abc import Iterator

import yaml

from bot.domain.content.markdown.lint.rules import RULES
from bot.domain.content.markdown.lint.text_blocks import shown
from bot.domain.content.markdown.nodes import Node
from bot.domain.content.markdown.seen import ADDRESS, without_addresses
from bot.domain.content.problem import Findings

FIELDS = ("title", "series", "author", "credit", "also")
FIRST_LINE = 2
LONGEST_TITLE = 100
_NUMBER = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")


def check_front(front: Node, findings: Findings) -> None:
    """Warn of Markdown and HTML in the values as written: a sign written by its number is meant so.

    Everything else that may be wrong with a field is told by whoever reads it.
    """
    try:
        root = yaml.compose(front.token.content, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return
    named = [(warning.line, warning.what) for warning in findings.warnings]
    for name, value in _values(root):
        if any(line == value.start_mark.line + FIRST_LINE and f"`{name}`" in what for line, what in named):
            continue  # whoever read the field said already that YAML has another value
        if name == "title" and len(value.value) > LONGEST_TITLE:
            findings.warn(
                value.start_mark.line + FIRST_LINE,
                f"The title has {len(value.value)} characters, more than {LONGEST_TITLE}: it takes much of a "
                "phone's first screen.",
                "Shorten it, or leave it if that is meant: nothing of it is lost.",
            )
        written = front.token.content[value.start_mark.index : value.end_mark.index]
        _check(name, written, value.start_mark.line + FIRST_LINE, findings)


def _values(root: yaml.Node | None) -> Iterator[tuple[str, yaml.ScalarNode]]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if not isinstance(key, yaml.ScalarNode) or key.value not in FIELDS:
            continue
        for node in value.value if isinstance(value, yaml.SequenceNode) else (value,):
            if isinstance(node, yaml.ScalarNode):
                yield key.value, node


def _check(name: str, written: str, line: int, findings: Findings) -> None:
    text = without_addresses(_NUMBER.sub(ADDRESS, written))
    matches = [(rule, match[0]) for rule in RULES if (match := rule.pattern.search(text))]
    signs = [part for rule, part in matches if rule.markup]
    if signs:
        seen = " and ".join(dict.fromkeys(f"“{shown(sign)}”" for sign in signs))
        what = f"`{name}` is plain text: readers see {seen} as typed."
        findings.warn(
            line, what, f"Write the words alone, and the signs themselves (&, “, é). {_in_quotes(signs[0])}"
        )
    for rule, part in matches:
        if not rule.markup:
            cure = rule.cure.partition(" To keep")[0]
            findings.warn(line, rule.what.replace("{found}", shown(part)), f"{cure} {_in_quotes(part)}")


def _in_quotes(part: str) -> str:
    return (
        f"To keep it as it is, put the value in double quotes, with \\x{ord(part[0]):02x} for each {part[0]}."
    )
