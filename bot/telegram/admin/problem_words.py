"""Problems of the content folder, as messages to admins name them."""

import html
import re
from collections.abc import Sequence

from bot.domain.content.problem import Problem
from bot.domain.pages.text_cutting import shorten
from bot.i18n import Translator

PLACE_LENGTH = 100
PROBLEM_LENGTH = 320

WRITTEN = re.compile(r"`([^`\n]+)`")
"""A quotation from a file, in the text of a problem."""


def named(translator: Translator, problems: Sequence[Problem], most: int) -> list[str]:
    """Return the `most` first problems as Telegram HTML, and how many more there are.

    Each with its file, line and cure, in the words of `briefing check`.
    """
    lines = [_named(problem) for problem in problems[:most]]
    if (more := len(problems) - most) > 0:
        lines.append(
            translator.say_n(
                "{count} more: the log and briefing check name it.",
                "{count} more: the log and briefing check name them.",
                more,
            )
        )
    return lines


def _named(problem: Problem) -> str:
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    said = html.escape(shorten(f"{problem.what} {problem.cure}", PROBLEM_LENGTH), quote=False)
    shown = WRITTEN.sub(r"<code>\1</code>", said)
    return f"• <code>{html.escape(shorten(place, PLACE_LENGTH), quote=False)}</code>: {shown}"
