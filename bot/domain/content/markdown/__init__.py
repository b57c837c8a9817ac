"""An edition's file, parsed, or refused with line and cure."""

import hashlib
from dataclasses import dataclass
from datetime import date

from bot.domain.content.issue import Edition
from bot.domain.content.markdown.front_matter.front_matter import LARGEST, Front, read_front
from bot.domain.content.markdown.front_matter.missing import tell_of_no_front
from bot.domain.content.markdown.front_matter.readiness import Mark, find_mark
from bot.domain.content.markdown.front_matter.slips import holds_heading
from bot.domain.content.markdown.lint import lint
from bot.domain.content.markdown.lookalikes import check_lookalikes
from bot.domain.content.markdown.nodes import PAYWALL_FORM, Node, Tree, is_nearly_paywall, read_tree
from bot.domain.content.markdown.sections import Body, read_body
from bot.domain.content.markdown.source import decode
from bot.domain.content.problem import Findings, Problem

__all__ = ["Mark", "Parsed", "is_draft", "parse"]

AUDIENCE = "`audience`"
"""Stands in the cure of a warning that this field is mistyped, and of no other."""

LONGEST_WALL = 40
"""Characters of a line that may be a paywall line with a slip, and is no sentence that speaks of one."""

CURE = "Add a line <!-- paywall --> where the free part ends, or `audience: everyone` to the front matter."


@dataclass(frozen=True, slots=True)
class Parsed:
    """An edition that can be served.

    `warnings`: for its editor. `cover`, `cover_line`: the cover that its front matter names, and where.
    `draft`: the line that marks it as a draft. `says_date`: whether the front matter has a date, which then
    is the folder's.
    """

    edition: Edition
    warnings: tuple[Problem, ...]
    cover: str | None = None
    cover_line: int | None = None
    draft: Mark | None = None
    says_date: bool = False


def parse(source: bytes, *, path: str, day: date, language: str, was_good: bool = False) -> Parsed:
    """Read one edition; ContentErrors names everything that is wrong. `path` is only for messages.

    With `was_good` the lint is left out: a source that loaded once must load again, though rules may have
    been added since.
    """
    findings = Findings(path)
    text = decode(source, findings)
    tree = read_tree(text, findings)
    node = _front_node(tree)
    if node is None:
        tell_of_no_front(text, findings)
        findings.stop_if_wrong()
    assert node is not None
    front = read_front(node, day, findings, was_good=was_good)
    if front is None and holds_heading(node.token.content):
        findings.stop_if_wrong()  # the body begins in there
    body = read_body(tree, findings)
    if not was_good:
        check_lookalikes(tree, findings)
    if front is not None:
        _check_paywall(tree, front, findings)
        _warn_of_draft(front, language, findings)
    if not was_good:
        lint(tree, body, findings)
    findings.stop_if_wrong()
    assert front is not None
    return Parsed(
        Edition(
            date=day,
            language=language,
            title=front.title,
            sections=body.split_at_paywall(),
            revision=hashlib.sha256(source).hexdigest()[:16],
            series=front.series,
            author=front.author,
            credit=front.credit,
            url=front.url,
            also=front.also,
            paywall_line=_paywall_line(tree),
        ),
        warnings=_warnings(findings, tree, body),
        cover=front.cover,
        cover_line=front.cover_line,
        draft=front.draft,
        says_date=front.says_date,
    )


def is_draft(source: bytes) -> bool:
    """Tell whether a file that `parse` refuses is marked as a draft: unfinished files seldom load."""
    return find_mark(source, LARGEST) is not None


def _warn_of_draft(front: Front, language: str, findings: Findings) -> None:
    if front.draft is not None:
        findings.warn(
            front.draft.line,
            f"The whole issue is held: {language} is a draft (`{front.draft.words}`).",
            "Delete the line when the edition is finished.",
        )


def _front_node(tree: Tree) -> Node | None:
    first = tree.nodes[0] if tree.nodes else None
    return first if first is not None and first.type == "front_matter" else None


def _paywall_line(tree: Tree) -> int | None:
    return tree.paywalls[0] if tree.paywalls else None


def _check_paywall(tree: Tree, front: Front, findings: Findings) -> None:
    if len(tree.paywalls) > 1:
        for line in tree.paywalls[1:]:
            findings.error(
                line,
                f"A second paywall line; the first stands on line {tree.paywalls[0]}.",
                "Keep the one where the free part ends and delete the other.",
            )
    if tree.paywalls and front.everyone:
        findings.error(
            tree.paywalls[0],
            "A paywall line in an edition whose front matter says `audience: everyone`.",
            "Delete one of the two.",
        )
    if not tree.paywalls and not front.everyone and not _tells_of_paywall(findings):
        if (
            misnamed := next((warning for warning in findings.warnings if AUDIENCE in warning.cure), None)
        ) is not None:
            findings.error(misnamed.line, misnamed.what, misnamed.cure)
            return
        nearly = _nearly_paywall(tree)
        what = "The edition does not say where its free part ends"
        if nearly is None:
            findings.error(None, f"{what}.", CURE)
        else:
            findings.error(nearly, f"{what}; this is no paywall line.", PAYWALL_FORM)


def _nearly_paywall(tree: Tree) -> int | None:
    """Return the first line of the body that may be a paywall line with a slip; None for none."""
    head = tree.nodes[0].token.map or (0, 0)
    lines = enumerate(tree.lines[head[1] :], start=head[1] + 1)
    return next(
        (number for number, line in lines if len(line) <= LONGEST_WALL and is_nearly_paywall(line)), None
    )


def _tells_of_paywall(findings: Findings) -> bool:
    """Tell whether an error names it already: one slip is one error."""
    said = (f"{error.what} {error.cure}".lower() for error in findings.errors)
    return any("paywall" in words or "`audience`" in words for words in said)


def _warnings(findings: Findings, tree: Tree, body: Body) -> tuple[Problem, ...]:
    if tree.paywalls and not body.holds_paid_text():
        findings.warn(
            tree.paywalls[0],
            "Nothing stands below the paywall line, so the whole edition is free.",
            "Move the line up, or write `audience: everyone` instead of it.",
        )
    return tuple(sorted(findings.warnings, key=lambda problem: problem.line or 0))
