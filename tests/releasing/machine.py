"""A state machine of an issue around its hour.

Every order of saves, breaks, mends, drafts, withdrawals, answers, restarts and clocks that are set, around
an issue's hour; after each the program is held against the model: what readers get, and what admins are told.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.publishing.release import ReleaseAnswer
from bot.services.publishing.release_questions import Result
from tests.delivery.machine import blank
from tests.releasing.model import HOUR, File, Model
from tests.releasing.newsroom import Hands, Newsroom, edition, monday
from tests.releasing.told import ADMINS, Chats, Expected, admins

EXAMPLES = int(os.environ.get("BRIEFING_RELEASES", "25"))
STEPS = 20
BOTH, ONE = {"en": "good", "es": "good"}, {"en": "good"}
KINDS = ("good", "good", "broken", "draft", "unfinished")

languages = st.sampled_from(("en", "es"))
seconds = st.sampled_from((1, 20, 59, 60, 61, 400, 899, 900, 901, 3_600))
Value = TypeVar("Value")


class Releases(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="briefing-releases-"))
        (self.folder / "bot.db").write_bytes(blank())
        self.number = 0

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self.runner.run(work)

    @initialize(
        is_push_day=st.booleans() | st.just(True),
        before=st.sampled_from((30, 61, 600, 7_200)),
        kinds=st.sampled_from((BOTH, BOTH, ONE, {})),
    )
    def begins(self, is_push_day: bool, before: int, kinds: dict[str, str]) -> None:
        self.day = date(2025, 12, 22 if is_push_day else 23)
        self.hour = monday() + (self.day - date(2025, 12, 22))
        self.clock = Hands(self.hour - timedelta(seconds=before))
        url = f"sqlite+aiosqlite:///{self.folder / 'bot.db'}"
        self.newsroom = Newsroom(self.folder / "content", url, self.clock)
        self.newsroom.prepare()
        self.model = Model(self.hour, is_push_day)
        self.expected = Expected(self.model)
        self.chats = Chats(self.newsroom)
        self.run(self.chats.open())
        self.run(self.newsroom.start())
        self.run(self.newsroom.enrol(*admins()))
        self.chats.begin()
        self.write(kinds)
        self.look()

    @rule(kinds=st.dictionaries(languages, st.sampled_from(KINDS), min_size=1))
    def saves(self, kinds: dict[str, str]) -> None:
        self.write(kinds)
        self.look()

    @rule(language=languages)
    def saves_what_is_good(self, language: str) -> None:
        self.write({language: "good"})
        self.look()

    @rule(language=languages)
    def deletes(self, language: str) -> None:
        self.delete(language)
        self.look()

    @rule(span=seconds)
    def waits(self, span: int) -> None:
        self.clock.pass_by(timedelta(seconds=span))
        self.look()

    @rule()
    def waits_until_it_is_due(self) -> None:
        """To the second: a second before, nothing has gone. What has no due time waits for the hour."""
        due = self.model.due if self.model.disk and self.model.changed else None
        due = due or self.hour
        if self.model.released or due - self.clock.now() < timedelta(seconds=2):
            return
        self.clock.pass_by(due - self.clock.now() - timedelta(seconds=1))
        self.look()
        self.clock.pass_by(timedelta(seconds=1))
        self.look()

    @rule(language=languages, kind=st.sampled_from(("good", "broken")))
    def saves_at_the_very_moment_at_which_it_is_due(self, language: str, kind: str) -> None:
        """An answer that a wrong clock left goes in the words that were read before: no story of this."""
        due = self.model.due if self.model.disk and self.model.changed else None
        is_answered = self.model.answered in {ReleaseAnswer.SEND_NOW, ReleaseAnswer.NOT_THIS_ONE}
        if self.model.released or is_answered or due is None or due <= self.clock.now():
            return
        self.clock.pass_by(due - self.clock.now())
        self.write({language: kind})
        self.look()

    @rule(hours=st.sampled_from((-30, -3, -1, 1, 13, 168)))
    def somebody_sets_the_clock(self, hours: int) -> None:
        before = self.clock.now()
        self.clock.set(timedelta(hours=hours))
        self.model.jumps(before, self.clock.now())
        self.look()

    @rule(
        span=seconds | st.just(0),
        kinds=st.dictionaries(languages, st.sampled_from((*KINDS, "gone"))) | st.just({}),
    )
    def restarts(self, span: int, kinds: dict[str, str]) -> None:
        """What is saved meanwhile, nobody sees."""
        self.run(self.newsroom.stop())
        self.clock.pass_by(timedelta(seconds=span))
        for language in [code for code, kind in kinds.items() if kind == "gone"]:
            self.delete(language)
        self.write({language: kind for language, kind in kinds.items() if kind != "gone"})
        self.model.restarts(self.clock.now())
        self.run(self.newsroom.start())
        self.chats.begin()
        self.look()

    @precondition(lambda self: self.model.asked and not self.model.released)
    @rule(
        admin=st.sampled_from(sorted(ADMINS)),
        answer=st.sampled_from(ReleaseAnswer),
        stale=st.sampled_from((False, False, True)),
    )
    def an_admin_answers(self, admin: int, answer: ReleaseAnswer, stale: bool) -> None:
        waiting = self.run(self.newsroom.waiting(self.day))
        assert waiting is not None
        round_ = waiting.round - stale
        answered = self.run(self.newsroom.answer(self.day, admin, answer, round_))
        before = self.model.answer
        asked_anew = before is not None and self.model.asked is not None and self.model.asked > before[2]
        if answer is ReleaseAnswer.WAIT and before is not None and not asked_anew:
            expected = Result.ANSWERED
        elif stale:
            expected = Result.ANEW
        elif answer is ReleaseAnswer.SEND_NOW and not self.model.going:
            expected = Result.NOTHING
        else:
            expected = Result.TAKEN
            self.model.answer = (answer, admin, self.clock.now())
        assert answered.result is expected
        stands = (answered.stands.answer, answered.stands.admin_id) if answered.stands else None
        assert stands == (self.model.answer[:2] if self.model.answer else None)
        self.look()

    @precondition(lambda self: self.model.answered is ReleaseAnswer.WAIT and not self.model.released)
    @rule()
    def waits_until_admins_are_asked_anew(self) -> None:
        self.clock.pass_by(HOUR)
        self.look()

    @rule(admin=st.sampled_from(sorted(ADMINS)), answer=st.sampled_from(ReleaseAnswer))
    def a_button_of_last_week(self, admin: int, answer: ReleaseAnswer) -> None:
        answered = self.run(self.newsroom.answer(self.day, admin, answer, 0))
        assert answered.result is not Result.TAKEN
        if self.model.released:
            assert answered.result is Result.OUT
        self.look()

    def write(self, kinds: dict[str, str]) -> None:
        for language, kind in kinds.items():
            self.number += 1
            title = f"{language} {'i' * self.number}"
            words = {
                "good": edition(title),
                "broken": "-" * self.number,
                "draft": edition(title).replace("---\n", "---\ndraft: true\n", 1),
                "unfinished": f"---\ntitle: {title}\nstatus: draft\n---\n",
            }
            self.newsroom.write(self.day, language, words[kind])
            self.model.disk[language] = File(kind, title)

    def delete(self, language: str) -> None:
        folder = self.folder / "content" / str(self.day)
        (folder / f"{language}.md").unlink(missing_ok=True)
        self.model.disk.pop(language, None)
        if folder.exists() and not self.model.disk:
            folder.rmdir()

    def look(self) -> None:
        now = self.clock.now()
        self.run(self.newsroom.look())
        self.model.look(now, self.clock.steady())
        self.expected.look()
        self.run(self.chats.refresh())
        self.run(self.agrees())

    async def agrees(self) -> None:
        await self.readers_agree()
        await self.questions_agree()
        for admin in ADMINS:
            self.expected.agrees(admin, self.chats.told(admin), self.clock.now())

    async def readers_agree(self) -> None:
        model, newsroom = self.model, self.newsroom
        served = model.served(self.clock.now())
        each = model.read_by_each() if served else {"en": None, "es": None}
        assert await newsroom.shown(self.day) == each
        assert await newsroom.doors(self.day) == {bool(served)}
        assert await newsroom.sent(self.day) == model.sent
        campaign = await newsroom.campaign(self.day)
        assert (campaign and campaign.why) == model.why

    async def questions_agree(self) -> None:
        model, waiting = self.model, await self.newsroom.waiting(self.day)
        assert (waiting is not None) == bool(model.asked and not model.released), (waiting, model)
        if waiting is not None:
            assert set(waiting.reasons) == model.reasons
            assert (waiting.due_at, waiting.since) == (model.due, model.asked)
            assert waiting.question == model.questions
            assert {code: going.title for code, going in waiting.going.items()} == model.going
            held = {language for language, file in model.disk.items() if file.kind != "good"}
            assert {language for language, going in waiting.going.items() if going.old} == held & set(
                model.going
            )
            assert set(waiting.missing) == {"en", "es"} - set(model.going)
            stands = (waiting.answer.answer, waiting.answer.admin_id) if waiting.answer else None
            assert stands == (model.answer[:2] if model.answer else None)
        ending = await self.newsroom.ending(self.day)
        assert (ending.how, ending.released_at) == (model.how, model.released)
        if model.released:
            assert (set(ending.old), set(ending.missing)) == (model.old, model.missing)

    def teardown(self) -> None:
        if hasattr(self, "newsroom"):
            self.run(self.newsroom.stop())
            self.run(self.chats.close())
        self.runner.close()
        shutil.rmtree(self.folder)


TestReleases = Releases.TestCase
TestReleases.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
