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
    """The folder that holds publication.toml and the issues. Every method blocks: call it from a thread."""

    root: Path
    pictures: Pictures = field(default_factory=Pictures, compare=False)

    def stamps(self) -> dict[date, Stamp]:
        """Return the stamps of all dated folders; OSError where the content folder cannot be read."""
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
        """Return the stamp of one dated folder; empty where it is not there or cannot be read."""
        try:
            return frozenset(_entries(self.root / day.isoformat()))
        except OSError:
            return frozenset()

    def publication_stamp(self) -> Stamp:
        try:
            return frozenset({_entry(FILE, (self.root / FILE).stat())})
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
        return sorted(name for name, *_ in _entries(self.root / day.isoformat()))


def is_quiet(stamp: Stamp, seconds: float) -> bool:
    """Tell whether no file has changed for `seconds`, by the times of the files."""
    newest = max((changed for _, changed, *_ in stamp), default=0)
    return not 0 <= time.time_ns() - newest < seconds * 1_000_000_000


def changed_at(stamp: Stamp) -> float:
    """Return when a file changed last, in Unix seconds; 0 where there is none."""
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


def _entries(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    """Yield the entry of each file of a stamp; hidden files, in which editors keep notes, are left out."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                yield _entry(entry.name, entry.stat())
            except OSError:  # a link to nothing or to itself, or deleted since
                yield entry.name, 0, 0, 0


def _entry(name: str, stat: os.stat_result) -> tuple[str, int, int, int]:
    return name, stat.st_mtime_ns, stat.st_size, stat.st_ino
