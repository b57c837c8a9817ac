"""News of the content folder, and when admins are told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.content.problem import Problem
from bot.domain.content.publication import Publication

NEAR = timedelta(hours=12)
"""This near its hour, an issue that breaks or is mended gets a new message, in quiet hours too."""

EDITED_AGAIN = timedelta(minutes=1)
"""A message of news is edited at most this often."""


class Condition(StrEnum):
    WHOLE = "whole"
    HELD = "held"  # an edition is a draft
    BROKEN = "broken"
    REMOVED = "gone"

    @property
    def is_good(self) -> bool:
        return self in {Condition.WHOLE, Condition.HELD}


@dataclass(frozen=True, slots=True)
class IssueNews:
    """What the folder says of one issue.

    `titles`: of the editions that admins can look at, by language. `broken`, `drafts`, `missing`: languages
    of the publication that are not ready. A broken edition that is in `titles` is served in its last good
    source.
    """

    day: date
    hour: datetime
    condition: Condition
    titles: Mapping[str, str]
    sections: int = 0
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    has_cover: bool = False
    asks_first: bool = False
    revisions: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return _digest(sorted(self.titles.items()), self.revisions, *_values(self, "titles", "revisions"))


@dataclass(frozen=True, slots=True)
class FolderNews:
    """What publication.toml says, and what is wrong with it or with the folder as a whole.

    `hour`: when the next issue is due.
    """

    publication: Publication
    problems: tuple[Problem, ...]
    hour: datetime

    @property
    def condition(self) -> Condition:
        wrong = any(not problem.warning for problem in self.problems)
        return Condition.BROKEN if wrong else Condition.WHOLE

    @property
    def digest(self) -> str:
        said = _values(self.publication, "skip")
        return _digest(sorted(self.publication.skip), self.problems, *said)


@dataclass(frozen=True, slots=True)
class EveNews:
    """What is still missing on the eve; `issue` is None where there is no folder of that day."""

    day: date
    hour: datetime
    issue: IssueNews | None
    lacks_cover: bool = False
    """It has none, though the issues before it had."""

    @property
    def is_missing(self) -> bool:
        """Tell whether anything is."""
        issue = self.issue
        return issue is None or bool(issue.broken or issue.drafts or issue.missing or self.lacks_cover)


News = IssueNews | FolderNews | EveNews


@dataclass(frozen=True, slots=True)
class Told:
    """What an admin was told last. `message_id`: None where no message was sent, or its id is not known."""

    shown: str
    condition: Condition
    at: datetime
    message_id: int | None = None


class Step(StrEnum):
    """What is to be done with a piece of news."""

    NOTHING = "nothing"
    NOTE = "note"  # remember it as told; nothing is sent
    SEND = "send"  # in a new message
    EDIT = "edit"  # the message that told it last


def issue_step(told: Told | None, news: IssueNews, now: datetime, *, quiet: bool) -> Step:
    """Return how an admin is to be told of an issue. `quiet`: these are her quiet hours.

    The first news, and an issue that breaks or is mended near its hour, come in a new message; other changes
    edit it, once a minute at most and outside quiet hours.
    """
    if told is not None and told.shown == news.digest:
        return Step.NOTHING
    if told is None:
        return Step.NOTHING if quiet else Step.SEND
    turned = _is_urgent(told, news.condition, news.hour, now)
    if _is_early(told, now) or (quiet and not turned):
        return Step.NOTHING
    return Step.SEND if turned or told.message_id is None else Step.EDIT


def folder_step(told: Told | None, news: FolderNews, now: datetime, *, quiet: bool) -> Step:
    """Return how an admin is to be told of publication.toml: nothing before it changes or breaks."""
    if told is not None and told.shown == news.digest:
        return Step.NOTHING
    if told is None and news.condition.is_good:
        return Step.NOTE
    if told is None:
        return Step.NOTHING if quiet else Step.SEND
    if _is_early(told, now) or (quiet and not _is_urgent(told, news.condition, news.hour, now)):
        return Step.NOTHING
    is_recent = told.message_id is not None and now - told.at < NEAR
    return Step.EDIT if is_recent and told.condition is news.condition else Step.SEND


def eve_step(told: Told | None, news: EveNews, *, quiet: bool) -> Step:
    """Return how an admin is to be told what is missing on the eve: once, outside quiet hours."""
    if told is not None:
        return Step.NOTHING
    if not news.is_missing:
        return Step.NOTE
    return Step.NOTHING if quiet else Step.SEND


def _is_urgent(told: Told, condition: Condition, hour: datetime, now: datetime) -> bool:
    """Tell whether an issue has broken, or was mended, near its hour."""
    return told.condition.is_good is not condition.is_good and abs(hour - now) <= NEAR


def _is_early(told: Told, now: datetime) -> bool:
    return timedelta(0) <= now - told.at < EDITED_AGAIN  # a clock that was set back must not silence it


def _values(of: object, *without: str) -> list[object]:
    names = [name for name in getattr(type(of), "__slots__", ()) if name not in without]
    return [getattr(of, name) for name in names]


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()[:32]
