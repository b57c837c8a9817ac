"""When a reader was last there is known to the day; whoever writes is not gone."""

import asyncio

from bot.db.readers import readers
from bot.domain.readers.reader import Reader
from bot.services.readers.readers import Readers, User
from tests.world import MONDAY, World


async def set_gone(world: World, *ids: int) -> None:
    async with world.program.core.database.write() as session:
        for number in ids:
            await readers.change(session, number, gone_at=MONDAY)


async def test_it_is_noted_once_a_day_and_not_more_often(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    first = (await world.reader(ana)).active_at
    world.later(hours=23)
    await world.ask(ana, "/help")
    assert (await world.reader(ana)).active_at == first
    world.later(hours=2)
    await world.ask(ana, "/help")
    later = (await world.reader(ana)).active_at
    assert first is not None
    assert later is not None
    assert 25 * 3_600 <= (later - first).total_seconds() < 26 * 3_600


async def test_words_bring_back_someone_who_was_thought_to_be_gone_with_all_she_chose(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/stop")
    await world.tap(ana, data="do:set:language:es")
    await set_gone(world, ana.id)
    await world.ask(ana, "hola")
    reader = await world.reader(ana)
    assert (reader.gone_at, reader.language) == (None, "es")
    assert reader.stopped_at is not None


async def test_a_tap_brings_her_back_as_well(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/settings")
    await set_gone(world, ana.id)
    await world.tap(ana, "Language")
    assert (await world.reader(ana)).gone_at is None


async def test_one_who_unblocks_the_bot_is_there_again(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    ana.blocks()
    await world.wait_until_idle()
    world.later(days=3)
    ana.returns()
    await world.wait_until_idle()
    reader = await world.reader(ana)
    assert reader.gone_at is None
    assert reader.active_at is not None
    assert (world.clock.now() - reader.active_at).total_seconds() < 60


async def test_many_who_come_back_at_once_are_all_noted(world: World) -> None:
    ids = range(1, 301)
    async with world.program.core.database.write() as session:
        for number in ids:
            await readers.add(session, Reader(number, "en"), MONDAY)
    world.later(days=2)
    service = Readers(world.program.core.database, world.clock)
    viewers = await asyncio.gather(*(service.receive(User(number, "en")) for number in ids))
    assert not any(viewer.new for viewer in viewers)
    async with world.program.core.database.read() as session:
        rows = await readers.find_all(session, list(ids))
    assert all(reader.active_at and reader.active_at > MONDAY for reader in rows.values())
