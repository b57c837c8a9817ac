"""Questions to admins about an issue that waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

import structlog

from bot.clock import Clock
from bot.db.delivery import audience
from bot.db.engine.session import Database
from bot.db.operations import audit
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.domain.content.problem import Problem
from bot.domain.publishing.release import Answer, How, Reason, plan
from bot.services.content.archive import Archive
from bot.services.publishing.coming import coming_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Going:
    """One edition, as it would go now. `old`: in its last good words, since those on disk do not load or are
    a draft.
    """

    title: str
    sections: int
    old: bool = False


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """An answer that stands, whose it is and since when."""

    answer: Answer
    admin_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingIssue:
    """An issue about which the admins are to be asked now.

    Each `question` (1, 2 …) is a new message to every admin; while it stands, its message is edited to show
    what else stands here. Its buttons carry `round`, which every answer, every new question and
    other words on disk change, so that a button pressed on an older view is told so.
    """

    day: date
    question: int
    round: int
    since: datetime
    """When this question began to stand."""

    reasons: tuple[Reason, ...]
    due_at: datetime | None
    """When it goes by itself; None: not before somebody presses, or mends what is wrong."""

    going: Mapping[str, Going] = field(default_factory=dict)
    """What would go now, by language; empty: nothing can go, and Send now is refused (`Result.NOTHING`)."""

    missing: tuple[str, ...] = ()
    """Languages of the publication in which nothing would go."""

    broken: tuple[str, ...] = ()
    """Languages whose file on disk does not load; those in `going` too would go in old words."""

    drafts: tuple[str, ...] = ()
    """Languages whose file on disk is a draft."""

    errors: tuple[Problem, ...] = ()
    """What is wrong on disk."""

    has_cover: bool = False
    readers: Mapping[str, int] = field(default_factory=dict)
    """How many readers want issues, by their language."""

    answer: CurrentAnswer | None = None
    """A Wait that stands. Send now and Not this one end the question: see `ReleaseQuestions.became`."""


class Result(StrEnum):
    """What became of an admin's press."""

    TAKEN = "taken"  # this answer stands
    ANSWERED = "answered"  # another answer, or this one by somebody else, stands: `Answered.stands`
    ANEW = "anew"  # the button is of an earlier round: asked anew, answered Wait, or other words lie there
    OUT = "out"  # the issue is out already
    GONE = "gone"  # nothing is asked about this issue any more: withdrawn, or its reason is gone
    NOTHING = "nothing"  # Send now, and there is nothing that could go


@dataclass(frozen=True, slots=True)
class Answered:
    """`stands` is the answer that stands now, whose ever it is; None: none does."""

    result: Result
    stands: CurrentAnswer | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of an issue about which nothing is asked any more."""

    how: How | None
    """By what it is out; None: it is not out, its reason is gone, or the issue (withdrawn)."""

    released_at: datetime | None = None
    stands: CurrentAnswer | None = None
    """The answer that ended it, if one did; it may be taken a moment before the issue is released."""

    old: tuple[str, ...] = ()
    """Languages that went in words older than those on disk: admins are told."""

    missing: tuple[str, ...] = ()
    """Languages on disk of which nothing went, since nothing was ever good: admins are told."""

    is_there: bool = True
    """False: its folder was withdrawn."""

    asks: bool = False
    """True: it is asked about all the same, and its folder is not read yet."""


class ReleaseQuestions:
    def __init__(self, database: Database, archive: Archive, clock: Clock) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock

    async def waiting(self) -> list[WaitingIssue]:
        """Return the issues about which the admins are to be asked now, oldest first. DatabaseError."""
        now = self._clock.now()
        async with self._database.read() as session:
            rows = [row for row in await releases.unreleased(session) if _asks(row)]
            readers = await audience.languages(session) if rows else {}
        issues = [self._waiting(row, readers, now) for row in rows]
        return [issue for issue in issues if issue is not None]

    async def answer(self, day: date, admin_id: int, answer: Answer, round_: int) -> Answered:
        """Take an admin's answer to the round that her button carries. The first of a round wins, whoever it
        comes from; after a Wait a new round stands at once, in which Send now or Not this one may follow.
        Each answer that is taken has an audit row. DatabaseError.

        The issue is released, or declined, by the process that leads within a second or two.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            row = await releases.find(session, day, lock=True)
            refused = self._refusal(row, answer, round_)
            if refused is not None or row is None:
                return refused or Answered(Result.GONE)
            taken = CurrentAnswer(answer, admin_id, now)
            await releases.write(
                session,
                replace(row, answer=answer, answered_by=admin_id, answered_at=now, round=row.round + 1),
            )
            await audit.add(session, admin_id, answer, str(day), now)
        log.info("an issue that waits was answered", issue=str(day), answer=answer, admin=admin_id)
        return Answered(Result.TAKEN, taken)

    async def ending(self, day: date) -> Ending:
        """Say what became of an issue that is not (or no longer) among `waiting`. DatabaseError."""
        async with self._database.read() as session:
            row = await releases.find(session, day)
        is_there = self._is_there(day)
        if row is None:
            return Ending(None, is_there=is_there)
        asks = _asks(row)
        return Ending(row.how, row.released_at, _stands(row), row.old, row.missing, is_there, asks)

    def _is_there(self, day: date) -> bool:
        """Tell whether there is an issue, also where its folder is not read yet."""
        is_read = self._archive.loaded(day) is not None
        return day in self._archive.stamps and (not is_read or self._archive.state(day) is not None)

    def _waiting(self, row: Release, readers: Mapping[str, int], now: datetime) -> WaitingIssue | None:
        state = self._archive.state(row.day)
        if state is None or row.asked_at is None:
            return None
        known = plan(coming_of(row, state, self._archive.publication), now)
        going = {
            language: Going(edition.title, len(edition.sections), language in state.old)
            for language, edition in state.going.items()
        }
        return WaitingIssue(
            day=row.day,
            question=row.question,
            round=row.round,
            since=row.asked_at,
            reasons=known.reasons,
            due_at=known.due_at,
            going=going,
            missing=tuple(
                language for language in self._archive.publication.languages if language not in going
            ),
            broken=state.broken,
            drafts=state.drafts,
            errors=self._errors(row.day, now),
            has_cover=state.has_cover,
            readers=readers,
            answer=_stands(row),
        )

    def _errors(self, day: date, now: datetime) -> tuple[Problem, ...]:
        record = self._archive.ahead(now).get(day)
        return tuple(problem for problem in record.problems if not problem.warning) if record else ()

    def _refusal(self, row: Release | None, answer: Answer, round_: int) -> Answered | None:
        if row is None:
            return Answered(Result.GONE)
        stands, state = _stands(row), self._archive.state(row.day)
        over = row.answer in {Answer.SEND_NOW, Answer.NOT_THIS_ONE}
        is_waited_for = row.answer is Answer.WAIT and not _is_asked_anew(row)
        refusals = {
            Result.OUT: row.released_at is not None,
            Result.ANSWERED: over or (answer is Answer.WAIT and is_waited_for),
            Result.GONE: row.asked_at is None or not self._is_there(row.day),
            Result.ANEW: round_ != row.round,
            Result.NOTHING: answer is Answer.SEND_NOW and state is not None and not state.going,
        }
        return next((Answered(result, stands) for result, does in refusals.items() if does), None)


def _asks(row: Release) -> bool:
    over = row.answer in {Answer.SEND_NOW, Answer.NOT_THIS_ONE}
    return row.asked_at is not None and row.released_at is None and not over


def _is_asked_anew(row: Release) -> bool:
    """Tell whether the admins were asked once more after their answer."""
    return row.asked_at is not None and row.answered_at is not None and row.asked_at > row.answered_at


def _stands(row: Release) -> CurrentAnswer | None:
    if row.answer is None or row.answered_by is None or row.answered_at is None:
        return None
    return CurrentAnswer(row.answer, row.answered_by, row.answered_at)
