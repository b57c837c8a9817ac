"""The auditor: it must find whoever got nothing, and whoever got two."""

from collections import Counter

from aiohttp import ClientSession

from bot.clock import MovableClock
from caller import TOKEN, Caller
from telegram_simulator import Simulator
from tools.soak.audit import audit, copies_of


def test_who_got_nothing_is_lost_unless_the_ledger_says_unknown() -> None:
    audited = audit(Counter({1: 1, 4: 1}), {1: "sent", 2: "sent", 3: "unknown", 4: "unknown"}, range(1, 6))
    assert audited.lost == [2, 5]
    assert (audited.unknown, audited.arrived, audited.twice) == (2, 1, [])


async def test_copies_are_counted_by_what_readers_saw() -> None:
    simulator = Simulator(MovableClock())
    await simulator.start()
    people = simulator.crowd(3, token=TOKEN)
    async with ClientSession() as session:
        bot = Caller(simulator, session)
        for person in (people[0], people[1], people[1]):
            await bot.result("sendMessage", chat_id=person.id, text="Issue-000001")
        await bot.result("editMessageText", chat_id=people[0].id, message_id=1, text="Issue-000001 again")
        await bot.result("sendMessage", chat_id=people[2].id, text="Issue-000002")
        copies = await copies_of(session, simulator.address, "Issue-000001")
    await simulator.stop()
    assert copies == {people[0].id: 1, people[1].id: 2}
    assert audit(copies, {}, [person.id for person in people]).twice == [people[1].id]
    assert audit(copies, {}, [person.id for person in people]).lost == [people[2].id]
