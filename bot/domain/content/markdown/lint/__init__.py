"""The lint: what readers would see wrong in a parsed edition."""

from bot.domain.content.markdown.lint.comments import check_comments, check_escaped
from bot.domain.content.markdown.lint.fronts import check_front
from bot.domain.content.markdown.lint.headings import (
    check_bold,
    check_ids,
    check_kickers,
    check_levels,
    check_nested,
    lost_headings,
    tell_of_lost,
)
from bot.domain.content.markdown.lint.lines import check_lines
from bot.domain.content.markdown.lint.structure import (
    check_code,
    check_fence,
    check_headlines,
    check_links,
    check_table,
    check_wall,
)
from bot.domain.content.markdown.lint.text_blocks import text_blocks
from bot.domain.content.markdown.lint.typed import Typed
from bot.domain.content.markdown.nodes import Node, Tree
from bot.domain.content.markdown.sections import Body
from bot.domain.content.markdown.stories import warn_of_bare_story
from bot.domain.content.problem import Findings

__all__ = ["lint"]


def lint(tree: Tree, body: Body, findings: Findings) -> None:
    """Add to `findings` what is shown as text but was meant otherwise.

    An error where a section would be lost or a private note published, else a warning. What is named already
    is not named again.
    """
    typed = Typed()
    texts = list(text_blocks(tree))
    check_comments(texts, findings)
    check_escaped(texts, findings)
    for text_block in texts:
        lost = list(lost_headings(text_block))
        for heading in lost:
            tell_of_lost(heading, tree, findings)
        lines = {heading.line for heading in lost}
        check_ids(text_block, tree, lines, findings)
        typed.look(text_block, lines)
    typed.tell(findings)
    check_nested(tree, findings)
    check_levels(tree, findings)
    check_kickers(tree, findings)
    check_bold(tree, findings)
    check_lines(tree, findings)
    for root in tree.nodes:
        warn_of_bare_story(root, findings)
        for node in root.walk():
            _check_block(node, tree, findings)
    sections = body.split_at_paywall()
    check_links(tree, findings)
    check_headlines(sections, findings)
    check_wall(tree, sections, findings)
    if tree.nodes and tree.nodes[0].type == "front_matter":
        check_front(tree.nodes[0], findings)


def _check_block(node: Node, tree: Tree, findings: Findings) -> None:
    if node.type == "table":
        check_table(node, tree, findings)
    elif node.type in ("fence", "code_block"):
        check_code(node, tree, findings)
        check_fence(node, findings)
