"""Feedback: readers write to the newsroom, and admins answer or mute them."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.readers import feedback, feedback_posts, readers
from bot.db.updates import inbox
from bot.domain.readers.feedback import WINDOW, Answer, Item, Thread, fitting


class Taken(StrEnum):
    """What came of a reader's message."""

    KEPT = "kept"
    PARTLY = "partly"  # of several, the first
    FULL = "full"  # the first that is not kept
    DROPPED = "dropped"  # a further one
    MUTED = "muted"


class Answered(StrEnum):
    """What came of an admin's answer."""

    GOES = "goes"
    GONE = "gone"  # the reader has blocked the bot
    NO_READER = "no reader"


class Feedback:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(self, name: str, *parts: Item) -> tuple[Taken, int]:
        """Keep what a reader wrote, in one message or in the parts of one thing; the same message brought
        twice is kept once. Return what came of it, and how many of the parts are kept.
        """
        now, reader_id = self._clock.now(), parts[0].reader_id
        async with self._database.write() as session:
            await readers.lock_for_update(session, reader_id)  # her taps may be handled beside each other
            thread = await feedback.thread(session, reader_id)
            if thread and thread.muted_at:
                return Taken.MUTED, 0
            known = await feedback.stored_ids(session, reader_id, [part.message_id for part in parts])
            new = [part for part in parts if part.message_id not in known]
            if not new:
                return Taken.KEPT, len(known)
            fit = fitting(new, await feedback.count_since(session, reader_id, now - WINDOW))
            if thread and not fit:
                return await self._full(session, thread, now), len(known)
            for part in fit:
                await feedback.add(session, part)
            is_whole = len(fit) == len(new)
            spoken = _spoken(thread, reader_id, name, now)
            await feedback.keep_thread(session, spoken if is_whole else replace(spoken, full_at=now))
        return (Taken.KEPT if is_whole else Taken.PARTLY), len(known) + len(fit)

    @staticmethod
    async def _full(session: Session, thread: Thread, now: datetime) -> Taken:
        if thread.full_at and thread.full_at >= thread.spoke_at:
            return Taken.DROPPED
        await feedback.keep_thread(session, replace(thread, full_at=now, round=thread.round + 1))
        return Taken.FULL

    async def brought(self, reader_id: int, update_id: int) -> str | None:
        """Return the update of a reader's, as JSON; None once it is forgotten."""
        async with self._database.read() as session:
            return await inbox.body_of(session, update_id, reader_id)

    async def is_ours(self, reader_id: int, message_id: int) -> bool:
        """Tell whether this message in a reader's chat is an answer of the newsroom."""
        async with self._database.read() as session:
            return await feedback.is_answer(session, reader_id, message_id)

    async def items(self, reader_id: int, most: int, skip: int) -> tuple[list[Item], int]:
        """Return the newest of a reader's messages but for the last `skip`, oldest first, and how many are
        older.
        """
        async with self._database.read() as session:
            items = await feedback.newest(session, reader_id, most, skip=skip)
            older = await feedback.count(session, reader_id) - skip - len(items)
        return items, max(0, older)

    async def thread(self, reader_id: int) -> Thread | None:
        async with self._database.read() as session:
            return await feedback.thread(session, reader_id)

    async def mute(self, reader_id: int, by: str | None) -> bool:
        """Take nothing of a reader any more, or (None) take it again; False where nothing is kept of her."""
        since = self._clock.now() if by else None
        async with self._database.write() as session:
            return await feedback.touch(session, reader_id, muted_at=since, muted_by=by)

    async def asks_for(self, admin_id: int, message_id: int, reader_id: int) -> None:
        """Note that what an admin answers to this message is for that reader."""
        async with self._database.write() as session:
            await feedback_posts.add_handle(session, admin_id, message_id, reader_id, self._clock.now())

    async def reader_of(self, admin_id: int, message_id: int) -> int | None:
        """Return the reader for whom an answer to this message is."""
        async with self._database.read() as session:
            return await feedback_posts.reader_of(session, admin_id, message_id)

    async def answer(self, answer: Answer) -> Answered:
        """Let an answer go out; the same message brought twice goes once."""
        async with self._database.write() as session:
            reader = await readers.find(session, answer.reader_id)
            if reader is None:
                return Answered.NO_READER
            if reader.gone_at is not None:
                return Answered.GONE
            if await feedback.add_answer(session, answer):
                await feedback.touch(session, answer.reader_id)
        return Answered.GOES


def _spoken(thread: Thread | None, reader_id: int, name: str, now: datetime) -> Thread:
    if thread is None:
        return Thread(reader_id, name, 1, now)
    return replace(thread, name=name, round=thread.round + 1, spoke_at=now)
