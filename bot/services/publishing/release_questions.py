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
from bot.domain.publishing.release import How, Reason, ReleaseAnswer, plan
from bot.services.content.archive import Archive
from bot.services.publishing.upcoming_issue import upcoming_issue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EditionToSend:
    """An edition, as it would go now. `old`: in its last good source, since the file on disk does not load
    or is a draft.
    """

    title: str
    sections: int
    old: bool = False


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """The answer that counts now, whose it is, and when it was given."""

    answer: ReleaseAnswer
    admin_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingIssue:
    """An issue about which the admins are to be asked now.

    Each `question` (1, 2 …) is a new message to every admin, edited while anything else here changes. Its
    buttons carry `round`, which rises with every answer, every new question and other words on disk: a
    button of an older round is refused (`Result.ANEW`).
    """

    day: date
    question: int
    round: int
    since: datetime
    """When this question was asked."""

    reasons: tuple[Reason, ...]
    due_at: datetime | None
    """When it goes by itself; None: not before somebody presses, or mends what is wrong."""

    going: Mapping[str, EditionToSend] = field(default_factory=dict)
    """What would go now, by language. Empty: nothing can go; Send now is refused (`Result.NOTHING`)."""

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
    """A Wait that counts now. Send now and Not this one end the question: see `ReleaseQuestions.ending`."""


class Result(StrEnum):
    """What an admin's press has done."""

    TAKEN = "taken"  # this answer counts now
    ANSWERED = "answered"  # another answer counts, or this one by somebody else: `Answered.stands`
    ANEW = "anew"  # the button is of an earlier round: asked anew, answered Wait, or other words on disk
    OUT = "out"  # the issue is out already
    GONE = "gone"  # nothing is asked about this issue any more: withdrawn, or there is no reason left
    NOTHING = "nothing"  # Send now, but there is nothing that could go


@dataclass(frozen=True, slots=True)
class Answered:
    """`stands`: the answer that counts now, whoever gave it; None: there is none."""

    result: Result
    stands: CurrentAnswer | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a question about an issue ended."""

    how: How | None
    """By what the issue is out. None: it is not; there is no reason to ask any more, or it was withdrawn."""

    released_at: datetime | None = None
    stands: CurrentAnswer | None = None
    """The answer that ended the question, if one did; the issue may be released a moment later."""

    old: tuple[str, ...] = ()
    """Languages that went in older words than those on disk: admins are told."""

    missing: tuple[str, ...] = ()
    """Languages on disk of which nothing went, since they never loaded: admins are told."""

    is_there: bool = True
    """False: its folder was withdrawn."""

    asks: bool = False
    """True: the question goes on; its folder is only not read yet."""


class ReleaseQuestions:
    """Issues about which the admins are asked, and their answers. Messages are sent elsewhere."""

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

    async def answer(self, day: date, admin_id: int, answer: ReleaseAnswer, round_: int) -> Answered:
        """Take an admin's answer to the round that her button carries.

        The first answer of a round counts, whoever gives it. A Wait begins a new round at once, in which Send
        now or Not this one may follow. Each answer that is taken gets a row in the audit. The leader releases
        or declines the issue within a second or two. DatabaseError.
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
        """Return how a question ended, for an issue that is not in `waiting`. DatabaseError."""
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
        known = plan(upcoming_issue(row, state, self._archive.publication), now)
        going = {
            language: EditionToSend(edition.title, len(edition.sections), language in state.old)
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

    def _refusal(self, row: Release | None, answer: ReleaseAnswer, round_: int) -> Answered | None:
        if row is None:
            return Answered(Result.GONE)
        stands, state = _stands(row), self._archive.state(row.day)
        over = row.answer in {ReleaseAnswer.SEND_NOW, ReleaseAnswer.NOT_THIS_ONE}
        is_waited_for = row.answer is ReleaseAnswer.WAIT and not _is_asked_anew(row)
        refusals = {
            Result.OUT: row.released_at is not None,
            Result.ANSWERED: over or (answer is ReleaseAnswer.WAIT and is_waited_for),
            Result.GONE: row.asked_at is None or not self._is_there(row.day),
            Result.ANEW: round_ != row.round,
            Result.NOTHING: answer is ReleaseAnswer.SEND_NOW and state is not None and not state.going,
        }
        return next((Answered(result, stands) for result, does in refusals.items() if does), None)


def _asks(row: Release) -> bool:
    over = row.answer in {ReleaseAnswer.SEND_NOW, ReleaseAnswer.NOT_THIS_ONE}
    return row.asked_at is not None and row.released_at is None and not over


def _is_asked_anew(row: Release) -> bool:
    """Tell whether the admins were asked once more after their answer."""
    return row.asked_at is not None and row.answered_at is not None and row.asked_at > row.answered_at


def _stands(row: Release) -> CurrentAnswer | None:
    if row.answer is None or row.answered_by is None or row.answered_at is None:
        return None
    return CurrentAnswer(row.answer, row.answered_by, row.answered_at)
