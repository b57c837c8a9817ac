"""/grant by a message that is answered, and with the question before more than a year."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import MASKS
from tests.world import ADMIN, World, data, labels, last, told

ANA = 5_000_000_001
SOMEONE = {"id": ANA, "is_bot": False, "first_name": "Ana"}
BOT = {"id": 7, "is_bot": True, "first_name": "Other", "username": "other_bot"}
CHANNEL = {"id": -1_001, "type": "channel", "title": "News"}
GROUP = {"id": -1_002, "type": "supergroup", "title": "Friends"}
UNTIL = "Wednesday, January 21, 2026, at 09:00"
DONE = f"Done: 30 more days for {ANA}, who can read everything until {UNTIL}. I won’t tell them."
OUTDATED = "This button is out of date. /latest opens the current issue."


def by(user: dict[str, Any]) -> dict[str, Any]:
    return {"forward_origin": {"type": "user", "date": 1, "sender_user": user}}


async def answering(world: World, words: str, **extra: Any) -> str:
    """Let the admin write this in answer to a message of hers that has these fields."""
    ada = world.admin()
    answered = ada.writes("Hello", extra=extra)
    ada.writes(words, reply_to=answered.message_id)
    await world.wait_until_idle()
    return last(ada).text


async def reads_all(world: World) -> bool:
    return "canaryeconomy" in (await world.ask(world.person(ANA), "/economy")).text


@pytest.fixture
async def started(world: World) -> World:
    """Ana and the admin have started the bot."""
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), "/start")
    return world


async def test_in_answer_to_a_forwarded_message_its_author_is_meant(started: World) -> None:
    assert await answering(started, "/grant 30", **by(SOMEONE)) == DONE
    assert await reads_all(started)


async def test_to_a_forwarded_message_alone_it_says_what_may_be_done_with_it(started: World) -> None:
    hint = "To give access to whoever wrote that, answer it with /grant and how many days"
    started.admin().writes("Hello", extra=by(SOMEONE))
    await started.wait_until_idle()
    assert hint in last(started.admin()).text
    started.person(ANA).writes("Hello", extra=by(SOMEONE))
    await started.wait_until_idle()
    assert hint not in last(started.person(ANA)).text


async def test_in_answer_to_one_message_of_a_forwarded_album_its_author_is_meant(started: World) -> None:
    ada, album = started.admin(), by(SOMEONE) | {"media_group_id": "1"}
    pictures = [ada.writes(f"Picture {number}", extra=album) for number in (1, 2, 3)]
    ada.writes("/grant 30", reply_to=pictures[1].message_id)
    await started.wait_until_idle()
    assert last(ada).text == DONE


async def test_a_message_of_another_chat_and_a_contact_name_a_person_too(started: World) -> None:
    origin = by(SOMEONE)["forward_origin"]
    started.admin().writes("/grant 30", extra={"external_reply": {"origin": origin}})
    await started.wait_until_idle()
    assert last(started.admin()).text == DONE
    contact = {"contact": {"phone_number": "1", "first_name": "Ana", "user_id": ANA}}
    assert "February 20, 2026" in await answering(started, "/grant 30", **contact)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ana"}},
            "Telegram doesn’t tell me whose message that is",
        ),
        (
            {"forward_origin": {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 5}},
            "A group or a channel wrote that, not a person.",
        ),
        (
            {"forward_origin": {"type": "chat", "date": 1, "sender_chat": GROUP}},
            "A group or a channel wrote that, not a person.",
        ),
        (by(BOT), "A bot wrote that."),
        ({"contact": {"phone_number": "1", "first_name": "Ben"}}, "Telegram knows no account"),
    ],
    ids=["hidden", "a channel", "an anonymous admin", "a bot", "a contact without Telegram"],
)
async def test_where_nobody_can_be_meant_it_says_why(
    started: World, fields: dict[str, Any], said: str
) -> None:
    for words in ("/grant 30", "/revoke"):
        assert (await answering(started, words, **fields)).startswith(said)
    assert not await reads_all(started)


@pytest.mark.parametrize("mask", sorted(MASKS))
async def test_masks_are_no_person(started: World, mask: int) -> None:
    fields = by({"id": mask, "is_bot": mask != 777000, "first_name": "Group"})
    assert (await answering(started, "/grant 30", **fields)).startswith("A group or a channel wrote that")


async def test_a_message_of_the_bot_itself_is_nobody_s(started: World) -> None:
    ada = started.admin()
    ada.writes("/grant 30", reply_to=last(ada).message_id)
    await started.wait_until_idle()
    assert last(ada).text.startswith("A bot wrote that.")


async def test_where_a_number_and_an_answered_message_differ_it_asks_whom(started: World) -> None:
    text = await answering(started, f"/grant {ANA + 1} 30", **by(SOMEONE))
    assert text.startswith("Write the ID, or answer a message from that person, but not both")
    assert await answering(started, f"/grant {ANA} 30", **by(SOMEONE)) == DONE


@pytest.mark.parametrize("number", ["-1001234567890", "-5", "0"])
async def test_a_group_s_number_is_named_as_such(started: World, number: str) -> None:
    for words in (f"/grant {number} 30", f"/revoke {number}"):
        assert (await started.ask(started.admin(), words)).text.startswith(f"{number} isn’t a person’s ID")


@pytest.mark.parametrize("number", [7_000_000_001, 136817688, 1_001_234_567_890, 2**52, 2**59])
async def test_a_number_that_is_no_reader_s_is_a_sentence(started: World, number: int) -> None:
    for words in (f"/grant {number} 30", f"/grant {number} 3000", f"/revoke {number}"):
        answer = await started.ask(started.admin(), words)
        assert answer.text.startswith(f"Nobody with the ID {number} has started the bot. Ask them"), words


async def test_numbers_beyond_the_database_are_answered_with_how_it_is_written(started: World) -> None:
    for number in (2**63, 2**64, 10**300):
        assert "as in /grant 123456789 30" in (await started.ask(started.admin(), f"/grant {number} 30")).text
        assert "as in /revoke 123456789" in (await started.ask(started.admin(), f"/revoke {number}")).text


async def test_more_than_a_year_is_asked_about_first(started: World) -> None:
    ada = started.admin()
    assert (await started.ask(ada, f"/grant {ANA} 366")).text.startswith("Done: 366 more days")
    asked = await started.ask(ada, f"/grant {ANA} 3660")
    assert asked.text == (
        f"Do you mean 3,660 days for {ANA}? That’s more than a year: until Tuesday, December 30, 2036, at "
        "09:00."
    )
    assert labels(asked) == ["Yes, give 3,660 days", "No, give nothing"]
    done = await started.tap(ada, "Yes, give 3,660 days", on=asked)
    assert (done.message_id, labels(done)) == (asked.message_id, [])
    assert done.text.startswith(f"Done: 3,660 more days for {ANA}, who can read everything until Tuesday")


async def test_two_quick_taps_give_once_and_no_after_yes_says_what_was_given(started: World) -> None:
    ada = started.admin()
    asked = await started.ask(ada, f"/grant {ANA} 400")
    yes, no = data(asked).values()
    for pressed in (yes, yes, no):
        ada.taps(asked.message_id, data=pressed)
    await started.wait_until_idle()
    assert last(ada).text.startswith("Done: 400 more days")
    account = (await started.ask(started.person(ANA), "/account")).text
    assert "January 26, 2027" in account


async def test_no_gives_nothing(started: World) -> None:
    asked = await started.ask(started.admin(), f"/grant {ANA} 400")
    assert (await started.tap(started.admin(), "No, give nothing", on=asked)).text == "Nothing was given."
    assert not await reads_all(started)


async def test_a_question_of_last_week_gives_nothing(started: World) -> None:
    asked = await started.ask(started.admin(), f"/grant {ANA} 400")
    started.later(days=7)
    answer = await started.tap(started.admin(), "Yes, give 400 days", on=asked)
    assert answer.text.startswith("I asked that more than a day ago, so nothing was given.")
    assert not await reads_all(started)


async def test_an_admin_who_was_removed_gives_nothing_by_an_old_button(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder) as world:
        await world.ask(world.person(ANA), "/start")
        asked = await world.ask(world.admin(), f"/grant {ANA} 400")
        world.set(admin_ids=frozenset({ADMIN + 1}))
        await world.restart()
        for sent in data(asked).values():
            await world.tap(world.admin(), data=sent, on=asked)
            assert told(world.admin()) == OUTDATED
        assert not await reads_all(world)


async def test_a_forged_button_is_out_of_date(started: World) -> None:
    await started.ask(started.admin(), "/latest")
    forged = (
        *("gift:yes:1:400", "gift:yes:x:400:1", f"gift:maybe:{ANA}:400:1", f"gift:yes:{ANA}:4000:1"),
        *(f"gift:yes:{ANA}:0:1", f"take:some:{ANA}:1", "take:one:x:1", "take:one::", "audit:x", "audit:-1"),
    )
    for sent in forged:
        await started.tap(started.admin(), data=f"do:{sent}")
        assert told(started.admin()) == OUTDATED, sent
    for sent in (f"gift:yes:{ANA}:400:1", f"take:one:{ANA}:1", "audit:0"):
        await started.ask(started.person(ANA), "/latest")
        await started.tap(started.person(ANA), data=f"do:{sent}")
        assert told(started.person(ANA)) == OUTDATED, sent
    assert not await reads_all(started)


async def test_the_question_is_asked_in_spanish(started: World) -> None:
    ada = started.person(ADMIN, "es")
    await started.ask(ada, "/language")
    await started.tap(ada, data="do:set:language:es")
    asked = await started.ask(ada, f"/grant {ANA} 400")
    assert (
        asked.text
        == f"¿Le das 400 días a {ANA}? Es más de un año: hasta el martes 26 de enero de 2027 a las 09:00."
    )
    assert labels(asked) == ["Sí, dar 400 días", "No dar nada"]


async def test_two_admins_who_give_at_the_same_moment_both_give(content: Path, data_folder: Path) -> None:
    other = ADMIN + 1
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, other})) as world:
        await world.ask(world.person(ANA), "/start")
        for sender in (ADMIN, other):
            await world.ask(world.person(sender), "/start")
        for sender in (ADMIN, other):
            world.person(sender).writes(f"/grant {ANA} 30")
        await world.wait_until_idle()
        assert "February 20, 2026" in (await world.ask(world.person(ANA), "/account")).text
