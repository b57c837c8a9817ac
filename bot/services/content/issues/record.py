"""What the archive remembers of one dated folder."""

from dataclasses import dataclass

from bot.domain.content.problem import Problem
from bot.services.content.folder import Stamp
from bot.services.content.issues.issue_summary import IssueSummary
from bot.services.content.issues.package import Package


@dataclass(frozen=True, slots=True)
class Record:
    """`facts` is None when nothing of the folder can be shown. Each load makes a new record."""

    stamp: Stamp
    package: Package
    summary: IssueSummary | None
    problems: tuple[Problem, ...]
    going: IssueSummary | None = None  # `facts` but for drafts: what readers would get
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    seen: str = ""
    was_out: bool = False  # when it was loaded: a draft is an error then
