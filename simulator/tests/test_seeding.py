"""A start with people and groups in it, read from a file."""

import json
from typing import Any

import pytest

from caller import ANA, TOKEN, Caller
from telegram_simulator import Seed, SeedError, SeedPerson, Simulator
from telegram_simulator.state import seeding

FORUM = -1_001_234_567_890
FILE: dict[str, Any] = {
    "people": [
        {"id": ANA, "first_name": "Ana", "language_code": "es", "note": "reads", "starts": True, "stars": 7},
        {"id": ANA + 1, "first_name": "Ben"},
    ],
    "groups": [{"id": FORUM, "title": "Readers", "forum": True, "members": [ANA]}],
}


async def test_each_new_bot_finds_the_people_and_the_groups_of_the_file(
    simulator: Simulator, bot: Caller
) -> None:
    simulator.plant(seeding.read(json.dumps(FILE)))
    [update] = await bot.result("getUpdates")
    assert (update["message"]["text"], update["message"]["from"]["first_name"]) == ("/start", "Ana")
    assert await bot.says("x")
    refusal = await bot.refusal("sendMessage", chat_id=ANA + 1, text="x")
    assert refusal == "Bad Request: chat not found"
    chat = await bot.result("getChat", chat_id=FORUM)
    assert (chat["title"], chat["is_forum"]) == ("Readers", True)
    assert (await bot.result("getChatMember", chat_id=FORUM, user_id=ANA))["status"] == "creator"


async def test_people_start_with_the_stars_of_the_file(simulator: Simulator, bot: Caller) -> None:
    simulator.plant(seeding.read(json.dumps(FILE)))
    await bot.result("getMe")
    balances = [
        simulator.person(id=number, first_name="x", token=TOKEN).stars.balance for number in (ANA, ANA + 1)
    ]
    assert balances == [7, 500]


async def test_a_reset_forgets_the_start_too(simulator: Simulator, bot: Caller) -> None:
    simulator.plant(seeding.read(json.dumps(FILE)))
    simulator.reset()
    assert await bot.result("getUpdates") == []


def test_an_empty_file_is_an_empty_start() -> None:
    assert seeding.read("{}") == Seed()
    assert seeding.read('{"people": [{"id": 1, "first_name": "A"}]}') == Seed((SeedPerson(1, "A"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is no JSON"),
        ("[]", "holds an object"),
        ('{"persons": []}', "holds an object"),
        ('{"people": {}}', '"people" must be a list'),
        ('{"people": [{"id": 1}]}', "the first two must be given"),
        ('{"people": [{"id": 1, "first_name": "A", "age": 5}]}', "Each entry has id, first_name"),
        ('{"people": [{"id": 0, "first_name": "A"}]}', "an id above 0"),
        ('{"people": [{"id": 1, "first_name": "A", "stars": -1}]}', "0 Stars or more"),
        ('{"people": [{"id": 1, "first_name": "A", "stars": "x"}]}', "0 Stars or more"),
        ('{"groups": [{"id": 5, "title": "A"}]}', "an id below 0"),
        ('{"groups": [{"id": -5, "title": "A", "members": [7]}]}', "7 is not"),
    ],
)
def test_a_file_that_is_wrong_is_named(text: str, expected: str) -> None:
    with pytest.raises(SeedError, match=expected):
        seeding.read(text)
