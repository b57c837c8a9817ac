"""The check of a whole content folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.clock import Clock, SystemClock
from bot.domain.content.problem import ContentErrors, Problem
from bot.domain.content.publication import Publication
from bot.services.content.folder import Folder, Stamp
from bot.services.content.folder_names import without_edition
from bot.services.content.issues.loading import load
from bot.services.content.issues.package import Loaded
from bot.services.content.publication_file import general_problems, no_issue, read_publication, unreadable

QUIET = 0.5
"""Seconds without a change after which a folder is checked: a save may take several writes."""

Look = tuple[Mapping[date, Stamp], Stamp, tuple[str, ...]]
"""What lies in the content folder: equal while nothing changes."""


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


def check(folder: Path, clock: Clock | None = None) -> Checked:
    """Return all errors and warnings: the folder's first, then issue by issue, newest first. Blocks."""
    return Checking(folder, clock).check()


class Checking:
    """Checks a folder again and again; an issue that has not changed is not read anew. Blocks."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        """`clock` tells which offers are over: the system's, unless another is given."""
        self._folder = Folder(folder)
        self._clock = clock or SystemClock()
        self._known: dict[date, tuple[Stamp, Publication, Loaded]] = {}
        self._met: tuple[Look, float] | None = None
        self._checked: Look | None = None

    def check(self) -> Checked:
        """Return all errors and warnings: the folder's first, then issue by issue, newest first."""
        try:
            publication = read_publication(self._folder)
            days = sorted(self._folder.stamps())
            loaded = [self._loaded(day, publication) for day in reversed(days)]
            missing = self._missing(days, publication)
            general = general_problems(self._folder)
        except ContentErrors as errors:
            return Checked((), errors.problems)
        except OSError as error:
            return Checked((), (unreadable(self._folder, error),))
        problems = (
            *(() if any(issue.issue for issue in loaded) else (no_issue(self._folder),)),
            *publication.warnings,
            *publication.advice_at(self._clock.now()),
            *general,
            *missing,
            *(problem for issue in loaded for problem in issue.problems),
        )
        return Checked(tuple(days), problems)

    def _missing(self, days: Sequence[date], publication: Publication) -> tuple[Problem, ...]:
        """Name missing editions, newest first. A language is expected from the first issue that has it
        on; one that none has, of the newest issue only.
        """
        names = {day: [name for name, *_ in self._folder.stamp(day)] for day in days}
        dated = {day: without_edition(files, publication.languages) for day, files in names.items()}
        begun = {
            language: next((day for day in days if language not in dated[day]), days[-1])
            for language in publication.languages
            if days
        }
        return tuple(
            _no_edition(day, language)
            for day in reversed(days)
            for language in dated[day]
            if day >= begun[language] and any(f"{other}.md" in names[day] for other in publication.languages)
        )

    def check_changed(self, seconds: float) -> Checked | None:
        """Check the folder if it has changed since the last check and has been quiet for `QUIET` seconds.

        `seconds`: a monotonic clock. None: nothing has changed, or it is still changing.
        """
        look = self._look()
        if self._met is None or self._met[0] != look:
            self._met = (look, seconds)
        if look == self._checked or seconds - self._met[1] < QUIET:
            return None
        self._checked = look
        return self.check()

    def _look(self) -> Look:
        try:
            stamps = self._folder.stamps()
            misnamed = self._folder.misnamed()
        except OSError:
            return ({}, frozenset(), ())
        return (stamps, self._folder.publication_stamp(), tuple(misnamed))

    def _loaded(self, day: date, publication: Publication) -> Loaded:
        stamp = self._folder.stamp(day)
        known = self._known.get(day)
        if known is None or known[:2] != (stamp, publication):
            self._known[day] = (stamp, publication, load(self._folder, day, publication))
        return self._known[day][2]


def _no_edition(day: date, language: str) -> Problem:
    what = f"There is no {language}.md: its readers get the issue in another language."
    cure = "Put the edition there. If there is to be none, nothing needs to be done."
    return Problem(str(day), None, what, cure, warning=True)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
