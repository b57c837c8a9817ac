"""An answer of the newsroom is handed over once, whoever does it and whatever breaks in between."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.readers import feedback, readers
from bot.domain.content.publication import read
from bot.domain.readers.feedback import Answer, Item, Kind, State
from bot.domain.readers.reader import Reader
from bot.services.readers.admins import Admins
from bot.services.readers.feedback import Answered, Feedback, Taken
from bot.services.readers.feedback_outbox import FeedbackOutbox
from tests.world import MONDAY, PUBLICATION

ADA, ANA = 9, 7
ANSWER = Answer(ADA, 1, ANA, "Ada", "an answer", MONDAY)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.write() as session:
        for number in (ADA, ANA):
            await readers.add(session, Reader(number, "en", quiet=None), MONDAY)
    yield opened
    await opened.close()


def outbox(database: Database, epoch: int | None) -> FeedbackOutbox:
    clock = StoppedClock(MONDAY)
    admins = Admins(database, clock, frozenset({ADA}))
    return FeedbackOutbox(database, clock, admins, lambda: epoch, lambda: read(PUBLICATION))


async def asked(database: Database) -> Feedback:
    room = Feedback(database, StoppedClock(MONDAY))
    await room.take("Ana", Item(ANA, 1, MONDAY, Kind.TEXT, "a question"))
    return room


async def state(database: Database) -> State:
    async with database.read() as session:
        (answer,) = await feedback.answers_to(session, ANA)
    return answer.state


async def test_an_answer_brought_twice_is_one_answer(database: Database) -> None:
    room = await asked(database)
    assert await room.answer(ANSWER) is Answered.GOES
    assert await room.answer(ANSWER) is Answered.GOES
    assert len(await outbox(database, 1).answers()) == 1


async def test_of_two_senders_one_takes_an_answer(database: Database) -> None:
    await (await asked(database)).answer(ANSWER)
    assert await outbox(database, 1).take(ANSWER)
    assert not await outbox(database, 1).take(ANSWER)
    assert not await outbox(database, None).take(ANSWER)


async def test_what_a_dead_sender_left_in_hand_is_unknown_and_never_sent_again(database: Database) -> None:
    await (await asked(database)).answer(ANSWER)
    assert await outbox(database, 1).take(ANSWER)
    assert await outbox(database, 2).answers() == []
    assert await state(database) is State.UNKNOWN
    assert not await outbox(database, 2).take(ANSWER)


async def test_what_could_not_leave_is_tried_again(database: Database) -> None:
    await (await asked(database)).answer(ANSWER)
    assert await outbox(database, 1).take(ANSWER)
    await outbox(database, 1).record(ANSWER, State.PENDING)
    assert len(await outbox(database, 2).answers()) == 1


async def test_of_two_senders_one_shows_a_thread(database: Database) -> None:
    await asked(database)
    first_outbox, other = outbox(database, 1), outbox(database, 2)
    (mine,), (theirs,) = await first_outbox.due(), await other.due()
    assert await first_outbox.claim(mine)
    assert not await other.claim(theirs)


async def test_a_thread_holds_the_newest_and_counts_the_older_ones(database: Database) -> None:
    for hour in range(5):
        room = Feedback(database, StoppedClock(MONDAY + timedelta(hours=hour)))
        for number in range(20):
            at, message_id = MONDAY + timedelta(hours=hour), 100 * hour + number + 1
            await room.take("Ana", Item(ANA, message_id, at, Kind.TEXT, "words"))
    (page_sender,) = await outbox(database, 1).due()
    assert len(page_sender.items) + page_sender.older == 100
    assert len(page_sender.items) < 100
    assert page_sender.items[-1].message_id == 420


async def test_one_who_is_muted_is_told_so_whatever_she_wrote_before(database: Database) -> None:
    room = await asked(database)
    await room.mute(ANA, "Ada")
    assert await room.take("Ana", Item(ANA, 1, MONDAY, Kind.TEXT, "a question")) == (Taken.MUTED, 0)
