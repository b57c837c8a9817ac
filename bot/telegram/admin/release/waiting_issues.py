"""Questions about issues that wait, one message in each admin's chat."""

import asyncio
import hashlib
import json
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

import structlog

from bot.clock import Clock
from bot.db.publishing.release_messages import ReleaseMessage
from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import NotSent, Outcome, Sent, Unknown
from bot.domain.delivery.schedule import zone_of
from bot.domain.readers.reader import Reader
from bot.i18n import translator_for
from bot.services.publishing.release_questions import CurrentAnswer, Ending, ReleaseQuestions, WaitingIssue
from bot.services.readers.admins import Admins
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.campaign_status import Local
from bot.telegram.admin.release.endings import asked_anew, settled
from bot.telegram.admin.release.scene import Content, Scene
from bot.telegram.admin.release.words import question
from bot.telegram.api.errors import MISSING_MESSAGE, is_final, says
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import UpdateContext, handled

log = structlog.get_logger(__name__)

SECONDS = 1.0
"""Between two calls of `refresh`."""

EDIT_SECONDS = 3.0
"""The least time between two edits of a question. An answer is shown at once."""

SELDOM = 20
"""The same where only the numbers of readers have changed: so many times `EDIT_SECONDS`."""

PATIENCE_SECONDS = 1.5
"""A chat that must wait longer is left for the next round."""

SELDOM_AGAIN = timedelta(minutes=15)
"""A question that Telegram refused is sent again after this."""

AGAIN = (timedelta(seconds=10), timedelta(minutes=1), SELDOM_AGAIN)
"""When a question is sent again whose answer was lost; the last of these repeats.

Seldom, for each may arrive.
"""


class WaitingIssues:
    """Sends and edits questions. Call `refresh` every `SECONDS` in the process that leads.

    Nothing else edits these messages, so that the last edit is the true one.
    """

    def __init__(
        self,
        questions: ReleaseQuestions,
        admins: Admins,
        transport: Transport,
        rate_limiter: RateLimiter,
        clock: Clock,
        *,
        username: str,
        publication: Callable[[], Publication],
        title: Callable[[date, str], str],
        leads: Callable[[], bool] = lambda: True,
        edit_seconds: float = EDIT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`title` returns an issue's title in a language; `leads` tells whether this process still asks."""
        self._rest = edit_seconds
        self._leads = leads
        self._questions = questions
        self._admins = admins
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._username = username
        self._publication = publication
        self._title = title
        self._monotonic = monotonic
        self._names = AdminNames(transport)
        self._silent: set[tuple[date, int]] = set()
        self._edited: dict[tuple[date, int, int], tuple[WaitingIssue, float]] = {}

    async def refresh(self) -> None:
        """Send questions to admins who have none, edit those that changed, and close those that are over."""
        waiting = await self._questions.waiting()
        asked = await self._admins.asked(issue.day for issue in waiting)
        if not waiting and not asked:
            self._edited.clear()
            return
        readers = await self._admins.reachable()
        self._note_silence(waiting, readers)
        await asyncio.gather(*(self._tell(reader, waiting, asked) for reader in readers))

    async def scene(self, reader: Reader, stands: CurrentAnswer | None) -> Scene:
        """Return an admin's language, zone and names; `stands`: the answer that was given, if any."""
        publication = self._publication()
        zone = zone_of(reader.zone, publication)
        others = [stands.admin_id] if stands and stands.admin_id != reader.id else []
        local = Local(translator_for(reader.language), zone, self._clock.now())
        return Scene(local, publication, reader.id, await self._names.of(others))

    async def follows(self, admin_id: int, day: date, message_id: int) -> bool:
        """Tell whether the tapped message is one that `refresh` edits.

        Where a question was sent and its answer lost, the tapped message is taken for it, and stored as it.
        """
        mine = [
            message
            for message in await self._admins.asked([day])
            if (message.admin_id, message.day) == (admin_id, day)
        ]
        if any(message.message_id == message_id for message in mine):
            return True
        lost = [message for message in mine if message.message_id is None]
        if not lost:
            return False
        await self._admins.note_asked(replace(lost[-1], message_id=message_id, shown="", again_at=None))
        return True

    def _note_silence(self, waiting: Sequence[WaitingIssue], readers: Collection[Reader]) -> None:
        """Log once that an issue waits and there is no admin who can be asked."""
        now = {(issue.day, issue.question) for issue in waiting}
        self._silent &= now
        for issue in waiting:
            if not readers and (issue.day, issue.question) not in self._silent:
                self._silent.add((issue.day, issue.question))
                log.warning(
                    "an issue waits, and there is no admin who can be asked",
                    issue=str(issue.day),
                    why=", ".join(issue.reasons),
                    out_by_itself=issue.due_at.isoformat() if issue.due_at else "no",
                )

    async def _tell(
        self, reader: Reader, waiting: Sequence[WaitingIssue], asked: Sequence[ReleaseMessage]
    ) -> None:
        mine = {
            (message.day, message.question): message for message in asked if message.admin_id == reader.id
        }
        for issue in waiting:
            await self._ask(reader, issue, mine.pop((issue.day, issue.question), None))
        newest = {issue.day: issue.question for issue in waiting}
        for message in mine.values():
            if not message.settled:
                await self._settle(reader, message, is_anew=message.question < newest.get(message.day, 0))

    async def _ask(self, reader: Reader, waiting: WaitingIssue, message: ReleaseMessage | None) -> None:
        if message and (message.settled or not self._is_due(message)):
            return
        title = self._title(waiting.day, reader.language)
        content = question(await self.scene(reader, waiting.answer), waiting, title)
        if message and message.message_id is not None:
            is_old = message.shown != _digest(content) and self._is_rested(message, waiting)
            if is_old and await self._edit(reader, message, content):
                self._edited[_key(message)] = (_told(waiting), self._monotonic())
        elif self._may_speak(reader):
            await self._send(reader, waiting, message, content)

    def _is_due(self, message: ReleaseMessage) -> bool:
        """Tell whether it is time to try this message again. A clock that was set back delays nothing."""
        now = self._clock.now()
        return message.again_at is None or not now < message.again_at <= now + SELDOM_AGAIN

    def _may_speak(self, reader: Reader) -> bool:
        return self._leads() and self._rate_limiter.wait(reader.id) <= PATIENCE_SECONDS

    def _is_rested(self, message: ReleaseMessage, waiting: WaitingIssue) -> bool:
        """Tell whether the message may be edited now.

        At once after an answer and where the text on disk changed, which begins a new round; else when the
        last edit is long enough ago.
        """
        last, at = self._edited.get(_key(message), (waiting, -math.inf))
        rest = self._rest * (SELDOM if last == _told(waiting) else 1)
        return last.round != waiting.round or self._monotonic() - at >= rest

    async def _send(
        self, reader: Reader, waiting: WaitingIssue, message: ReleaseMessage | None, content: Content
    ) -> None:
        """Send a question. The try is stored first, so that no crash makes the bot ask again and again."""
        tries = message.tries if message else 0
        now = self._clock.now()
        trying = ReleaseMessage(
            waiting.day,
            waiting.question,
            reader.id,
            tries=tries + 1,
            again_at=now + AGAIN[min(tries, len(AGAIN) - 1)],
        )
        await self._admins.note_asked(trying)
        with handled(UpdateContext(once=True)):
            outcome = await self._transport.send(reader.id, self._payload(content))
        if isinstance(outcome, Sent):
            sent = replace(trying, message_id=outcome.message_id, shown=_digest(content), again_at=None)
            await self._admins.note_asked(sent)
        elif isinstance(outcome, NotSent):
            await self._admins.note_asked(replace(trying, tries=tries, again_at=now))
        elif not isinstance(outcome, Unknown):
            await self._admins.note_asked(replace(trying, tries=tries, again_at=now + SELDOM_AGAIN))

    async def _edit(
        self, reader: Reader, message: ReleaseMessage, content: Content, *, last: bool = False
    ) -> bool:
        """Edit a question; return whether it shows `content` now.

        `last`: it is closed with that, even where its admin cannot be reached.
        """
        if not self._may_speak(reader):
            return False
        outcome = await self._transport.edit(reader.id, message.message_id or 0, self._payload(content))
        changed = self._after(message, content, outcome, last=last)
        if changed:
            await self._admins.note_asked(changed)
        return isinstance(outcome, Sent)

    def _after(
        self, message: ReleaseMessage, content: Content, outcome: Outcome, *, last: bool
    ) -> ReleaseMessage | None:
        """Return the row of a message after an edit; None: it does not change."""
        if isinstance(outcome, Sent):
            return replace(message, shown=_digest(content), settled=last, again_at=None)
        if says(outcome, *MISSING_MESSAGE) or (last and is_final(outcome)):
            return replace(message, settled=True)
        return replace(message, again_at=self._clock.now() + SELDOM_AGAIN) if is_final(outcome) else None

    async def _settle(self, reader: Reader, message: ReleaseMessage, *, is_anew: bool) -> None:
        """Edit a question to what became of it.

        One whose message id was lost has to wait until it is tapped.
        """
        if message.message_id is None:
            return
        ending = await self._questions.ending(message.day)
        if ending.asks and not is_anew:
            return
        scene = await self.scene(reader, ending.stands)
        title = self._title(message.day, reader.language)
        content = (
            asked_anew(scene, message.day, title) if is_anew else settled(scene, message.day, title, ending)
        )
        last = is_anew or _is_over(ending)
        if last or message.shown != _digest(content):
            await self._edit(reader, message, content, last=last)

    def _payload(self, content: Content) -> dict[str, object]:
        return html_message(*content, self._username)


def _is_over(ending: Ending) -> bool:
    """Tell whether the text is final. An answer is stored a moment before the issue is out."""
    return ending.how is not None or not ending.is_there or ending.stands is None


def _key(message: ReleaseMessage) -> tuple[date, int, int]:
    return message.day, message.question, message.admin_id


def _told(waiting: WaitingIssue) -> WaitingIssue:
    """Return `waiting` without the numbers of readers, whose change is shown later."""
    return replace(waiting, readers={})


def _digest(content: Content) -> str:
    text, buttons = content
    rows = [[(button.label, button.action) for button in row] for row in buttons]
    return hashlib.sha256(json.dumps([text, rows]).encode()).hexdigest()[:32]
