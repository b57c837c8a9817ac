"""The problems of the content folder as a whole."""

from bot.domain.content.problem import Problem
from bot.services.content.content_log import log_problems

NO_ISSUES = "issues"
"""The key of "there is no issue": editors know it, so they are sent no news of it."""


class KnownProblems:
    """Problems by what they are about. Each change is logged, once."""

    def __init__(self) -> None:
        self._problems: dict[str, tuple[Problem, ...]] = {}

    def put(self, about: str, problems: tuple[Problem, ...]) -> None:
        """Replace the problems of one subject; what is new, and what is mended, is logged."""
        log_problems(self._problems.get(about, ()), problems)
        self._problems[about] = problems

    @property
    def all(self) -> tuple[Problem, ...]:
        return tuple(problem for problems in self._problems.values() for problem in problems)

    @property
    def general(self) -> tuple[Problem, ...]:
        """What is wrong with publication.toml and with the folder itself."""
        return tuple(
            problem
            for about, problems in self._problems.items()
            if about != NO_ISSUES
            for problem in problems
        )
