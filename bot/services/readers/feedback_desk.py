"""The newsroom's desk: threads and answers that are due."""

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
"""Messages of a reader that are looked at for her thread: a message of Telegram's has room for fewer."""


@dataclass(frozen=True, slots=True)
class ThreadView:
    """What one admin is to be shown, how, and where it stood before."""

    admin: Reader
    thread: Thread
    items: tuple[Item, ...]
    """The newest: a message holds no more of them."""

    older: int
    answers: tuple[Answer, ...]
    step: Step
    before: Post | None
    post: Post
    """As it is once it was shown, but for its message."""


class FeedbackDesk:
    """Call it where campaigns are sent. What is shown or sent is claimed before it is handed over."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        admins: Admins,
        epoch: Callable[[], int | None],
        publication: Callable[[], Publication],
    ) -> None:
        """`epoch` is that of the sender that this process is, None where it is none."""
        self._database = database
        self._clock = clock
        self._admins = admins
        self._epoch = epoch
        self._publication = publication

    async def is_idle(self) -> bool:
        """Tell whether nobody has written: then there is nothing to look for."""
        async with self._database.read() as session:
            return await feedback.is_empty(session)

    async def due(self) -> list[ThreadView]:
        """Return what is to be shown now."""
        now = self._clock.now()
        admins = {admin.id: admin for admin in await self._admins.reachable()}
        async with self._database.read() as session:
            stale = await feedback_posts.stale(session, admins)
            showings = [self._view(admins[admin_id], thread, post, now) for admin_id, thread, post in stale]
            return [await _filled(session, view) for view in showings if view.step is not Step.NOTHING]

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
        """Note that this is shown; False when another process was first."""
        async with self._database.write() as session:
            return await feedback_posts.put(session, view.post, view.before)

    async def arrived(self, view: ThreadView, message_id: int) -> None:
        """Keep in which message it stands: what is answered there is for the reader."""
        post = replace(view.post, message_id=message_id)
        async with self._database.write() as session:
            await feedback_posts.put(session, post, view.post)
            await feedback_posts.add_handle(
                session, post.admin_id, message_id, post.reader_id, self._clock.now()
            )

    async def undo(self, view: ThreadView) -> None:
        """It was certainly not shown: show it later."""
        async with self._database.write() as session:
            if view.before is None:
                await feedback_posts.drop(session, view.post)
            else:
                await feedback_posts.put(session, view.before, view.post)

    async def answers(self) -> list[tuple[Answer, Reader]]:
        """Return the answers that are to go out, with their readers. What another sender left in hand may
        have arrived.
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
        """Take an answer in hand; False when another process has it."""
        if (epoch := self._epoch()) is None:
            return False
        async with self._database.write() as session:
            return await feedback.claim(session, answer, epoch)

    async def record(self, answer: Answer, state: State, sent_id: int | None = None) -> None:
        """Note what became of an answer; of a reader who blocked the bot, that she is gone."""
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
