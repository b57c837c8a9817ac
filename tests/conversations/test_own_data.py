"""/mydata shows what is kept, /deleteme deletes it at one word, and a subscription is cancelled before."""

import json
from pathlib import Path

import pytest

from telegram_simulator import Person, Status
from tests.conversations.stars import MONTHLY, pays, rich, sell
from tests.world import TOKEN, World, labels, last

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
DONE = {
    "en": "Done. I’ve deleted everything about you, and I won’t write to you again. If you write to me, you "
    "start over as a new reader.",
    "es": "Listo: borré todo lo que guardaba sobre ti y no te escribiré más. Si me escribes, empiezas "
    "de cero.",
}


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def own_data(world: World, person: Person) -> dict[str, list[dict[str, object]]]:
    message = await world.ask(person, "/mydata")
    file = message.fields["document"]
    assert file["file_name"] == "mydata.json"
    data: dict[str, list[dict[str, object]]] = json.loads(world.telegram.content_of(file["file_id"]))
    return data


async def delete(world: World, person: Person) -> str:
    asked = await world.ask(person, "/deleteme")
    return (await world.tap(person, labels(asked)[0])).text


@LANGUAGES
async def test_a_reader_who_deletes_herself_is_a_stranger_again(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    await world.ask(ana, "/politics")
    assert await delete(world, ana) == DONE[code]
    assert "canary" not in (await world.ask(ana, "/economy")).text
    data = await own_data(world, ana)
    assert data["grants"] == []
    assert len(data["readers"]) == 1


async def test_all_that_is_kept_comes_as_one_file(world: World) -> None:
    ana, ben = world.person(), world.person(5_000_000_002)
    await world.take_trial(ana)
    await world.take_trial(ben)
    data = await own_data(world, ana)
    assert [row["source"] for row in data["grants"]] == ["trial"]
    assert data["readers"][0]["id"] == ana.id
    assert "/trial" in str(data["messages"])
    assert str(ben.id) not in str(data)


async def test_the_trial_is_not_given_again_nor_offered_to_who_comes_back(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    await delete(world, ana)
    assert (await world.ask(ana, "/trial")).text.startswith("You’ve used your free trial (one per person).")
    assert "Read free for 7 days" not in labels(await world.ask(ana, "/economy"))


async def test_she_is_told_what_she_would_lose_and_may_keep_it(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    asked = await world.ask(ana, "/deleteme")
    assert "You’d lose your access, which runs until" in asked.text
    assert "What stays" in asked.text
    assert (await world.tap(ana, "Keep everything")).text == "Nothing was deleted."
    assert "canary" in (await world.ask(ana, "/economy")).text


async def test_an_old_button_deletes_nothing_of_who_has_come_back(world: World) -> None:
    ana = world.person()
    asked = await world.ask(ana, "/deleteme")
    await delete(world, ana)
    world.later(days=1)
    await world.ask(ana, "/start")
    await world.ask(world.admin(), f"/grant {ana.id} 30")
    await world.tap(ana, data="do:deleteme:1764000000", on=asked)
    answer = next(bubble for bubble in ana.sees if bubble.message_id == asked.message_id)
    assert answer.text.startswith("This button is from before you started again.")
    assert "canary" in (await world.ask(ana, "/economy")).text


async def test_a_subscription_is_cancelled_before_she_is_deleted(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    asked = await world.ask(ana, "/deleteme")
    assert "Your subscription in Telegram is cancelled first" in asked.text
    assert (await world.tap(ana, labels(asked)[0])).text == DONE["en"]
    assert [call.method for call in world.telegram.ledger.of(method="editUserStarSubscription")]
    world.later(days=31)
    await world.wait_until_idle()
    assert "canary" not in (await world.ask(ana, "/economy")).text
    (charge,) = (await own_data(world, ana))["charges"]
    assert charge["stars"] == 250
    assert "reader_id" not in charge


async def test_each_of_two_subscriptions_is_cancelled_before_she_is_deleted(world: World) -> None:
    """She subscribes once more while the bot does not know that she has paid."""
    ana = rich(world)
    world.telegram.disruptions(TOKEN).hold("successful_payment")
    await pays(world, ana, MONTHLY)
    world.later(seconds=61)  # within a minute she might be paying on another device
    await pays(world, ana, MONTHLY)
    world.telegram.release(TOKEN, "successful_payment")
    await world.wait_until_idle()
    assert len(ana.stars.subscriptions) == 2
    assert await delete(world, ana) == DONE["en"]
    assert len(world.telegram.ledger.of(method="editUserStarSubscription")) == 2


@LANGUAGES
async def test_the_end_that_she_is_told_is_the_one_in_account(world: World, code: str) -> None:
    ana = rich(world, code)
    await pays(world, ana, MONTHLY)
    loses = {
        "en": "⚠️ You’d lose your access, which runs until Wednesday, January 21, 2026, at 09:00.",
        "es": "⚠️ Perderías tu acceso, que dura hasta el miércoles 21 de enero de 2026 a las 09:00.",
    }[code]
    assert loses in (await world.ask(ana, "/deleteme")).text


async def test_where_telegram_does_not_cancel_nothing_is_deleted(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    asked = await world.ask(ana, "/deleteme")
    world.telegram.faults.add(method="editUserStarSubscription", times=None, kind=Status(400))
    answer = await world.tap(ana, labels(asked)[0])
    assert "nothing was deleted" in answer.text
    assert "canary" in (await world.ask(ana, "/economy")).text


async def test_privacy_names_who_runs_it_and_leads_to_both(world: World) -> None:
    ana = world.person()
    answer = await world.ask(ana, "/privacy")
    assert "runs this bot" in answer.text
    assert labels(answer)[:2] == ["My data", "Delete me"]
    assert "document" in (await world.tap(ana, "My data")).fields
    await world.tap(ana, "Delete me", on=answer)
    assert labels(last(ana)) == ["Delete everything about me", "Keep everything"]


async def test_in_a_group_neither_is_answered(world: World) -> None:
    ana, group = world.person(), world.group()
    for command in ("/mydata", "/deleteme"):
        answers = await world.answers(ana, command, group)
        assert ["document" in answer.fields for answer in answers] == [False]
