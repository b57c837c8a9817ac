"""What a reader is when her row comes up decides; who left, stopped or has it is not written to."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select
from structlog.testing import capture_logs

from bot.db import tables
from bot.db.delivery import deliveries
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import CampaignState, State
from bot.domain.readers.reader import Rendering
from telegram_simulator import Status
from tests.delivery.mondays import KEY, RELEASE, Monday, fronts, stays, until
from tests.world import ENGLISH, last, since, words

HELD = RELEASE + timedelta(hours=13)
"""So late that the campaign waits for the admins: what readers do meanwhile falls before every claim."""

NEXT = "2025-12-29"
GONE = [
    (403, "Forbidden: bot was blocked by the user"),
    (403, "Forbidden: user is deactivated"),
    (403, "Forbidden: bot can't initiate conversation with a user"),
    (400, "Bad Request: chat not found"),
]


async def reasons(monday: Monday) -> dict[int, str | None]:
    query = select(ledger.c.reader_id, ledger.c.reason)
    async with monday.world.program.core.database.read() as session:
        return {row.reader_id: row.reason for row in await session.execute(query)}


async def awaited(monday: Monday, reader_id: int) -> bool:
    campaign = await monday.campaign()
    async with monday.world.program.core.database.read() as session:
        due_at = await deliveries.awaited(session, campaign.id, campaign.day, reader_id)
    return due_at is not None


async def test_what_readers_say_between_opening_and_claim_is_heeded(monday: Monday) -> None:
    stopped, quiet, has_it, left, english, rich = await monday.enrol(6)
    world = monday.world
    await monday.push(HELD)
    await world.ask(stopped, "/stop")
    await monday.choose(quiet, push=False)
    await world.ask(has_it, "/latest")
    await monday.choose(english, language="es")
    await monday.choose(rich, rendering=Rendering.RICH)
    async with world.program.core.database.write() as session:
        await session.execute(delete(tables.readers).where(tables.readers.c.id == left.id))
    await monday.resume()
    report = await monday.ended()
    assert (report.of(State.SKIPPED), report.of(State.SENT)) == (4, 2)
    why = await reasons(monday)
    assert [why[reader.id] for reader in (stopped, quiet, has_it, left)] == [
        *("stopped", "push is off", "has it", "no reader any more")
    ]
    assert len(fronts(has_it)) == 1
    assert "Título del" in last(english).text
    assert world.telegram.ledger.of(method="sendRichMessage")[-1].chat_id == rich.id


async def test_who_loses_her_access_between_opening_and_claim_gets_locks(monday: Monday) -> None:
    (ana,) = await monday.enrol(1)
    await monday.world.ask(monday.world.admin(), f"/grant {ana.id} 30")
    await monday.push(HELD)
    ada = monday.world.admin()
    ada.writes(f"/revoke {ana.id}")
    await until(lambda: any(bubble.text.startswith("Taken back") for bubble in since(ada, 0)))
    await monday.resume()
    await monday.ended()
    assert "🔒" in words(last(ana))


async def test_a_look_ahead_is_no_copy_and_a_front_page_turned_to_once_it_is_out_is_one(
    monday: Monday,
) -> None:
    world, ada = monday.world, monday.world.admin()
    front = await world.ask(ada, f"/start i_{KEY}")
    await monday.push(HELD)
    await world.tap(ada, "Top story", on=front)
    assert await awaited(monday, ada.id)
    await world.tap(ada, "☰ Contents", on=front)
    assert not await awaited(monday, ada.id)
    await monday.resume()
    report = await monday.ended()
    assert (report.of(State.SKIPPED), report.of(State.SENT)) == (1, 0)


async def test_locks_are_those_of_the_moment_at_which_it_goes_out(monday: Monday) -> None:
    expired, paying = await monday.enrol(2)
    await monday.choose(expired, full_until=HELD + timedelta(hours=1))
    await monday.push(HELD)
    monday.world.later(hours=2)
    await monday.choose(paying, full_until=HELD + timedelta(days=7))
    monday.world.clock.move_to(HELD + timedelta(hours=12))  # the night is over
    await monday.resume()
    await monday.ended()
    assert "🔒" in words(last(expired))
    assert "🔒" not in words(last(paying))


async def test_what_comes_late_in_the_evening_waits_for_the_morning_of_those_who_want_quiet(
    monday: Monday,
) -> None:
    asleep, awake = await monday.enrol(2)
    await monday.choose(awake, quiet=None)
    await monday.push(HELD)
    monday.world.clock.move_to(RELEASE + timedelta(hours=16))  # 23:00 in Asunción
    await monday.resume()
    await monday.at_least(1, State.SENT)
    assert monday.copies() == {asleep.id: 0, awake.id: 1}
    morning = RELEASE + timedelta(days=1)
    monday.world.clock.move_to(morning - timedelta(seconds=20))
    assert await stays(lambda: not fronts(asleep))
    monday.world.clock.move_to(morning)
    assert (await monday.ended()).of(State.SENT) == 2


async def test_who_starts_after_the_push_has_the_issue_once(monday: Monday) -> None:
    await monday.enrol(2)
    await monday.push()
    await monday.ended()
    late = monday.world.person()
    await monday.world.ask(late, "/start")
    await monday.world.restart()
    await monday.world.program.parts.publishing.open_due()
    assert len(fronts(late)) == 1
    assert late.id not in await monday.states()


async def test_who_cannot_be_reached_is_gone_by_what_telegram_says(monday: Monday) -> None:
    people = await monday.enrol(30)
    for person, (code, text) in zip(people, GONE, strict=False):
        monday.world.telegram.faults.add(chat_id=person.id, kind=Status(code, text))
    migrated = Status(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -100},
    )
    monday.world.telegram.faults.add(chat_id=people[4].id, kind=migrated)
    await monday.push()
    report = await monday.ended()
    assert (report.of(State.FAILED), report.of(State.SENT)) == (5, 25)
    gone = [(await monday.reader(person)).gone_at is not None for person in people]
    assert gone == [True] * 4 + [False] * 26


async def test_who_comes_back_has_her_settings_and_the_next_issue(monday: Monday) -> None:
    luz, eva, *_ = await monday.enrol(12, zone="America/New_York", quiet=None)
    await monday.choose(eva, stopped_at=RELEASE - timedelta(days=1))
    luz.blocks()
    eva.blocks()
    await monday.world.wait_until_idle()
    await monday.push(RELEASE + timedelta(hours=2))
    await monday.ended()
    assert not fronts(luz)
    luz.returns()
    eva.returns()
    await monday.world.wait_until_idle()
    back = await monday.reader(luz)
    assert (back.gone_at, back.zone, back.quiet) == (None, "America/New_York", None)
    assert (await monday.reader(eva)).stopped_at is not None
    await publish(monday, NEXT)
    monday.world.clock.move_to(RELEASE + timedelta(days=7, hours=2))
    await monday.world.program.parts.publishing.open_due()
    await monday.ended(NEXT)
    assert len(fronts(luz, NEXT)) == 1
    assert not fronts(eva, NEXT)


async def publish(monday: Monday, day: str) -> None:
    monday.world.write(day, ENGLISH.format(date=day))
    await monday.world.reload()
    await until(lambda: monday.world.program.core.archive.summary(date.fromisoformat(day)) is not None)


async def test_who_comes_back_before_the_campaign_ends_is_not_taken_for_gone(monday: Monday) -> None:
    luz, *_ = await monday.enrol(12)
    (last_one,) = await monday.enrol(1, zone="America/New_York")
    monday.world.telegram.faults.add(chat_id=luz.id, kind=Status(*GONE[0]))
    await monday.push()
    await monday.at_least(11, State.SENT)
    luz.blocks()
    luz.returns()
    await monday.world.wait_until_idle()
    monday.world.clock.move_to(RELEASE + timedelta(hours=2))
    assert (await monday.ended()).of(State.FAILED) == 1
    assert fronts(last_one)
    assert (await monday.reader(luz)).gone_at is None


async def test_where_everyone_fails_it_pauses_and_nobody_is_taken_for_gone(monday: Monday) -> None:
    people = await monday.enrol(80)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Status(*GONE[0]))
    await monday.push()
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "failures"
    assert len(await monday.notices("paused")) == 1
    await monday.wait_until_idle()
    failed = (await monday.report()).of(State.FAILED)
    assert 40 < failed <= 41 + 8
    monday.world.telegram.faults.clear()
    await monday.resume()
    report = await monday.ended()
    assert (report.of(State.FAILED), report.of(State.SENT)) == (failed, len(people) - failed)
    assert [person for person in people if (await monday.reader(person)).gone_at] == []


async def test_twenty_refused_as_wrong_pause_it_and_resume_accepts_them(monday: Monday) -> None:
    people = await monday.enrol(50)
    wrong = Status(400, "Bad Request: can't parse entities: unclosed tag")
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=wrong)
    await monday.push()
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "rejected"
    await monday.wait_until_idle()
    failed = (await monday.report()).of(State.FAILED)
    assert 20 <= failed <= 20 + 8
    monday.world.telegram.faults.clear()
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people) - failed


async def test_a_wrong_token_pauses_every_campaign_at_once(monday: Monday) -> None:
    people = await monday.enrol(30)
    other = await monday.announce(RELEASE + timedelta(days=1))
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Status(401, "Unauthorized"))
    await monday.push()
    await monday.in_state(CampaignState.PAUSED)
    announced = await other()
    assert announced is not None
    assert (await monday.campaign()).why == announced.why == "token"
    assert len(await monday.notices("paused")) == 2
    await monday.wait_until_idle()
    assert (await monday.report()).of(State.PENDING) == len(people)
    assert [person for person in people if (await monday.reader(person)).gone_at] == []
    monday.world.telegram.faults.clear()
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


@pytest.mark.parametrize(
    "words",
    ["PEER_ID_INVALID", "user not found", "USER_IS_BLOCKED", "INPUT_USER_DEACTIVATED", "chat not found"],
)
async def test_one_odd_reader_is_gone_and_turns_no_other_readers_page_into_another(
    monday: Monday, words: str
) -> None:
    people = await monday.enrol(6, rendering=Rendering.RICH)
    odd = people[0]
    for method in ("sendRichMessage", "sendMessage"):
        fault = Status(400, f"Bad Request: {words}")
        monday.world.telegram.faults.add(method=method, chat_id=odd.id, times=None, kind=fault)
    await monday.push()
    report = await monday.ended()
    assert (report.of(State.SENT), report.of(State.FAILED)) == (len(people) - 1, 1)
    assert len(monday.world.telegram.ledger.of(method="sendRichMessage")) == len(people)
    assert monday.world.telegram.ledger.of(method="sendMessage") == []
    assert (await monday.reader(odd)).gone_at is not None
    await monday.agrees()


async def test_what_a_400_says_of_one_reader_alone_is_no_word_about_the_page(monday: Monday) -> None:
    people = await monday.enrol(6, rendering=Rendering.RICH)
    fault = Status(400, "Bad Request: SOMETHING_NEW_ABOUT_HER")
    monday.world.telegram.faults.add(method="sendRichMessage", chat_id=people[2].id, kind=fault)
    with capture_logs() as logs:
        await monday.push()
        report = await monday.ended()
    assert (report.of(State.SENT), report.of(State.FAILED)) == (len(people) - 1, 1)
    assert monday.world.telegram.ledger.of(method="sendMessage") == []
    assert (await monday.reader(people[2])).gone_at is None
    assert "Bad Request: SOMETHING_NEW_ABOUT_HER" in [line.get("reason") for line in logs]


async def test_a_rich_page_that_is_refused_goes_out_classic(monday: Monday) -> None:
    people = await monday.enrol(12, rendering=Rendering.RICH)
    refused = Status(400, "Bad Request: can't parse rich message")
    monday.world.telegram.faults.add(method="sendRichMessage", times=None, kind=refused)
    with capture_logs() as logs:
        await monday.push()
        assert (await monday.ended()).of(State.SENT) == len(people)
    words = [line["reason"] for line in logs if line["event"].startswith("rich page refused")]
    assert set(words) == {"Bad Request: can't parse rich message"}
    await monday.agrees()


async def test_a_rich_page_that_a_campaign_was_refused_is_not_tried_again_in_a_reply(monday: Monday) -> None:
    """Replies and campaigns share the memory of refused pages."""
    people = await monday.enrol(4, rendering=Rendering.RICH)
    refused = Status(400, "Bad Request: can't parse rich message")
    monday.world.telegram.faults.add(method="sendRichMessage", times=None, kind=refused)
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == len(people)
    monday.world.telegram.faults.clear()
    tried = len(monday.world.telegram.ledger.of(method="sendRichMessage"))
    assert (await monday.world.ask(people[0], "/latest")).rich is None
    assert len(monday.world.telegram.ledger.of(method="sendRichMessage")) == tried
