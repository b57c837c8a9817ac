"""Problems of content: where, what, and the cure."""

from dataclasses import dataclass, field
from math import inf


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is relative to the content folder; `line` counts from 1, None where the whole file is meant.
    `what` and `cure` are sentences. A warning leaves the file in use, an error does not.
    """

    path: str
    line: int | None
    what: str
    cure: str
    warning: bool = False

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.what} {self.cure}"


class ContentErrors(Exception):  # noqa: N818  # it holds several errors, and is named for them
    """A file of content cannot be used; `problems` holds every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class Findings:
    """Collects what is wrong with one file while it is read. `advice`: warnings that only a check gives."""

    path: str
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    advice: list[Problem] = field(default_factory=list)

    def error(self, line: int | None, what: str, cure: str) -> None:
        self.errors.append(Problem(self.path, line, what, cure))

    def warn(self, line: int | None, what: str, cure: str) -> None:
        self.warnings.append(Problem(self.path, line, what, cure, warning=True))

    def advise(self, line: int | None, what: str, cure: str) -> None:
        self.advice.append(Problem(self.path, line, what, cure, warning=True))

    def stop_if_wrong(self) -> None:
        if self.errors:
            raise ContentErrors(tuple(sorted(self.errors, key=lambda problem: problem.line or inf)))
