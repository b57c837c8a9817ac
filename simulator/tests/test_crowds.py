"""Crowds: many people, what each has seen, and a memory that a campaign does not fill."""

import sys
from typing import Any

import pytest
from aiohttp import ClientSession

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock
from test_control import ask, tell

FIRST = 6_000_000_001


async def test_a_crowd_speaks_the_languages_in_turn_and_may_be_written_to(
    bot: Caller, simulator: Simulator
) -> None:
    people = simulator.crowd(3, token=TOKEN, languages=("en", "es"))
    assert [person.user["language_code"] for person in people] == ["en", "es", "en"]
    assert await bot.result("getUpdates") == []
    assert (await bot.result("sendMessage", chat_id=people[2].id, text="hello"))["message_id"] == 1


async def test_a_crowd_that_starts_writes_start(bot: Caller, simulator: Simulator) -> None:
    await bot.result("getMe")
    status, body = await tell(bot, simulator, "crowd", count=3, starts=True, languages=["es"])
    assert (status, body) == (201, {"first_id": FIRST, "last_id": FIRST + 2})
    updates = await bot.result("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["/start"] * 3
    assert {update["message"]["from"]["language_code"] for update in updates} == {"es"}


@pytest.mark.parametrize(
    ("body", "start"),
    [({}, "Give `count`"), ({"count": 0}, "A crowd"), ({"count": 1, "languages": [1]}, "Give")],
)
async def test_a_wrong_crowd_is_refused_in_words(
    bot: Caller, simulator: Simulator, body: dict[str, Any], start: str
) -> None:
    await bot.result("getMe")
    status, answer = await tell(bot, simulator, "crowd", **body)
    assert status == 400
    assert answer["error"].startswith(start)


async def test_the_page_may_ask_for_a_few_of_many(bot: Caller, simulator: Simulator) -> None:
    simulator.crowd(40, token=TOKEN)
    async with bot.session.get(f"{simulator.address}/control/people?limit=2&find=reader%203") as answer:
        assert [person["first_name"] for person in await answer.json()] == ["Reader 3", "Reader 30"]
        assert answer.headers["X-Total-Count"] == "11"
    assert (await ask(bot, simulator, f"people/{FIRST + 39}"))["first_name"] == "Reader 40"
    assert "no such person" in (await ask(bot, simulator, "people/7"))["error"]


async def test_what_everyone_saw_is_told_in_one_answer(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.crowd(2, token=TOKEN)
    for chat in (ANA, FIRST, FIRST):
        await bot.result("sendMessage", chat_id=chat, text="Monday")
    await bot.result("editMessageText", chat_id=ANA, message_id=2, text="Tuesday")
    await bot.result("deleteMessage", chat_id=ANA, message_id=2)
    everyone = await ask(bot, simulator, "seen")
    assert sorted(everyone) == [str(ANA), str(FIRST)]
    assert [(entry["kind"], entry["message_id"], entry["words"]) for entry in everyone[str(ANA)]] == [
        ("new", 2, "Monday"), ("edit", 2, "Tuesday"), ("delete", 2, "Tuesday"),
    ]  # fmt: skip
    first, second = everyone[str(FIRST)]
    assert first["digest"] == second["digest"] != everyone[str(ANA)][1]["digest"]
    assert [sight.words for sight in simulator.seen(FIRST, token=TOKEN)] == ["Monday", "Monday"]
    assert simulator.seen(FIRST + 1, token=TOKEN) == []
    assert sorted(await ask(bot, simulator, "seen", holding="Tues")) == [str(ANA)]


async def test_the_ledger_forgets_calls_but_not_what_was_seen(
    clock: StoppedClock, session: ClientSession
) -> None:
    simulator = Simulator(clock, ledger_rows=3)
    await simulator.start()
    bot = Caller(simulator, session)
    simulator.person(id=ANA, first_name="Ana", token=TOKEN).writes("/start")
    for number in range(5):
        await bot.says(str(number))
    assert (len(simulator.ledger), simulator.ledger.next_seq()) == (5, 6)
    assert [row.seq for row in simulator.ledger] == [3, 4, 5]
    assert [row.seq for row in simulator.ledger.since(3)] == [4, 5]
    assert [row.seq for row in simulator.ledger.since(0)] == [3, 4, 5]
    assert [sight.words for sight in simulator.seen(ANA, token=TOKEN)] == ["0", "1", "2", "3", "4"]
    await simulator.stop()


async def test_equal_messages_are_kept_once(bot: Caller, simulator: Simulator) -> None:
    first, second = simulator.crowd(2, token=TOKEN)
    markup = {"inline_keyboard": [[{"text": "Open", "callback_data": "o"}]]}
    for person in (first, second):
        await bot.result("sendMessage", chat_id=person.id, text="x" * 4000, reply_markup=markup)
    message, other = first.chat.messages[1], second.chat.messages[2]
    assert message.content is other.content
    assert message.markup is other.markup
    assert sys.getsizeof(message.content.text) > 4000
