"""Releases: what is known of each issue's coming out, by its date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import releases
from bot.domain.publishing.release import How, ReleaseAnswer


@dataclass(frozen=True, slots=True)
class Release:
    """A row of `releases` (see `ReleaseRow`).

    `seen`: the digest of the folder. `old`, `missing`: languages that went out in an older text, or in none.
    """

    day: date
    hour: datetime
    changed_at: datetime
    seen: str = ""
    found_at: datetime | None = None
    broken_since: datetime | None = None
    due_at: datetime | None = None
    question: int = 0
    round: int = 0
    asked_at: datetime | None = None
    answer: ReleaseAnswer | None = None
    answered_by: int | None = None
    answered_at: datetime | None = None
    released_at: datetime | None = None
    how: How | None = None
    old: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def pushes(self) -> bool:
        """Tell whether the issue is out and is to be sent to everyone who wants issues."""
        return self.released_at is not None and self.how is not None and self.how.pushes


_RENAMED = {
    releases.c.folder_digest: "seen",
    releases.c.outdated_languages: "old",
    releases.c.missing_languages: "missing",
}
_FIELDS = {column.name: _RENAMED.get(column, column.name) for column in releases.c}
"""Which field of `Release` each column holds."""


async def newest(session: Session, count: int) -> dict[date, Release]:
    """Return the `count` newest releases and all issues that are not released, by date."""
    recent = select(releases.c.day).order_by(releases.c.day.desc()).limit(count).scalar_subquery()
    query = select(releases).where(releases.c.day.in_(recent) | releases.c.released_at.is_(None))
    return {row.day: _release(row) for row in await session.execute(query)}


async def unreleased(session: Session) -> list[Release]:
    """Return the issues that are not released, oldest first."""
    query = select(releases).where(releases.c.released_at.is_(None)).order_by(releases.c.day)
    return [_release(row) for row in await session.execute(query)]


async def find(session: Session, day: date, *, lock: bool = False) -> Release | None:
    """Return what is known of the issue of this date; None where nothing is.

    `lock`: nobody else changes it until the transaction ends (SELECT … FOR UPDATE).
    """
    query = select(releases).where(releases.c.day == day)
    row = (await session.execute(query.with_for_update() if lock else query)).first()
    return None if row is None else _release(row)


async def add(session: Session, release: Release) -> None:
    """Store an issue that is new; one of this date that is stored already stays."""
    await session.execute(insert(session, releases).values(_row(release)).on_conflict_do_nothing())


async def write(session: Session, release: Release) -> None:
    """Store what is known of an issue now. Read it with `find(lock=True)` in the same transaction first."""
    row = _row(release)
    await session.execute(update(releases).where(releases.c.day == row.pop("day")).values(row))


def _row(release: Release) -> dict[str, Any]:
    row = {name: getattr(release, field) for name, field in _FIELDS.items()}
    return row | {
        "outdated_languages": _joined(release.old),
        "missing_languages": _joined(release.missing),
    }


def _joined(languages: Iterable[str]) -> str | None:
    return ",".join(languages) or None


def _release(row: Any) -> Release:
    values = {field: getattr(row, name) for name, field in _FIELDS.items()}
    values["answer"] = values["answer"] and ReleaseAnswer(values["answer"])
    values["how"] = values["how"] and How(values["how"])
    for field in ("old", "missing"):
        values[field] = tuple(values[field].split(",")) if values[field] else ()
    return Release(**values)
