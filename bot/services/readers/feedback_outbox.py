"""Feedback outbox: threads to show to admins, answers to send."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.readers import feedback, feedback_posts, readers
from bot.domain.content.publication import Publication
from bot.domain.delivery.schedule import is_quiet, zone_of
from bot.domain.readers.feedback import GIVEN_UP, Answer, Item, Post, State, Step, Thread, step
from bot.domain.readers.reader import Reader
from bot.services.readers.admins import Admins

NEWEST = 40
"""Messages read for a thread: a Telegram message has room for fewer."""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread to be shown to an admin: what it holds, how to show it, and what was shown before."""

    admin: Reader
    thread: Thread
    items: tuple[Item, ...]
    """The newest ones, oldest first."""

    older: int
    answers: tuple[Answer, ...]
    step: Step
    before: Post | None
    post: Post
    """The row to write once it is shown; the message is added by `arrived`."""


class FeedbackOutbox:
    """What admins are to be shown, and what readers are to be sent. Used by the leader.

    Threads: `due`, then `claim` before a message is sent or edited, then `arrived` or `undo`. Answers:
    `answers`, then `take` before each is sent, then `record`. So a crash or an answer that is lost repeats
    nothing; an answer that was in hand then is unknown.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        admins: Admins,
        epoch: Callable[[], int | None],
        publication: Callable[[], Publication],
    ) -> None:
        """`epoch` returns the epoch under which this process leads, None where it does not."""
        self._database = database
        self._clock = clock
        self._admins = admins
        self._epoch = epoch
        self._publication = publication

    async def is_idle(self) -> bool:
        """Tell whether nobody has ever written: then there is nothing to look for."""
        async with self._database.read() as session:
            return await feedback.is_empty(session)

    async def due(self) -> list[ThreadView]:
        """Return the threads that are to be shown now, each to an admin."""
        now = self._clock.now()
        admins = {admin.id: admin for admin in await self._admins.reachable()}
        async with self._database.read() as session:
            stale = await feedback_posts.stale(session, admins)
            views = [self._view(admins[admin_id], thread, post, now) for admin_id, thread, post in stale]
            return [await _filled(session, view) for view in views if view.step is not Step.NOTHING]

    def _view(self, admin: Reader, thread: Thread, before: Post | None, now: datetime) -> ThreadView:
        zone = zone_of(admin.zone, self._publication())
        todo = step(before, thread, now, quiet=is_quiet(now, zone, admin.quiet))
        if todo is Step.EDIT and before is not None:
            post = replace(before, shown=thread.round)
        else:
            tries = before.tries + 1 if before and before.message_id is None else 1
            post = Post(admin.id, thread.reader_id, thread.round, now, tries=tries)
        return ThreadView(admin, thread, (), 0, (), todo, before, post)

    async def claim(self, view: ThreadView) -> bool:
        """Note this as shown; False where another process was first."""
        async with self._database.write() as session:
            return await feedback_posts.put(session, view.post, view.before)

    async def arrived(self, view: ThreadView, message_id: int) -> None:
        """Note the message that shows it: an admin's answer to it is for the reader."""
        post = replace(view.post, message_id=message_id)
        async with self._database.write() as session:
            await feedback_posts.put(session, post, view.post)
            await feedback_posts.add_handle(
                session, post.admin_id, message_id, post.reader_id, self._clock.now()
            )

    async def undo(self, view: ThreadView) -> None:
        """Take a claim back: it was certainly not shown, and is due again."""
        async with self._database.write() as session:
            if view.before is None:
                await feedback_posts.drop(session, view.post)
            else:
                await feedback_posts.put(session, view.before, view.post)

    async def answers(self) -> list[tuple[Answer, Reader]]:
        """Return the answers to send, with their readers; empty where this process does not lead.

        Answers that an earlier leader had in hand become unknown, since they may have arrived. Answers older
        than `GIVEN_UP` are refused.
        """
        if (epoch := self._epoch()) is None:
            return []
        now = self._clock.now()
        async with self._database.read() as session:
            left = await feedback.abandoned(session, epoch)
            pending = await feedback.answers_in(session, State.PENDING)
            known = await readers.find_all(session, [answer.reader_id for answer in pending])
        await self._give_up(left, State.UNKNOWN)
        late = [answer for answer in pending if now - answer.at > GIVEN_UP]
        await self._give_up([answer for answer in late if await self.take(answer)], State.REFUSED)
        return [
            (answer, known[answer.reader_id])
            for answer in pending
            if answer not in late and answer.reader_id in known
        ]

    async def take(self, answer: Answer) -> bool:
        """Claim an answer; False where another process has it, or leads."""
        if (epoch := self._epoch()) is None:
            return False
        async with self._database.write() as session:
            return await feedback.claim(session, answer, epoch)

    async def record(self, answer: Answer, state: State, sent_id: int | None = None) -> None:
        """Write an answer's outcome. GONE marks its reader as gone, too."""
        async with self._database.write() as session:
            await feedback.record(session, answer, state, sent_id)
            if state is State.GONE:
                await readers.change(session, answer.reader_id, gone_at=self._clock.now())

    async def _give_up(self, answers: Iterable[Answer], state: State) -> None:
        for answer in answers:
            await self.record(answer, state)


async def _filled(session: Session, view: ThreadView) -> ThreadView:
    reader_id = view.thread.reader_id
    items = await feedback.newest(session, reader_id, NEWEST)
    return replace(
        view,
        items=tuple(items),
        older=await feedback.count(session, reader_id) - len(items),
        answers=tuple(await feedback.answers_to(session, reader_id)),
    )
