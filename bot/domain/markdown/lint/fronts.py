"""The texts of the front matter, which is plain text: signs of Markdown and HTML stay as they are."""

from collections.abc import Iterator

import yaml

from bot.domain.markdown.lint.rules import RULES, Rule
from bot.domain.markdown.lint.stretches import shown
from bot.domain.markdown.nodes import Node
from bot.domain.markdown.seen import without_addresses
from bot.domain.problem import Findings

FIELDS = ("title", "series", "author", "credit", "also")
FIRST_LINE = 2


def check_front(front: Node, findings: Findings) -> None:
    """Look at each value once; whoever reads the fields says what is wrong with them otherwise."""
    try:
        root = yaml.compose(front.token.content, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return
    for name, value in _values(root):
        _check(name, str(value.value), value.start_mark.line + FIRST_LINE, findings)


def _values(root: yaml.Node | None) -> Iterator[tuple[str, yaml.ScalarNode]]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if not isinstance(key, yaml.ScalarNode) or key.value not in FIELDS:
            continue
        for one in value.value if isinstance(value, yaml.SequenceNode) else (value,):
            if isinstance(one, yaml.ScalarNode):
                yield key.value, one


def _check(name: str, written: str, line: int, findings: Findings) -> None:
    text = without_addresses(written)
    found = [(rule, match[0]) for rule in RULES if (match := rule.pattern.search(text))]
    signs = [f"“{shown(part)}”" for rule, part in found if rule.markup]
    if signs:
        findings.warn(
            line,
            f"`{name}` is plain text: readers see {' and '.join(dict.fromkeys(signs))} as typed.",
            "Write the words alone, and the signs themselves (&, “, é).",
        )
    for rule, part in found:
        if not rule.markup:
            _tell(rule, part, line, findings)


def _tell(rule: Rule, part: str, line: int, findings: Findings) -> None:
    what = rule.what.replace("{found}", shown(part))
    findings.warn(line, what, rule.cure.partition(" To keep")[0])
