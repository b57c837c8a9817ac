"""The content folder on disk."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.domain.content.publication import FILE
from bot.services.content.pictures.conversion import Pictures

_DATED = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d", re.ASCII)

_NEARLY = re.compile(r"((?:19|2\d)\d\d)[\W_]{1,3}(\d{1,2})[\W_]{1,3}(\d{1,2})|((?:19|2\d)\d\d)(\d\d)(\d\d)")

Stamp = frozenset[tuple[str, int, int, int]]
"""Name, last change in nanoseconds, bytes and inode of every file: equal while nothing changes."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Blocks while it reads: call it from a thread."""

    root: Path
    pictures: Pictures = field(default_factory=Pictures, compare=False)

    def stamps(self) -> dict[date, Stamp]:
        """Return the dated folders; OSError when the content folder itself cannot be read."""
        stamps: dict[date, Stamp] = {}
        with os.scandir(self.root) as entries:
            for entry in entries:
                day = day_of(entry.name)
                if day is not None and os.path.isdir(entry.path):  # noqa: PTH112  # no error for a link to itself
                    stamps[day] = self.stamp(day)
        return stamps

    def days(self) -> list[date]:
        """Return the dates that folders have, oldest first; OSError like `stamps`."""
        return sorted(day for name in os.listdir(self.root) if (day := day_of(name)) is not None)  # noqa: PTH208  # names

    def misnamed(self) -> list[str]:
        """Return the folders that hold Markdown under a name that is no date; OSError like `stamps`."""
        with os.scandir(self.root) as entries:
            names = sorted(entry.name for entry in entries if day_of(entry.name) is None)
        return [name for name in names if not name.startswith(".") and _holds_markdown(self.root / name)]

    def stamp(self, day: date) -> Stamp:
        """Return what lies in one dated folder; empty when it is gone or cannot be read."""
        try:
            return frozenset(_marks(self.root / day.isoformat()))
        except OSError:
            return frozenset()

    def publication_stamp(self) -> Stamp:
        try:
            return frozenset({_mark(FILE, (self.root / FILE).stat())})
        except OSError:
            return frozenset()

    def holds(self, file: Path) -> bool:
        """Tell whether a file really lies in the content folder and is no link to somewhere else."""
        try:
            return file.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError):  # a link to itself
            return False

    def names(self, day: date) -> list[str]:
        """Return the files of one dated folder; OSError when it cannot be read."""
        return sorted(name for name, *_ in _marks(self.root / day.isoformat()))


def is_quiet(stamp: Stamp, seconds: float) -> bool:
    """Tell whether no file has changed for so long, by the time that the disk gives them."""
    newest = max((changed for _, changed, *_ in stamp), default=0)
    return not 0 <= time.time_ns() - newest < seconds * 1_000_000_000


def changed_at(stamp: Stamp) -> float:
    """Return when a file in it changed last, in seconds since 1970; 0 where there is none."""
    return max((changed for _, changed, *_ in stamp), default=0) / 1_000_000_000


def day_of(name: str) -> date | None:
    """Read a folder's name; None when it is no date."""
    try:
        return date.fromisoformat(name) if _DATED.fullmatch(name) else None
    except ValueError:
        return None


def meant_day(name: str) -> date | None:
    """Return the date that a folder's name nearly is: 2026-12-7, 20261207, 2026_12_07."""
    match = _NEARLY.fullmatch(name.strip())
    parts = [int(part) for part in match.groups() if part is not None] if match is not None else []
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _holds_markdown(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(".md") and not entry.name.startswith(".") for entry in entries)
    except OSError:  # a file, or nothing that can be read
        return False


def _marks(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    """Leave out hidden files: editors and systems keep their own notes in them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                yield _mark(entry.name, entry.stat())
            except OSError:  # a link to nothing or to itself, or deleted since
                yield entry.name, 0, 0, 0


def _mark(name: str, stat: os.stat_result) -> tuple[str, int, int, int]:
    return name, stat.st_mtime_ns, stat.st_size, stat.st_ino
