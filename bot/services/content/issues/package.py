"""An issue's package: all that it is made of."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.content.issue import Issue
from bot.domain.content.problem import Problem


@dataclass(frozen=True, slots=True)
class Package:
    """All that an issue is made of, small enough to keep in memory.

    `sources`: the last good sources of its editions, by language, compressed with zlib. `cover`: name and
    digest of its cover, which stays on disk. `drafts`: sources that are drafts on disk, compressed; each
    hides the good source of its language.
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
    """What one look at a folder has loaded.

    `issue`: None where no edition has ever loaded. `broken`, `drafts`: languages whose file does not load
    now, or is marked as a draft; a language may be in both.
    """

    package: Package
    issue: Issue | None
    problems: tuple[Problem, ...]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    going: Issue | None = None
    """What readers would get: `issue` with the last good sources in place of drafts."""

    seen: str = ""
    """A digest of the files on disk, good or not; their times do not count."""
