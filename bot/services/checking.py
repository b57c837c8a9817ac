"""The whole content folder, read once for everything that is wrong with it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.domain.problem import ContentErrors, Problem
from bot.services.content import general_problems, no_issue, read_publication
from bot.services.folder import Folder
from bot.services.loading import load


@dataclass(frozen=True, slots=True)
class Checked:
    """The dates of the issues that were read, oldest first, and what is wrong."""

    days: tuple[date, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        return all(problem.warning for problem in self.problems)

    @property
    def summary(self) -> str:
        warnings = sum(problem.warning for problem in self.problems)
        errors = _count(len(self.problems) - warnings, "error")
        return f"{self._issues()}: {errors}, {_count(warnings, 'warning')}."

    def _issues(self) -> str:
        if not self.days:
            return "No issue was read"
        span = f"{self.days[0]} to {self.days[-1]}" if len(self.days) > 1 else f"{self.days[0]}"
        return f"{_count(len(self.days), 'issue')}, {span}"


def check(folder: Path) -> Checked:
    """Name errors and warnings, the whole folder's first and then the newest issue's. Blocks."""
    content = Folder(folder)
    try:
        publication = read_publication(content)
    except ContentErrors as errors:
        return Checked((), errors.problems)
    days = sorted(content.stamps())
    loaded = [load(content, day, publication) for day in reversed(days)]
    problems = (
        *(() if any(one.issue for one in loaded) else (no_issue(content),)),
        *publication.warnings,
        *publication.advice,
        *general_problems(content),
        *(problem for one in loaded for problem in one.problems),
    )
    return Checked(tuple(days), problems)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
