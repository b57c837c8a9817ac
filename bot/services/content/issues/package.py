"""An issue's package: all that it is made of."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.content.issue import Issue
from bot.domain.content.problem import Problem


@dataclass(frozen=True, slots=True)
class Package:
    """All that an issue is made of, small enough to keep: its editions' last good sources, compressed,
    and the name and digest of its cover, which stays on disk. A draft is no good source: it stands in
    `drafts`, as long as it lies on disk, and hides the good one of its language.
    """

    day: date
    sources: Mapping[str, bytes] = field(default_factory=dict)
    cover: tuple[str, str] | None = None
    drafts: Mapping[str, bytes] = field(default_factory=dict)

    def source(self, language: str) -> bytes | None:
        packed = self.sources.get(language)
        return None if packed is None else zlib.decompress(packed)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`issue` is None when no edition of the folder has ever been good. `broken` and `drafts` are the
    languages whose file does not load now, or is marked as a draft; one may be both.
    """

    package: Package
    issue: Issue | None
    problems: tuple[Problem, ...]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    going: Issue | None = None
    """What readers would get: `issue`, but for drafts, in whose place stands what was last good."""

    seen: str = ""
    """A digest of what lies on disk, good or not: equal for equal files, whatever their times."""
