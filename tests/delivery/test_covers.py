"""The picture of a push: it goes along until Telegram has it."""

from pathlib import Path

from sqlalchemy import text

from bot.domain.delivery.campaign import State
from bot.domain.readers.reader import Rendering
from telegram_simulator import Flood, Latency, ResetAfter
from tests.databases import on_sqlite
from tests.delivery.mondays import KEY, Monday, until
from tests.world import write_cover

REFUSAL = "CREATE TRIGGER full BEFORE INSERT ON uploads BEGIN SELECT RAISE(ABORT, 'full'); END"


@on_sqlite
async def test_who_waits_for_the_picture_to_be_brought_is_not_sent_into_a_cooldown_that_comes_meanwhile(
    content: Path, data_folder: Path
) -> None:
    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(10, rendering=Rendering.RICH)
        for kind in (Flood(2), Latency(0.5)):  # both befall the first
            monday.world.telegram.faults.add(method="sendRichMessage", kind=kind)
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        refused = [row for row in monday.world.telegram.ledger.of(method="sendRichMessage") if row.error]
        assert len(refused) == 2  # hers, and the one that told of everyone's
        await monday.agrees()


@on_sqlite
async def test_who_waits_for_a_picture_that_hangs_when_the_program_stops_is_pending(
    content: Path, data_folder: Path
) -> None:
    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(10, rendering=Rendering.RICH)
        monday.world.telegram.faults.add(method="sendRichMessage", times=None, kind=Latency(1.5))
        await monday.push()
        await until(lambda: monday.sends() == 1)
        await monday.world.program.runner.stop_sending(0.5)
        await monday.world.program.stop()
        monday.world.program = monday.world.new_program()
        report = await monday.report()
        assert report.of(State.SENDING) == 1  # hers whose picture is on its way
        assert report.of(State.PENDING) == len(people) - 1
        monday.world.telegram.faults.clear()
        await monday.world.program.start()
        await monday.ended()
        await monday.agrees()


@on_sqlite
async def test_a_picture_whose_id_cannot_be_kept_makes_no_message_unknown(
    content: Path, data_folder: Path
) -> None:
    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(10, rendering=Rendering.RICH)
        async with monday.world.program.core.database.write() as session:
            await session.execute(text(REFUSAL))
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
        await monday.agrees()


@on_sqlite
async def test_a_copy_that_brings_the_picture_and_whose_answer_is_lost_is_never_sent_again(
    content: Path, data_folder: Path
) -> None:
    """A reply would be: a campaign's copy leaves by another way."""
    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(3, rendering=Rendering.RICH)
        for person in people:
            monday.world.telegram.faults.add(
                method="sendRichMessage", chat_id=person.id, times=None, kind=ResetAfter()
            )
        await monday.push()
        assert (await monday.ended()).of(State.UNKNOWN) == len(people)
        assert monday.copies() == {person.id: 1 for person in people}
        assert monday.sends() == len(people)
        await monday.agrees()
