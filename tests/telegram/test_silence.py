"""Nobody can silence the bot: no group, no crowd; and what a cooldown keeps back is answered after it."""

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.db.updates import inbox
from bot.domain.delivery.campaign import State
from bot.services.subscriptions.granting import Granting
from telegram_simulator import (
    Bubble,
    Drip,
    Fault,
    Flood,
    Group,
    Person,
    ResetAfter,
    ResetBefore,
    Status,
    TooMany,
)
from telegram_simulator.api.parameters import Upload
from tests.databases import on_sqlite
from tests.delivery.mondays import Monday
from tests.waiting import until
from tests.world import ADMIN, TOKEN, World, last, since

pytestmark = pytest.mark.apart

LONG = 600
DAY = 86_400
GROUPS = (-4_000_000_001, -4_000_000_002)


@pytest.fixture
async def paced(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """A program that spaces a reader's messages by a second."""
    async with World(content, data_folder, spacing=1.0) as running:
        yield running


@pytest.fixture
async def monday(content: Path, data_folder: Path) -> AsyncIterator[Monday]:
    async with Monday.of(content, data_folder) as running:
        yield running


async def after(world: World, seconds: float) -> None:
    """Let a cooldown be over, and the program be another one that knows of it only what was kept."""
    await world.program.stop()
    world.later(seconds=seconds + 1)
    world.program = world.new_program()
    await world.program.start()


def silent(world: World, chat: int | None, seconds: int) -> None:
    """Let Telegram want nothing sent for so long, to this chat or to anyone, from the next message on."""
    kind = Flood(seconds) if chat is None else TooMany(seconds)
    world.telegram.faults.add(method="sendMessage", chat_id=chat, kind=kind)


async def asked(world: World, person: Person, words: str, group: Group | None = None) -> Bubble:
    said = person.writes(words, group=group)
    await world.wait_until_idle()
    return said


def texts(chat: Person | Group, message_id: int) -> list[str]:
    return [bubble.text for bubble in since(chat, message_id)]


async def answered(world: World, chat: Person | Group, message_id: int) -> list[str]:
    """Wait for what was owed; return all that came of it."""
    await until(lambda: since(chat, message_id))
    await world.wait_until_idle()
    return texts(chat, message_id)


@pytest.mark.parametrize("seconds", [LONG, DAY])
async def test_a_readers_last_command_is_answered_after_a_cooldown_though_the_program_was_restarted(
    world: World, seconds: int
) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    silent(world, None, seconds)
    first = await asked(world, ana, "/help")
    await asked(world, ana, "/politics")
    assert texts(ana, first.message_id) == []
    await after(world, seconds)
    found = await answered(world, ana, first.message_id)
    assert len(found) == 1
    assert "Senate sits" in found[0]
    await world.restart()
    await world.wait_until_idle()
    assert len(texts(ana, first.message_id)) == 1


async def test_a_command_that_meets_the_429_itself_is_answered_as_well(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    silent(world, ana.id, LONG)
    first = await asked(world, ana, "/help")
    await after(world, LONG)
    assert len(await answered(world, ana, first.message_id)) == 1
    assert world.telegram.rates.inside_cooldowns == 0


@on_sqlite
async def test_a_command_that_found_no_connection_is_answered_once_there_is_one(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    world.program.core.rate_limiter.begin_cooldown(ana.id, 0.5)
    first = ana.writes("/help")
    await until(lambda: in_the_inbox(world, ana))
    port = int(world.telegram.address.rpartition(":")[2])
    await world.telegram.stop()
    await until(lambda: is_owed(world))
    await world.telegram.start(port=port)
    world.later(seconds=6)
    (answer,) = await answered(world, ana, first.message_id)
    assert "Here’s what you can ask me" in answer
    world.later(seconds=60)
    await world.ask(world.person(5_000_000_002), "/help")
    assert len(texts(ana, first.message_id)) == 1


async def in_the_inbox(world: World, person: Person) -> bool:
    async with world.program.core.database.read() as session:
        return bool(await inbox.waiting(session, person.id, 1, world.clock.now()))


async def is_owed(world: World) -> bool:
    return "briefing_answers_owed 1.0" in (await world.web("/metrics")).text


@pytest.mark.parametrize(
    ("lost", "copies"),
    [([ResetAfter()], 2), ([ResetBefore()], 1), ([], 2)],
    ids=["arrived", "did not arrive", "nothing lost before"],
)
async def test_an_answer_that_is_lost_before_a_cooldown_and_after_it_comes_no_more_than_twice(
    world: World, lost: list[Fault], copies: int
) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    for kind in lost:
        world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=kind)
    silent(world, ana.id, LONG)
    first = await asked(world, ana, "/help")
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=ResetAfter())
    await after(world, LONG)
    await until(lambda: len(since(ana, first.message_id)) == copies)
    await world.restart()
    await world.wait_until_idle()
    assert len(texts(ana, first.message_id)) == copies


async def test_what_was_owed_before_a_program_stood_still_for_days_is_not_answered(world: World) -> None:
    ana, luz = world.person(), world.person(5_000_000_002, name="Luz")
    await world.ask(ana, "/start")
    silent(world, ana.id, LONG)
    first = await asked(world, ana, "/help")
    await after(world, 2 * DAY)
    assert "Here’s what you can ask me" in (await world.ask(luz, "/help")).text
    await world.wait_until_idle()
    assert texts(ana, first.message_id) == []


async def test_a_command_that_was_answered_since_leaves_nothing_owed(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.ask(ana, "/start")
    silent(world, group.id, LONG)
    first = await asked(world, ana, "/help", group)
    await world.ask(ana, "/politics")  # in private nothing is cooling down
    await after(world, LONG)
    await world.ask(ana, "/help")
    assert texts(group, first.message_id) == []


async def test_what_the_bot_does_not_answer_takes_the_place_of_nothing_that_is_owed(world: World) -> None:
    ana, group = world.person(), world.group()
    front = await world.ask(ana, "/latest")
    silent(world, ana.id, LONG)
    first = await asked(world, ana, "/help")
    await asked(world, ana, "/weather@other_bot", group)
    await asked(world, ana, "/weather", group)
    person = {"id": ana.id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    pinned = {"message_id": front.message_id, "date": 1_766_400_000, "chat": chat, "text": front.text}
    service = {"message_id": 7_000, "date": 1_766_400_000, "chat": chat, "from": person}
    await world.push(message=service | {"pinned_message": pinned})
    await after(world, LONG)
    (answer,) = await answered(world, ana, first.message_id)
    assert "Here’s what you can ask me" in answer
    assert since(group, 0) == []


async def test_who_has_many_messages_pinned_is_not_told_to_slow_down(paced: World) -> None:
    ana = paced.person()
    await paced.ask(ana, "/start")
    paced.program.core.rate_limiter.begin_cooldown(ana.id, 1.0)
    begun = ana.writes("/help")
    person = {"id": ana.id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    timer = {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}}
    for number in range(15):
        message = {"message_id": 7_000 + number, "date": 1_766_400_000, "chat": chat, "from": person}
        paced.telegram.pushes(TOKEN, {"message": message | timer})
    ana.writes("/help")
    await paced.wait_until_idle()
    assert [("Here’s what you can ask me" in text) for text in texts(ana, begun.message_id)] == [True, True]


async def test_an_old_tap_is_not_made_up_for_and_the_command_before_it_is(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    silent(world, None, LONG)
    first = await asked(world, ana, "/help")
    ana.taps(front.message_id, data="p:2025-12-22:politics:1")
    await world.wait_until_idle()
    assert ana.alerts  # the tap itself was answered at once
    await after(world, LONG)
    (answer,) = await answered(world, ana, first.message_id)
    assert "Here’s what you can ask me" in answer
    assert next(one.text for one in ana.sees if one.message_id == front.message_id) == front.text


async def test_effects_are_done_at_once_and_only_once_and_the_answer_says_what_is_true(world: World) -> None:
    ana, luz = world.person(), world.person(5_000_000_002, "es", "Luz")
    for person in (ana, luz):
        await world.ask(person, "/start")
    silent(world, None, LONG)
    stopped = await asked(world, ana, "/stop")
    assert (await world.reader(ana)).stopped_at is not None
    ana.taps(stopped.message_id, data="do:resume")  # she changes her mind while nothing can be sent
    left = await asked(world, luz, "/stop")
    stopped_at = (await world.reader(luz)).stopped_at
    assert stopped_at is not None
    await after(world, LONG)
    assert await answered(world, ana, stopped.message_id) == ["Everything is as it was before."]
    assert (await world.reader(ana)).stopped_at is None
    (done,) = await answered(world, luz, left.message_id)
    assert done.startswith("Listo")
    assert (await world.reader(luz)).stopped_at == stopped_at


async def test_who_is_on_the_trial_is_told_so_after_the_cooldown_too(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    await world.take_trial(ana)
    world.later(days=1)
    silent(world, None, LONG)
    again = await asked(world, ana, "/trial")
    await after(world, LONG)
    (answer,) = await answered(world, ana, again.message_id)
    assert answer.startswith("Your free trial runs until")


async def test_a_grant_is_given_once_and_told_after_the_cooldown(world: World) -> None:
    ana, ada = world.person(), world.admin()
    for person in (ana, ada):
        await world.ask(person, "/start")
    silent(world, None, LONG)
    given = await asked(world, ada, f"/grant {ana.id} 30")
    full_until = (await world.reader(ana)).full_until
    assert full_until is not None
    await after(world, LONG)
    (answer,) = await answered(world, ada, given.message_id)
    assert "Done: 30 more days" in answer
    assert (await world.reader(ana)).full_until == full_until


async def test_access_is_taken_back_once_and_what_was_given_since_stays(world: World) -> None:
    ada, ana = world.admin(), world.person()
    await world.subscribe(ana)
    silent(world, ada.id, LONG)
    first = await asked(world, ada, f"/revoke {ana.id}")
    assert "canaryeconomy" not in (await world.ask(ana, "/economy")).text
    granting = Granting(world.program.core.database, world.clock)
    await granting.give(ana.id, 30, by=None, request="meanwhile")
    await after(world, LONG)
    (answer,) = await answered(world, ada, first.message_id)
    assert answer.startswith("Taken back: access as a gift (7 days). 5000000001 can read everything until")
    assert "canaryeconomy" in (await world.ask(ana, "/economy")).text


async def test_a_broadcasts_text_that_was_taken_is_not_asked_for_again(world: World) -> None:
    ada = world.admin()
    await world.ask(ada, "/start")
    await world.ask(ada, "/broadcast The river rises")
    await world.tap(ada, "It’s in English; add one in Spanish")
    silent(world, ADMIN, LONG)
    taken = ada.attaches(Upload("river.png", picture(), "image/png"), "El río crece", kind="photo")
    await world.wait_until_idle()
    assert (
        len(since(ada, taken.message_id)) == 1
    )  # its preview is sent; the question after it meets the cooldown
    await after(world, LONG)
    await until(lambda: len(since(ada, taken.message_id)) > 1)
    assert "Who" in texts(ada, taken.message_id)[-1]
    left = await asked(world, ada, "/cancel")
    assert texts(ada, left.message_id) == ["There’s nothing to cancel."]


async def test_a_cancel_that_was_kept_back_leaves_no_draft_that_came_later(world: World) -> None:
    ada = world.admin()
    await world.ask(ada, "/start")
    draft = await world.ask(ada, "/broadcast The river rises")
    silent(world, None, LONG)
    cancelled = await asked(world, ada, "/cancel")
    ada.taps(draft.message_id, "It’s in English; add one in Spanish")
    await world.wait_until_idle()
    await after(world, LONG)
    (answer,) = await answered(world, ada, cancelled.message_id)
    assert "Spanish" in answer or "Español" in answer
    preview = await asked(world, ada, "El río crece")
    assert texts(ada, preview.message_id)[0] == "El río crece"


async def test_who_blocked_the_bot_meanwhile_stays_gone(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    silent(world, None, LONG)
    await asked(world, ana, "/help")
    ana.blocks()
    await world.wait_until_idle()
    calls = world.telegram.ledger
    before = len(calls)
    await after(world, LONG)
    await until(lambda: any(row.chat_id == ana.id for row in calls.since(before)))
    await world.wait_until_idle()
    assert (await world.reader(ana)).gone_at is not None


async def test_what_is_owed_is_no_update_that_waits_to_be_handled(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    silent(world, None, LONG)
    await asked(world, ana, "/help")
    numbers = (await world.web("/metrics")).text
    assert "briefing_inbox_waiting 0.0" in numbers
    assert "briefing_answers_owed 1.0" in numbers


async def test_a_group_that_is_migrated_in_mid_cooldown_gets_its_answer_once_and_nobody_is_hindered(
    world: World,
) -> None:
    ana, luz, group = world.person(), world.person(5_000_000_002, name="Luz"), world.group()
    await world.ask(luz, "/start")
    silent(world, group.id, LONG)
    await asked(world, ana, "/latest", group)
    group.migrates(-1_004_000_000_001)
    moved = world.group(-1_004_000_000_001)
    assert "Here’s what you can ask me" in (await world.ask(luz, "/help")).text
    begun = await asked(world, luz, "/help", moved)  # the old one's cooldown is not the new one's
    assert len(texts(moved, begun.message_id)) == 1
    await after(world, LONG)
    await until(lambda: len(since(moved, begun.message_id)) == 2)
    await world.restart()
    await world.wait_until_idle()
    assert "Title of 2025-12-22" in texts(moved, begun.message_id)[-1]
    assert len(since(moved, 0)) == 2
    assert since(group, 0) == []


async def test_a_page_that_is_turned_in_a_migrated_group_is_sent_to_the_new_one_and_edits_nothing_there(
    world: World,
) -> None:
    """The new group has a message of the bot's with the same number."""
    ana, group = world.person(), world.group()
    await asked(world, ana, "/latest", group)
    front = last(group)
    group.migrates(-1_004_000_000_001)
    moved = world.group(-1_004_000_000_001)
    await asked(world, ana, "/help", moved)
    assert last(moved).message_id == front.message_id
    ana.taps(front.message_id, data="p:2025-12-22:topstory:1", group=group)
    await world.wait_until_idle()
    assert ["River rises" in text for text in texts(moved, 0)] == [False, True]


async def test_two_busy_groups_pause_neither_a_push_nor_a_bystander(monday: Monday) -> None:
    world = monday.world
    people = await monday.enrol(20)
    luz, crowd = people[0], [world.person(5_000_000_100 + number) for number in range(6)]
    groups = [world.group(number) for number in GROUPS]
    world.telegram.rates.set(per_group=2)  # Telegram's twenty, for a test of seconds
    for group in groups:
        for person in crowd:
            person.writes("/help", group=group)
    await until(lambda: world.telegram.rates.violations >= 2)
    assert world.program.core.rate_limiter.cooldown_left() == 0.0
    await monday.push()
    helped = [one.text for one in await world.answers(luz, "/help")]
    assert any("Here’s what you can ask me" in text for text in helped)
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert world.telegram.rates.inside_cooldowns == 0
    await monday.agrees()


async def test_two_readers_429s_pause_nobody_else_where_a_third_was_answered_between_them(
    world: World,
) -> None:
    ana, luz, eva = (world.person(5_000_000_001 + number) for number in range(3))
    for person in (ana, luz, eva):
        await world.ask(person, "/start")
    silent(world, ana.id, LONG)
    await asked(world, ana, "/help")
    await world.ask(eva, "/help")
    silent(world, luz.id, LONG)
    await asked(world, luz, "/help")
    assert world.program.core.rate_limiter.cooldown_left() == 0.0
    assert set(world.program.core.rate_limiter.cooldowns()) == {ana.id, luz.id}


async def test_when_a_campaign_is_over_the_replies_have_all_the_room(monday: Monday) -> None:
    await monday.enrol(3)
    await monday.push()
    await monday.ended()
    await asyncio.sleep(0.3)  # the sender has looked once more
    assert monday.world.program.core.rate_limiter.reserved == 0


async def test_the_429_of_a_menu_pauses_nobody(world: World) -> None:
    ana, ada = world.person(), world.admin()
    world.telegram.faults.add(
        method="setMyCommands", times=None, kind=Status(429, "Too Many", {"retry_after": LONG})
    )
    await world.ask(ada, "/start")
    await world.ask(ana, "/start")
    assert world.program.core.rate_limiter.cooldowns() == {}
    assert "Here’s what you can ask me" in (await world.ask(ana, "/help")).text


async def test_whoever_writes_too_fast_is_told_so_once_and_her_commands_have_their_effect(
    world: World,
) -> None:
    ana, luz = world.person(), world.person(5_000_000_002, "es", "Luz")
    for person in (ana, luz):
        await world.ask(person, "/start")
    begun = ana.writes("/help")
    for _ in range(30):
        ana.writes("/help")
    ana.writes("/stop")
    for _ in range(20):
        luz.writes("/help")
    await world.wait_until_idle()
    assert (await world.reader(ana)).stopped_at is not None
    found = texts(ana, begun.message_id)
    assert [text for text in found if text.startswith("Slower, please")] == [found[-1]]
    assert "I won’t answer for a minute; after that, ask again for what you want to read." in found[-1]
    assert len(found) <= 12
    assert [text for text in texts(luz, 0) if text.startswith("Más despacio, por favor")] == [last(luz).text]
    quiet = await asked(world, ana, "/help")
    assert texts(ana, quiet.message_id) == []
    ana.taps(last(ana).message_id, data="do:resume")
    await world.wait_until_idle()
    assert ana.alerts[-1]["text"] == "Undone."
    assert (await world.reader(ana)).stopped_at is None
    world.passes(60.0)
    assert "Here’s what you can ask me" in (await world.ask(ana, "/help")).text


async def test_in_a_cooldown_nobody_is_silenced_and_the_last_of_many_commands_is_answered_after_it(
    world: World,
) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    silent(world, ana.id, LONG)
    first = await asked(world, ana, "/help")
    for _ in range(15):
        ana.writes("/help")
    await asked(world, ana, "/politics")
    await after(world, LONG)
    (answer,) = await answered(world, ana, first.message_id)
    assert "Senate sits" in answer


async def test_what_began_in_a_silent_minute_and_ends_after_it_begins_no_other(world: World) -> None:
    ana = world.person()
    for _ in range(20):
        ana.writes("/help")
    await world.wait_until_idle()
    assert last(ana).text.startswith("Slower, please")
    world.telegram.faults.add(method="answerCallbackQuery", kind=Drip(0.5))
    taps = len(world.telegram.ledger.of(method="answerCallbackQuery"))
    ana.taps(last(ana).message_id, data="do:resume")
    await until(lambda: len(world.telegram.ledger.of(method="answerCallbackQuery")) > taps)
    world.passes(60.0)
    await world.wait_until_idle()
    assert "Here’s what you can ask me" in (await world.ask(ana, "/help")).text


async def test_who_taps_one_message_many_times_is_not_silenced(paced: World) -> None:
    ana = paced.person()
    front = await paced.ask(ana, "/latest")
    for _ in range(8):
        ana.taps(front.message_id, data="p:2025-12-22:topstory:1")
        ana.taps(front.message_id, data="p:2025-12-22:politics:1")
    await paced.wait_until_idle()
    assert len(ana.alerts) == 16
    assert [one.text for one in ana.sees if one.from_bot and "Slower" in one.text] == []
    assert "Senate sits" in ana.sees[-1].text
    assert "Here’s what you can ask me" in (await paced.ask(ana, "/help")).text


async def test_of_quick_turns_of_one_message_the_last_is_shown_and_each_tap_is_answered(paced: World) -> None:
    ana = paced.person()
    front = await paced.ask(ana, "/latest")
    seen = len(paced.telegram.ledger)
    for _ in range(4):
        ana.taps(front.message_id, data="p:2025-12-22:topstory:1")
        ana.taps(front.message_id, data="p:2025-12-22:politics:1")
    await paced.wait_until_idle()
    rows = [row.method for row in paced.telegram.ledger if row.seq > seen]
    assert rows.count("answerCallbackQuery") == 8
    assert rows.count("editMessageText") <= 4
    assert "Senate sits" in ana.sees[-1].text


async def test_a_turn_that_waits_makes_room_for_the_next_of_the_same_message(paced: World) -> None:
    ana = paced.person()
    front = await paced.ask(ana, "/latest")
    paced.program.core.rate_limiter.begin_cooldown(ana.id, 6.0)
    for section in ("topstory", "economy", "politics"):
        ana.taps(front.message_id, data=f"p:2025-12-22:{section}:1")
        await until(lambda: len(ana.alerts) >= 1)
    await until(lambda: len(ana.alerts) == 3)  # none of them waits for the cooldown
    assert await _dropped(paced, "superseded") >= 1


@pytest.mark.parametrize("behind", ["/politics", "and now for something else"])
async def test_in_a_group_a_command_is_answered_whatever_is_written_behind_it(
    paced: World, behind: str
) -> None:
    ana, group = paced.person(), paced.group()
    begun = await asked(paced, ana, "/help", group)  # the next turn is 3.1 s away
    ana.writes("/latest", group=group)
    ana.writes(behind, group=group)
    await paced.wait_until_idle(30.0)
    found = texts(group, begun.message_id)
    assert "Title of 2025-12-22" in found[1]
    assert len(found) == 2 + behind.startswith("/")
    assert await _dropped(paced, "queue_full") == 0.0


async def test_who_floods_a_group_is_told_so_there_once(paced: World) -> None:
    ana, group = paced.person(), paced.group()
    for _ in range(15):
        ana.writes("/help", group=group)
    await paced.wait_until_idle(60.0)
    found = texts(group, 0)
    assert ["Slower, please" in text for text in found].count(True) == 1
    assert len(found) <= 12


async def test_a_stop_behind_an_answer_that_waits_for_room_has_its_effect_within_seconds(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, ceiling=3, send_rate=3) as world:
        ana = world.person()
        await world.ask(ana, "/start")
        crowd = world.telegram.crowd(36, token=TOKEN, first_id=5_300_000_001)
        for one in crowd:
            one.writes("/help")
        await until(lambda: world.program.core.rate_limiter.longest_wait() > 0.5)
        begun = ana.writes("/help")
        ana.writes("/politics")
        ana.writes("/stop")
        loop = asyncio.get_running_loop()
        since_then = loop.time()

        async def has_stopped() -> bool:
            return (await world.reader(ana)).stopped_at is not None

        await until(has_stopped, patience=12.0)
        assert loop.time() - since_then < 10.0
        await until(lambda: since(ana, begun.message_id), patience=30.0)
        assert "won’t send you anything" in last(ana).text


async def test_flooders_by_the_hundred_do_not_keep_anothers_answer_back(
    content: Path, data_folder: Path
) -> None:
    """More of them wait for their turn than are handled side by side; each has had an answer by then."""
    async with World(content, data_folder, spacing=1.0, ceiling=60) as world:
        flooders = world.telegram.crowd(300, token=TOKEN, first_id=5_100_000_001)
        flood = [asyncio.create_task(_writes_all_the_time(one)) for one in flooders]
        await until(lambda: all(one.chat.seen_so_far > 1 for one in flooders), patience=60.0)
        luz, begun = world.person(), len(world.telegram.ledger)
        asked = luz.writes("/help")
        await until(lambda: since(luz, asked.message_id), patience=30.0)
        await _end(flood)
        rows = [row for row in world.telegram.ledger.since(begun) if row.method == "sendMessage"]
        hers = next(place for place, row in enumerate(rows) if row.chat_id == luz.id)
        assert hers < 3 * 60  # three seconds' worth


@on_sqlite
async def test_of_more_who_start_at_once_than_may_wait_each_is_greeted_once_and_gets_the_issue(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, ceiling=400) as world:
        crowd = list(world.telegram.crowd(900, token=TOKEN, first_id=5_400_000_001))
        world.program.core.rate_limiter.begin_cooldown(None, 20.0)  # all of them are there before it ends
        for one in crowd:
            one.writes("/start")
        await until(lambda: all(len(since(one, 0)) >= 2 for one in crowd), 90.0)
        await world.wait_until_idle(60.0)
        assert Counter(len(since(one, 0)) for one in crowd) == {2: len(crowd)}
        assert await _dropped(world, "queue_full") > 0.0  # some had to come again


async def test_forty_who_write_all_the_time_leave_a_push_its_least_share(
    content: Path, data_folder: Path
) -> None:
    sunday = datetime.fromisoformat("2025-12-21T22:00:00+00:00")
    pace: dict[str, Any] = {"spacing": 0.2, "send_rate": 25, "ceiling": 30}
    async with Monday(World(content, data_folder, sunday, **pace)) as monday:
        world = monday.world
        await monday.enrol(20)
        flooders = world.telegram.crowd(40, token=TOKEN, first_id=5_200_000_001)
        world.telegram.rates.set(overall=33)  # what a busy machine delays may meet the next
        flood = [asyncio.create_task(_writes_all_the_time(one)) for one in flooders]
        await until(lambda: world.program.core.rate_limiter.longest_wait() > 0.1)
        await monday.push()
        seen = len(world.telegram.ledger)
        monday.people = [*monday.people, *flooders]
        report = await monday.ended()
        await _end(flood)
        assert report.of(State.SENT) + report.of(State.SKIPPED) == report.frozen
        rows = [row for row in world.telegram.ledger.since(seen) if row.method == "sendMessage"]
        copies = [place for place, row in enumerate(rows) if "2025-12-22" in row.payload["text"]]
        assert len(copies) / (copies[-1] + 1) > 1 / 6 * 0.9
        assert world.telegram.rates.violations == 0
        assert "briefing_campaign_wait_seconds_total" in (await world.web("/metrics")).text
        await monday.agrees()


async def _writes_all_the_time(person: Person) -> None:
    while True:
        person.writes("/help")
        await person.hears(timeout=60.0)


async def _end(flood: list[asyncio.Task[None]]) -> None:
    for one in flood:
        one.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def _dropped(world: World, reason: str) -> float:
    name = f'briefing_answers_dropped_total{{reason="{reason}"}} '
    numbers = (await world.web("/metrics")).text
    return next(float(line.removeprefix(name)) for line in numbers.splitlines() if line.startswith(name))


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 90, 160)).save(drawn, "PNG")
    return drawn.getvalue()


@pytest.mark.parametrize(("command", "said"), [("/economy", "canaryeconomy"), ("/account", "trial runs")])
async def test_the_trial_that_is_tapped_during_a_cooldown_starts_and_its_answer_comes_after_it(
    world: World, command: str, said: str
) -> None:
    ana = world.person()
    offered = await world.ask(ana, command)
    silent(world, ana.id, LONG)
    await world.tap(ana, "Read free for 7 days")
    started = (await world.reader(ana)).trial_at
    assert started is not None
    assert last(ana) == offered
    await after(world, LONG)
    (answer,) = await answered(world, ana, offered.message_id)
    assert said in answer
    assert (await world.reader(ana)).trial_at == started
