"""What admins are told of an issue that waits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

from bot.clock import MovableClock
from bot.domain.publishing.release import How, Reason, ReleaseAnswer
from bot.domain.readers.reader import Reader
from bot.services.readers.admins import Admins
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from telegram_simulator import Bubble, Person, Simulator
from tests.releasing.model import HALF_A_DAY, Model
from tests.releasing.newsroom import Newsroom
from tests.world import labels

TOKEN = "700000:a-token-of-no-bot-at-all-for-those-who-ask"
ADMINS = {1: "Ada", 2: "Bea"}
REASONS = {
    Reason.LATE: "It turned up after it was due",
    Reason.CHANGED: "Something in its folder or in publication.toml changed",
    Reason.BROKEN: "do(?:es)?n’t load",
    Reason.DRAFT: r"(?:is a draft|are drafts)\.",
    Reason.WEEKDAY: "Its date is a Tuesday, but the push day is Monday",
}
ENDINGS = {
    "I’ve asked again": "asked anew",
    "It went out by itself": "went by itself",
    "It came out": "out late",
    "It went out": "sent",
    "It goes out in a moment": "going",
    "It isn’t sent to anyone": "declined",
    "It’s no longer in the content folder": "withdrawn",
    "It’s now due": "another hour",
}
LANGUAGES = {"en": "[Ii]n English", "es": "[Ii]n Spanish"}
BUTTONS = {
    ReleaseAnswer.SEND_NOW: "Send now",
    ReleaseAnswer.WAIT: "Wait",
    ReleaseAnswer.NOT_THIS_ONE: "Not this one",
}


@dataclass(frozen=True)
class Told:
    """What one message says."""

    says: str  # a question, or one of ENDINGS
    reasons: frozenset[Reason] = frozenset()
    going: Mapping[str, str] = field(default_factory=dict)
    old: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    by_itself: str | None = None  # the hour to the second
    pressed: tuple[str, str] | None = None  # by whom, and what
    buttons: tuple[str, ...] = ()


@dataclass
class Chats:
    """The admins' chats with the bot, on a local Telegram."""

    newsroom: Newsroom

    async def open(self) -> None:
        self.telegram = Simulator(MovableClock(datetime(2025, 12, 1, tzinfo=UTC)), strict=True)
        await self.telegram.start()
        self.people = {
            number: self.telegram.person(id=number, first_name=name, language_code="en", token=TOKEN)
            for number, name in ADMINS.items()
        }
        for person in self.people.values():
            person.writes("/start")
        self.request = AiohttpRequest()
        await self.request.initialize()

    async def close(self) -> None:
        await self.request.shutdown()
        await self.telegram.stop()

    def begin(self) -> None:
        """Let a program that has just started do the asking."""
        newsroom, rate_limiter = self.newsroom, RateLimiter(0.0)
        self.asking = WaitingIssues(
            newsroom.questions,
            Admins(newsroom.database, newsroom.clock, frozenset(ADMINS)),
            Transport(self.request, self.telegram.address, SecretStr(TOKEN), rate_limiter),
            rate_limiter,
            newsroom.clock,
            username="sample_bot",
            publication=lambda: newsroom.archive.publication,
            title=newsroom.reading.title,
            edit_seconds=0.0,
        )

    async def refresh(self) -> None:
        await self.asking.refresh()

    def told(self, admin: int) -> list[Told]:
        """Return what the bot's messages in an admin's chat say, the oldest first."""
        return [told(bubble) for bubble in _from_bot(self.people[admin])]


def admins() -> list[Reader]:
    """Admins who have started the bot, and are sent no issue."""
    return [Reader(number, "en", push=False) for number in ADMINS]


def told(bubble: Bubble) -> Told:
    text, lines = bubble.text, bubble.text.splitlines()
    says = next((kind for words, kind in ENDINGS.items() if words in text), "a question")
    going = {
        language: match[1]
        for language, name in LANGUAGES.items()
        if (match := re.search(rf"^• {name}: “(.+?)”", text, re.MULTILINE))
    }
    by_itself = re.search(r"by itself (?:at|on .*) ?(\d\d:\d\d:\d\d)", text)
    pressed = re.search(r"^(\w+) pressed (.+?) (?:at|on) ", text, re.MULTILINE)
    return Told(
        says,
        reasons=frozenset(reason for reason, words in REASONS.items() if re.search(words, text)),
        going=going,
        old=_named(lines, lambda line: "an older text" in line),
        missing=_named(lines, lambda line: "nothing went out" in line) | _missing(text),
        by_itself=by_itself[1] if by_itself and says == "a question" else None,
        pressed=(pressed[1], pressed[2]) if pressed else None,
        buttons=tuple(labels(bubble)),
    )


@dataclass
class Expected:
    """What each admin ought to have been told, by the model of the issue."""

    model: Model
    over: dict[int, Told] = field(default_factory=dict)  # how each question that is over ended

    def look(self) -> None:
        for earlier in range(1, self.model.questions):
            self.over.setdefault(earlier, Told("asked anew"))
        newest = self.model.questions
        if newest and newest not in self.over and (ended := self._ended()):
            self.over[newest] = ended

    def agrees(self, admin: int, messages: list[Told], now: datetime) -> None:
        model = self.model
        assert len(messages) == model.questions  # each question is one message
        for number, told in enumerate(messages, 1):
            if number in self.over:
                over = self.over[number]
                assert (told.says, told.buttons, told.old, told.missing) == (
                    over.says,
                    (),
                    over.old,
                    over.missing,
                )
            else:
                self._says_what_stands(admin, told, now)

    def _says_what_stands(self, admin: int, told: Told, now: datetime) -> None:
        model = self.model
        assert now >= model.hour
        assert told.says == "a question"
        assert set(told.reasons) == model.reasons
        assert dict(told.going) == model.going
        held = {language for language, file in model.disk.items() if file.kind != "good"}
        assert set(told.old) == held & set(model.going)
        if model.going:
            assert set(told.missing) == {"en", "es"} - set(model.going)
        assert told.by_itself == (f"{model.due:%H:%M:%S}" if model.due else None)
        assert told.pressed == self._pressed(admin)
        assert set(told.buttons) == {BUTTONS[answer] for answer in self._may_answer()}

    def _pressed(self, admin: int) -> tuple[str, str] | None:
        if self.model.answer is None:
            return None
        answer, by, _at = self.model.answer
        return "You" if by == admin else ADMINS[by], BUTTONS[answer]

    def _may_answer(self) -> set[ReleaseAnswer]:
        model, may = self.model, set(ReleaseAnswer)
        if not model.going:
            may.remove(ReleaseAnswer.SEND_NOW)
        if model.answer and model.asked and model.answer[2] >= model.asked:
            may.remove(ReleaseAnswer.WAIT)
        return may

    def _ended(self) -> Told | None:
        """Return how the newest question ended; None: it stands."""
        model = self.model
        if model.released:
            by_itself = "out late" if model.released - model.hour > HALF_A_DAY else "went by itself"
            if model.how is How.DECLINED:
                return Told("declined")
            says = "sent" if model.how is How.SENT else by_itself
            return Told(says, old=frozenset(model.old), missing=frozenset(model.missing))
        if not model.disk:
            return Told("withdrawn")
        return None if model.asked else Told("another hour")


def _from_bot(person: Person) -> list[Bubble]:
    return [bubble for bubble in person.sees if bubble.from_bot]


def _missing(text: str) -> frozenset[str]:
    """Return the languages that a question says are missing."""
    there = (
        language
        for language, name in LANGUAGES.items()
        if re.search(f"^• {name}: missing", text, re.MULTILINE)
    )
    return frozenset(there)


def _named(lines: list[str], wanted: Callable[[str], bool]) -> frozenset[str]:
    """Return the languages that stand in lines of a kind."""
    there = [line for line in lines if wanted(line)]
    return frozenset(
        language for language, name in LANGUAGES.items() if any(re.search(name, line) for line in there)
    )
