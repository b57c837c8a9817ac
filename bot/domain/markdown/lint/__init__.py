"""What a reader would see wrong in an edition that was read: named with line, cure, and how to silence it."""

from bot.domain.markdown.lint.fronts import check_front
from bot.domain.markdown.lint.headings import check_nested, lost_headings, tell_of_lost
from bot.domain.markdown.lint.stretches import stretches
from bot.domain.markdown.lint.structure import check_code, check_headlines, check_links, check_wall
from bot.domain.markdown.lint.typed import Typed
from bot.domain.markdown.nodes import Tree
from bot.domain.markdown.sections import Body
from bot.domain.problem import Findings

__all__ = ["lint"]


def lint(tree: Tree, body: Body, findings: Findings) -> None:
    """Add to `findings` what is left as text that was meant otherwise: an error where a section would be lost
    or a private note be published, else a warning. What is named already is not named again.
    """
    typed = Typed()
    for found in stretches(tree):
        lost = list(lost_headings(found))
        for one in lost:
            tell_of_lost(one, findings)
        typed.look(found, {one.line for one in lost})
    typed.tell(findings)
    check_nested(tree, findings)
    for root in tree.nodes:
        for node in root.walk():
            if node.type in ("fence", "code_block"):
                check_code(node, tree, findings)
    sections = body.split_at_paywall()
    check_links(tree, findings)
    check_headlines(sections, findings)
    check_wall(tree, sections, findings)
    if tree.nodes and tree.nodes[0].type == "front_matter":
        check_front(tree.nodes[0], findings)
