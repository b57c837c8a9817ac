"""/grant: only for admins, in their own words, once."""

from pathlib import Path
from typing import Any

import pytest

from tests.world import ADMIN, World, last

UNKNOWN = "I don’t know that command. /help shows what you can ask me."
HOW = "Write /grant, the reader’s ID and how many days, from 1 to 3,660"
ANA = 5_000_000_001
WRONG = (
    *("", f"{ANA}", f"{ANA} 0", f"{ANA} -1", f"{ANA} 3661", f"{ANA} 30 31", "@ana 30", f"{ANA} ٣٠"),
    *(f"{ANA} 1.5", f"{'9' * 40} 30", f"{ANA} {'9' * 40}", "all 30"),
)
SOMEONE = {"id": ADMIN, "is_bot": False, "first_name": "Ada"}


def message(world: World, text: str, sender: int = ADMIN, **more: Any) -> dict[str, Any]:
    return {
        "message_id": 9_000,
        "date": int(world.clock.now().timestamp()),
        "chat": {"id": sender, "type": "private", "first_name": "Ada"},
        "from": {"id": sender, "is_bot": False, "first_name": "Ada", "language_code": "en"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}],
        **more,
    }


async def may_read(world: World) -> bool:
    return "canaryeconomy" in (await world.ask(world.person(ANA), "/economy")).text


async def test_an_admin_gives_days_and_is_told_until_when(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    answer = await world.ask(world.admin(), f"/grant {ANA} 30")
    assert answer.text == (
        f"Done: 30 more days for {ANA}, who can read everything until Wednesday, January 21, 2026, at 09:00. "
        "I won’t tell them."
    )
    assert await may_read(world)


async def test_days_add_up(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), f"/grant {ANA} 1")
    assert "December 24, 2025" in (await world.ask(world.admin(), f"/grant {ANA} 1")).text


async def test_someone_who_never_started_gets_nothing(world: World) -> None:
    answer = await world.ask(world.admin(), f"/grant {ANA} 30")
    assert answer.text == (
        f"Nobody with the ID {ANA} has started the bot. Ask them to write /start to @sim7000000001_bot "
        "first; then they’ll find their ID in /account."
    )


async def test_wrong_words_are_answered_with_how_it_is_written(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    for words in WRONG:
        assert (await world.ask(world.admin(), f"/grant {words}")).text.startswith(HOW), words
    assert not await may_read(world)


async def test_for_anyone_else_the_command_does_not_exist(world: World) -> None:
    ana = world.person(ANA)
    assert (await world.ask(ana, f"/grant {ANA} 30")).text == UNKNOWN
    assert (await world.ask(ana, "/grant")).text == UNKNOWN
    assert not await may_read(world)


@pytest.mark.parametrize(
    "how",
    [
        {"forward_origin": {"type": "user", "date": 1, "sender_user": SOMEONE}},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ada"}},
        {"via_bot": {"id": 7, "is_bot": True, "first_name": "Other", "username": "other_bot"}},
        {"sender_chat": {"id": -1001, "type": "channel", "title": "News"}},
    ],
    ids=["forwarded", "forwarded from someone hidden", "through another bot", "as a channel"],
)
async def test_an_admin_s_words_count_only_as_her_own(world: World, how: dict[str, Any]) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), "/start")
    await world.push(message=message(world, f"/grant {ANA} 30", **how))
    assert last(world.admin()).text == UNKNOWN
    assert not await may_read(world)


async def test_an_edited_message_is_no_command(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    before = await world.ask(world.admin(), "/start")
    await world.push(edited_message=message(world, f"/grant {ANA} 30", edit_date=2))
    assert last(world.admin()) == before
    assert not await may_read(world)


async def test_in_a_group_an_admin_is_nobody(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    group = world.group()
    assert await world.answers(world.admin(), f"/grant {ANA} 30", group) == []
    (answer,) = await world.answers(world.admin(), f"/grant@sim7000000001_bot {ANA} 30", group)
    assert answer.text == UNKNOWN
    assert not await may_read(world)


@pytest.mark.parametrize("mask", [1087968824, 136817688, 777000])
async def test_nobody_is_an_admin_from_behind_a_mask(world: World, mask: int) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.push(message=message(world, f"/grant {ANA} 30", sender=mask))
    assert not await may_read(world)


async def test_the_same_update_twice_gives_once(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), "/start")
    for _ in range(3):
        await world.push(update_id=4_711, message=message(world, f"/grant {ANA} 30"))
    assert "January 21, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_the_same_message_under_another_update_s_number_gives_once(world: World) -> None:
    """Telegram counts updates anew after a quiet week; a message keeps its number."""
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), "/start")
    for number in (4_711, 4_712):
        await world.push(update_id=number, message=message(world, f"/grant {ANA} 30"))
    assert "January 21, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_another_message_under_an_update_s_number_that_comes_again_gives_more(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), "/start")
    for number in (9_001, 9_002):
        asked = message(world, f"/grant {ANA} 30") | {"message_id": number}
        await world.push(update_id=4_711, message=asked)
        async with world.program.core.database.write() as session:
            await session.exec_driver_sql("DELETE FROM inbox")  # as after some days
    assert "February 20, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_two_admins_whose_messages_have_the_same_number_both_give(
    content: Path, data_folder: Path
) -> None:
    other = ADMIN + 1
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, other})) as world:
        await world.ask(world.person(ANA), "/start")
        for sender in (ADMIN, other):
            await world.push(message=message(world, f"/grant {ANA} 30", sender=sender))
        assert "February 20, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_a_request_handled_again_after_a_crash_gives_once(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    await world.ask(world.admin(), f"/grant {ANA} 30")
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE inbox SET handled_at = NULL")
    await world.restart()
    await world.wait_until_idle()
    assert "January 21, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_an_admin_without_access_reads_what_everyone_reads(world: World) -> None:
    ada = world.admin()
    assert "canary" not in (await world.ask(ada, "/economy")).text
    await world.take_trial(ada)
    assert "canaryeconomy" in (await world.ask(ada, "/economy")).text
