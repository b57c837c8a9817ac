"""Who reads first is sent first: by what the local Telegram's ledger says of who was sent what, and when."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.db.tables import readers
from bot.domain.delivery.announcement import ALL, Announcement
from bot.domain.delivery.campaign import State
from bot.domain.delivery.failure_threshold import WINDOW
from bot.domain.readers.audience import Audience, Segment
from bot.services.delivery.broadcasting import Broadcast, Broadcasting
from telegram_simulator import Person, Status, TooMany
from tests.delivery.mondays import RELEASE, Monday, until

ACTIVE = RELEASE - timedelta(days=27)
INACTIVE = RELEASE - timedelta(days=29)
LIST = 1_000
"""An eighth of what the proof asks for; the shares are the same."""


async def enrol(monday: Monday, count: int) -> tuple[Sequence[Person], Sequence[Person]]:
    """Let every second one have written or tapped within four weeks; return them, and the others."""
    people = await monday.enrol(count)
    async with monday.world.program.core.database.write() as session:
        await session.execute(readers.update().values(active_at=INACTIVE))
        active = readers.update().where(readers.c.id.in_([person.id for person in people[1::2]]))
        await session.execute(active.values(active_at=ACTIVE))
    return people[1::2], people[::2]


def order(monday: Monday) -> list[int]:
    """Return whom Telegram was asked to send something, in that order."""
    calls = monday.world.telegram.ledger
    return [int(row.chat_id) for row in calls if row.method == "sendMessage" and row.chat_id is not None]


async def test_who_wrote_or_tapped_within_four_weeks_is_sent_it_before_all_others(monday: Monday) -> None:
    active, others = await enrol(monday, 40)
    await monday.push()
    await monday.ended()
    sent = order(monday)
    assert set(sent[:20]) == {person.id for person in active}
    assert set(sent[20:]) == {person.id for person in others}
    await monday.agrees()


async def test_and_so_it_is_with_a_broadcast(monday: Monday) -> None:
    active, others = await enrol(monday, 20)
    world = monday.world
    broadcasting = Broadcasting(
        world.program.core.database, world.clock, frozenset(), lambda: world.program.core.archive.publication
    )
    text = Announcement("sendMessage", {"text": "News"}, "News")
    assert isinstance(await broadcasting.send({ALL: text}, Audience(Segment.EVERYONE)), Broadcast)
    monday.world.later(minutes=2)
    await until(lambda: len(order(monday)) == 20)
    assert set(order(monday)[:10]) == {person.id for person in active}
    assert set(order(monday)[10:]) == {person.id for person in others}


async def test_one_of_the_first_who_has_to_wait_is_still_one_of_the_first(
    content: Path, data_folder: Path
) -> None:
    async with Monday.of(content, data_folder, send_rate=15) as monday:
        active, _ = await enrol(monday, 60)
        late = active[0]
        monday.world.telegram.faults.add(method="sendMessage", chat_id=late.id, kind=TooMany(1))
        await monday.push()
        await monday.ended()
        places = [place for place, reader in enumerate(order(monday)) if reader == late.id]
        assert len(places) == 2
        assert places[1] < 50
        await monday.agrees()


async def test_nobody_is_sent_it_before_her_own_hour_however_often_she_reads(monday: Monday) -> None:
    active, _ = await enrol(monday, 10)
    await monday.choose(active[0], zone="America/Los_Angeles")
    await monday.push()
    await monday.at_least(9, State.SENT)
    assert (await monday.states())[active[0].id] is State.PENDING
    monday.world.later(hours=6)
    await monday.ended()
    assert order(monday)[-1] == active[0].id


async def test_many_of_the_others_who_are_gone_do_not_pause_it_and_the_first_have_it_in_half_the_time(
    content: Path, data_folder: Path
) -> None:
    """Three in a hundred cannot be reached, and none of them has read for long: six of the second half."""
    async with Monday.of(content, data_folder, send_rate=1_000, send_window=100) as monday:
        active, others = await enrol(monday, LIST)
        gone = others[:: len(others) * 100 // (3 * LIST)][: 3 * LIST // 100]
        for person in gone:
            refusal = Status(403, "Forbidden: bot was blocked by the user")
            monday.world.telegram.faults.add(method="sendMessage", chat_id=person.id, kind=refusal)
        await monday.push()
        report = await monday.ended()
        assert LIST > 2 * WINDOW
        assert (report.of(State.SENT), report.of(State.FAILED)) == (LIST - len(gone), len(gone))
        places = {reader: place for place, reader in enumerate(order(monday))}
        first = sorted(places[person.id] for person in active)
        assert first[len(first) * 9 // 10] < LIST / 2
        await monday.agrees()
