"""A model of the release rule, apart from the program.

The one rule once more, as an editor would tell it: what readers get of one issue, and when. Nothing of it
is taken from the program but the words for reasons and answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.publishing.release import How, Reason, ReleaseAnswer

MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
HALF_A_DAY = timedelta(hours=12)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BROKEN, DRAFTS = {"broken", "unfinished"}, {"draft", "unfinished"}


@dataclass(frozen=True)
class File:
    """An edition on disk."""

    kind: str  # good, broken, draft, unfinished (a draft that does not load)
    title: str


@dataclass
class Model:
    hour: datetime
    is_push_day: bool
    disk: dict[str, File] = field(default_factory=dict)
    good: dict[str, str] = field(default_factory=dict)  # title of what was last good
    seen: dict[str, File] = field(default_factory=dict)
    changed: datetime | None = None
    since: datetime | None = None
    broken: datetime | None = None
    is_known: bool = False
    is_fresh: bool = True  # the program has not met the issue since it `began`
    began: datetime = LONG_AGO
    asked: datetime | None = None
    questions: int = 0
    answer: tuple[ReleaseAnswer, int, datetime] | None = None
    released: datetime | None = None
    how: How | None = None
    old: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    released_as: dict[str, File] = field(default_factory=dict)
    other: tuple[dict[str, File], float] | None = None  # what lies there instead, and since when
    sent: dict[str, str] | None = None
    opened: datetime = LONG_AGO
    why: str | None = None
    jump: tuple[datetime, datetime] | None = None

    def restarts(self, now: datetime) -> None:
        self.is_fresh, self.began, self.jump, self.other = True, now, None, None

    def jumps(self, before: datetime, now: datetime) -> None:
        """The clock is set; only a long way ahead is something that anybody can notice."""
        if now - before > HALF_A_DAY:
            self.jump = (before, now)

    def look(self, now: datetime, passed: float) -> None:
        """`passed`: seconds that really went by."""
        if self.opened > now + MINUTE:
            self.sent, self.why = None, None  # a wrong clock opened it, and nobody was sent anything
        if self.jump and now < self.jump[1]:
            self.jump = None
        if self.released and now < self.hour and self.released > now:
            self.released = self.how = None  # by a clock that was wrong
        if self.released:
            self._load()
        else:
            self._look_at_what_is_to_come(now)
        if self._is_to_be_pushed(now) and self._is_settled(passed) and self.sent is None:
            self.sent, self.opened = self.read_by_each(), now
            self.why = self._doubt(now)

    def _is_to_be_pushed(self, now: datetime) -> bool:
        return self.how in {How.RULE, How.SENT} and bool(self.served(now))

    def _is_settled(self, passed: float) -> bool:
        """Tell whether what lies there is what was released, or has lain there for a minute."""
        if self.disk == self.released_as:
            return True
        if self.other is None or self.other[0] != self.disk:
            self.other = dict(self.disk), passed
        return passed - self.other[1] >= MINUTE.total_seconds()

    def _look_at_what_is_to_come(self, now: datetime) -> None:
        if self.disk != self.seen:
            self.seen, self.changed = dict(self.disk), now
        self._load()
        if not self.disk:
            self.since = self.broken = self.asked = self.answer = None
            self.is_known = False
            return
        self._no_moment_lies_ahead(now)
        assert self.changed is not None
        if not self.is_known:
            self.since = self.changed if self.changed >= self.hour else None
        elif self.is_fresh and self.began >= self.hour:
            self.since = self.changed = now
        self.is_known, self.is_fresh = True, False
        if now < self.hour:
            self.since = None
        is_broken = any(file.kind in BROKEN for file in self.disk.values())
        self.broken = (self.broken or now) if is_broken else None
        self._decide(now)

    def _no_moment_lies_ahead(self, now: datetime) -> None:
        for name in ("changed", "since", "broken", "asked"):
            if (moment := getattr(self, name)) is not None:
                setattr(self, name, min(moment, now))
        if self.answer:
            answer, admin, at = self.answer
            self.answer = (answer, admin, min(at, now))

    def _decide(self, now: datetime) -> None:
        how = self._outcome(now) if now >= self.hour else None
        if how is not None:
            self.released, self.how, self.released_as = now, how, dict(self.disk)
            held = {language for language, file in self.disk.items() if file.kind != "good"}
            self.old, self.missing = held & set(self.going), held - set(self.going)
        elif now < self.hour:
            self.asked = None
            self._forget_what_cannot_be_sent()
        elif self._forget_what_cannot_be_sent() or self.asked is None or self._is_asked_again(now):
            self.asked, self.questions = now, self.questions + 1

    def _forget_what_cannot_be_sent(self) -> bool:
        """Send now was pressed, and then what it was about was taken away: that press is over."""
        if self.answered is not ReleaseAnswer.SEND_NOW or self.going:
            return False
        self.answer = None
        return True

    def _outcome(self, now: datetime) -> How | None:
        if self.answered is ReleaseAnswer.NOT_THIS_ONE:
            return How.DECLINED
        if self.answered is ReleaseAnswer.SEND_NOW and self.going:
            return How.SENT
        due = self.due
        return How.RULE if due is not None and now >= due else None

    @property
    def due(self) -> datetime | None:
        drafts = any(file.kind in DRAFTS for file in self.disk.values())
        if not self.going or drafts or not self.is_push_day or self.answered is ReleaseAnswer.WAIT:
            return None
        assert self.changed is not None
        ends = [self.hour, self.changed + MINUTE]
        if self.broken:
            ends += [self.hour + QUARTER, self.broken + QUARTER]
        return max(ends)

    @property
    def reasons(self) -> set[Reason]:
        assert self.changed is not None
        kinds = {file.kind for file in self.disk.values()}
        reasons = {Reason.BROKEN} if kinds & BROKEN else set[Reason]()
        if kinds & DRAFTS:
            reasons.add(Reason.DRAFT)
        if not self.is_push_day:
            reasons.add(Reason.WEEKDAY)
        if self.since:
            reasons.add(Reason.LATE)
        elif self.changed > self.hour - MINUTE:
            reasons.add(Reason.CHANGED)
        return reasons

    @property
    def answered(self) -> ReleaseAnswer | None:
        return self.answer[0] if self.answer else None

    @property
    def going(self) -> Mapping[str, str]:
        """What would go now, by language."""
        return {language: self.good[language] for language in self.disk if language in self.good}

    def served(self, now: datetime) -> Mapping[str, str]:
        """What readers meet."""
        return self.going if self.released and now >= self.hour else {}

    def read_by_each(self) -> dict[str, str]:
        """What a reader of each language gets: her own, else English, else what there is."""
        return {
            reader: next(self.going[language] for language in (reader, "en", "es") if language in self.going)
            for reader in ("en", "es")
        }

    def _is_asked_again(self, now: datetime) -> bool:
        if self.asked is None or self.answer is None:
            return False
        return self.asked <= self.answer[2] and now >= self.answer[2] + HOUR

    def _load(self) -> None:
        if not self.disk:
            if not self.released:
                self.good = {}
            return
        titles = {language: title for language, title in self.good.items() if language in self.disk}
        fresh = {language: file.title for language, file in self.disk.items() if file.kind == "good"}
        self.good = titles | fresh

    def _doubt(self, now: datetime) -> str | None:
        if self.jump and self.jump[0] < self.hour <= self.jump[1]:
            return "jumped"
        return "late" if now - self.hour > HALF_A_DAY and self.how is How.RULE else None
