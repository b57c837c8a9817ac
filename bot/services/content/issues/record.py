"""What the archive remembers of one dated folder."""

from dataclasses import dataclass

from bot.domain.content.problem import Problem
from bot.services.content.folder import Stamp
from bot.services.content.issues.issue_summary import IssueSummary
from bot.services.content.issues.package import Package


@dataclass(frozen=True, slots=True)
class Record:
    """Each load makes a new record. `summary` is None where nothing of the folder can be shown."""

    stamp: Stamp
    package: Package
    summary: IssueSummary | None
    problems: tuple[Problem, ...]
    going: IssueSummary | None = None  # what readers would get: `summary` without drafts
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    seen: str = ""  # a digest of what lay on disk
    was_out: bool = False  # whether the issue was out when it was loaded: a draft is an error then
