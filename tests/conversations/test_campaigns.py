"""Admins watch campaigns and steer them: every act once, whoever presses, however often."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.db import tables
from bot.db.delivery import campaigns, deliveries, filling
from bot.db.delivery.campaigns import Opening
from bot.db.engine.session import Database
from bot.db.tables import audit
from bot.db.tables import deliveries as ledger
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import Campaign, CampaignState, FrozenPage, Kind, State, Why
from bot.domain.delivery.campaign_actions import Action, Verdict, version
from bot.domain.readers.reader import Rendering
from bot.metrics import Metrics
from bot.services.delivery.campaigns import Campaigns
from telegram_simulator import Bubble, Person, ResetAfter, Status
from tests.conversations.test_monday import RELEASE, SUNDAY, fronts
from tests.waiting import until
from tests.world import ADMIN, World, data, labels, last, told

BERTA = 6_000_000_002
OUT_OF_DATE = "This button is out of date. /latest opens the current issue."
WEEK = 7


@pytest.fixture
def world(lively: World) -> World:
    return lively


@pytest.fixture
async def sunday(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The evening before the push, with two admins: Ada, and Berta, who speaks Spanish."""
    admins = frozenset({ADMIN, BERTA})
    async with World(content, data_folder, now=SUNDAY, admin_ids=admins) as world:
        yield world


def status_messages(admin: Person) -> list[Bubble]:
    titles = ("Title of 2025-12-22\n", "Título del 2025-12-22\n")
    texts = [bubble for bubble in admin.sees if bubble.from_bot]
    return [bubble for bubble in texts if any(title in bubble.text + "\n" for title in titles)]


def status_message(admin: Person) -> Bubble:
    texts = [
        bubble for bubble in status_messages(admin) if "Sent: " in bubble.text or "Enviados: " in bubble.text
    ]
    assert texts, [bubble.text for bubble in admin.sees]
    return texts[-1]


def shows(admin: Person, *phrases: str) -> Callable[[], bool]:
    return lambda: any(all(phrase in bubble.text for phrase in phrases) for bubble in status_messages(admin))


async def campaign_of(world: World, key: str = "2025-12-22") -> Campaign:
    async with world.program.core.database.read() as session:
        row = await campaigns.by_key(session, Kind.ISSUE, key)
    assert row is not None
    return row


async def counts(world: World) -> dict[State, int]:
    campaign = await campaign_of(world)
    async with world.program.core.database.read() as session:
        return await deliveries.counts(session, campaign.id)


async def acts(world: World) -> list[tuple[str, int | None]]:
    async with world.program.core.database.read() as session:
        rows = await session.execute(select(audit.c.act, audit.c.admin_id).order_by(audit.c.id))
        return [(row.act, row.admin_id) for row in rows]


async def berta(world: World) -> Person:
    person = world.person(BERTA, "es", "Berta")
    await world.ask(person, "/start")
    return person


async def far_away(world: World, number: int = 5_000_000_009) -> Person:
    """A reader in Los Angeles, whose hour comes five hours after the release."""
    person = world.person(number, "en", "Lou")
    await world.ask(person, "/settings")
    await world.tap(person, data="do:set:zone:America/Los_Angeles")
    return person


async def monday(world: World) -> tuple[Person, Person, Person]:
    """Ada, Berta and a reader far away, at the release: all but the last one have the issue."""
    ada, other, lou = world.admin(), await berta(world), await far_away(world)
    await world.ask(ada, "/start")
    world.clock.move_to(RELEASE)
    await until(shows(ada, "Sent: 2 of 3"))
    return ada, other, lou


async def test_one_message_shows_how_the_push_goes_until_it_has_ended(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    running = status_message(ada)
    assert "Issue, Monday, December 22, 2025, at 07:00" in running.text
    assert "Being sent" in running.text
    assert "Left: 1" in running.text
    assert "1 of them is due later, at 12:00" in running.text
    assert labels(running) == ["⏸ Pause", "✕ Cancel"]
    sunday.later(hours=5)
    await until(shows(ada, "Done at 12:00", "Sent: 3 of 3"))
    assert len(status_messages(ada)) == 2  # the issue itself, and its status message
    assert status_message(ada).message_id == running.message_id
    assert labels(status_message(ada)) == []
    assert fronts(lou)


async def test_every_admin_sees_it_in_her_language(sunday: World) -> None:
    _, other, _ = await monday(sunday)
    await until(shows(other, "Enviados: 2 de 3"))
    shown = status_message(other)
    assert shown.text.startswith("Título del 2025-12-22\n")
    assert "Edición, lunes 22 de diciembre de 2025 a las 07:00" in shown.text
    assert "1 sale más tarde, a las 12:00" in shown.text
    assert labels(shown) == ["⏸ Pausar", "✕ Cancelar"]


async def test_a_paused_push_waits_until_somebody_resumes_it(sunday: World) -> None:
    ada, other, lou = await monday(sunday)
    paused = await sunday.tap(ada, "⏸ Pause", on=status_message(ada))
    assert told(ada) == "Paused. Nothing more goes out until somebody resumes it."
    assert "An admin paused it." in paused.text or "An admin paused it." in status_message(ada).text
    assert labels(status_message(ada)) == ["▶ Resume", "✕ Cancel"]
    await until(shows(other, "En pausa"))
    sunday.later(hours=6)
    await asyncio.sleep(1)  # nothing must come: there is nothing to wait for
    assert not fronts(lou)
    await sunday.tap(other, "▶ Reanudar", on=status_message(other))
    await until(lambda: fronts(lou))
    assert await acts(sunday) == [("pause campaign", ADMIN), ("resume campaign", BERTA)]


async def test_cancelling_asks_first_and_a_no_changes_nothing(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    question = await sunday.tap(ada, "✕ Cancel", on=status_message(ada))
    assert question.text == (
        "Cancel “Title of 2025-12-22”? 1 delivery is left and won’t go out. This can’t be undone."
    )
    assert (await sunday.tap(ada, "No, leave it as is")).text == "Nothing was changed."
    assert (await campaign_of(sunday)).state is CampaignState.OPEN


async def test_a_cancelled_push_goes_to_nobody_more(sunday: World) -> None:
    ada, other, lou = await monday(sunday)
    await sunday.tap(ada, "✕ Cancel", on=status_message(ada))
    answer = await sunday.tap(ada, "Yes, cancel it")
    assert answer.text == "Title of 2025-12-22\nCancelled. Nothing more goes out."
    await until(shows(other, "Envío cancelado", "Omitidos: 1"))
    sunday.later(hours=6)
    await asyncio.sleep(1)  # nothing must come: there is nothing to wait for
    assert not fronts(lou)
    assert await counts(sunday) == {State.SENT: 2, State.SKIPPED: 1}


async def test_fifty_presses_at_once_by_two_admins_cancel_once(sunday: World) -> None:
    ada, other, _ = await monday(sunday)
    first = await sunday.tap(ada, "✕ Cancel", on=status_message(ada))
    second = await sunday.tap(other, "✕ Cancelar", on=status_message(other))
    for _ in range(25):
        ada.taps(first.message_id, data=data(first)["Yes, cancel it"])
        other.taps(second.message_id, data=data(second)["Sí, cancelar"])
    await sunday.wait_until_idle()
    assert len(await acts(sunday)) == 1
    said = [alert["text"] for person in (ada, other) for alert in person.alerts if alert["text"]]
    assert sum("Nothing more goes out" in text or "No sale nada más" in text for text in said) == 1
    assert sum("already" in text or "Ya se había" in text for text in said) == 49


@pytest.mark.parametrize("act", [Action.PAUSE, Action.CANCEL])
async def test_fifty_acts_at_once_have_one_effect(sunday: World, act: Action) -> None:
    await monday(sunday)
    campaign = await campaign_of(sunday)
    again = Database(sunday.program.core.settings.database_url)
    pair = [sunday.program.core.campaigns, Campaigns(again, sunday.clock, Metrics())]
    answers = await asyncio.gather(
        *(pair[turn % 2].act(act, campaign.id, ADMIN, version(campaign)) for turn in range(50))
    )
    await again.close()
    assert sorted(answer.verdict for answer in answers) == [*[Verdict.ALREADY] * 49, Verdict.DONE]
    assert len(await acts(sunday)) == 1


@pytest.mark.parametrize("act", [Action.LEAVE, Action.RESEND])
async def test_fifty_decisions_on_what_is_unknown_are_one(sunday: World, act: Action) -> None:
    await unknown(sunday)
    campaign = await campaign_of(sunday)
    again = Database(sunday.program.core.settings.database_url)
    pair = [sunday.program.core.campaigns, Campaigns(again, sunday.clock, Metrics())]
    answers = await asyncio.gather(*(pair[turn % 2].act(act, campaign.id, ADMIN) for turn in range(50)))
    await again.close()
    assert [answer.verdict for answer in answers].count(Verdict.DONE) == 1
    assert len(await acts(sunday)) == 1


async def unknown(world: World) -> tuple[Person, Person]:
    """Ada, and a reader whose answer was lost in a push that has ended."""
    ada, ana = world.admin(), world.person()
    for person in (ada, ana):
        await world.ask(person, "/start")
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, times=1, kind=ResetAfter())
    world.clock.move_to(RELEASE)
    await until(shows(ada, "Done", "Unknown: 1"))
    return ada, ana


async def test_what_is_unknown_is_explained_and_resent_once(sunday: World) -> None:
    ada, ana = await unknown(sunday)
    shown = status_message(ada)
    assert "The answer for 1 copy was lost on the way back from Telegram." in shown.text
    assert shown.text.index("Leave: ") < shown.text.index("Resend once: ")
    assert labels(shown) == ["Leave", "Resend once"]
    assert "The answer for 1 copy was lost" in (await sunday.ask(ada, "/campaigns")).text
    assert len(fronts(ana)) == 1
    await sunday.tap(ada, "Resend once", on=shown)
    await until(shows(ada, "Done", "Sent: 2 of 2"))
    assert len(fronts(ana)) == 2
    assert labels(status_message(ada)) == []
    await sunday.tap(ada, data=data(shown)["Resend once"], on=status_message(ada))
    assert told(ada) == "That has already been decided."
    assert len(fronts(ana)) == 2


async def test_after_a_death_resending_comes_first_with_how_many_may_be_missing(sunday: World) -> None:
    ada, ana = await unknown(sunday)
    await died_with(sunday, 1)
    await until(shows(ada, "1 copy was under way when the program died"))
    shown = status_message(ada)
    assert "was lost" not in shown.text
    assert shown.text.index("Resend once: ") < shown.text.index("Leave: ")
    assert labels(shown) == ["Resend once", "Leave"]
    assert "1 copy was under way when the program died" in (await sunday.ask(ada, "/campaigns")).text
    assert len(fronts(ana)) == 1


async def died_with(world: World, count: int) -> None:
    """Let the sender have died with so many of the unknown ones under way; another has begun since."""
    await world.program.stop()
    async with world.program.core.database.write() as session:
        left = ledger.update().where(ledger.c.state == State.UNKNOWN).values(state=State.SENDING, epoch=0)
        assert (await session.execute(left)).rowcount == count
    world.program = world.new_program()
    await world.program.start()


async def test_why_copies_were_refused_stands_on_the_status_message_and_the_first_in_the_log(
    sunday: World,
) -> None:
    ada, ana, eva = sunday.admin(), sunday.person(), sunday.person(5_000_000_002)
    for person in (ada, ana, eva):
        await sunday.ask(person, "/start")
    refusals = {ana: "Forbidden: bot was blocked by the user", eva: "Bad Request: a <new> refusal"}
    for person, words in refusals.items():
        code = 403 if person is ana else 400
        sunday.telegram.faults.add(method="sendMessage", chat_id=person.id, times=1, kind=Status(code, words))
    with capture_logs() as logs:
        sunday.clock.move_to(RELEASE)
        await until(shows(ada, "Done", "Failed: 2"))
    assert "(“a <new> refusal”: 1, “bot was blocked by the user”: 1)" in status_message(ada).text
    told = [line["reason"] for line in logs if line["event"].startswith("delivery refused")]
    assert sorted(told) == sorted(refusals.values())


async def test_what_is_left_unknown_is_not_asked_about_again(sunday: World) -> None:
    ada, ana = await unknown(sunday)
    shown = status_message(ada)
    await sunday.tap(ada, "Leave", on=shown)
    assert told(ada) == "All right: nothing is sent again."
    assert "Unknown: 1" in status_message(ada).text
    assert labels(status_message(ada)) == []
    await sunday.tap(ada, data=data(shown)["Resend once"], on=status_message(ada))
    assert told(ada) == "That has already been decided."
    assert len(fronts(ana)) == 1


async def test_who_opens_the_issue_is_not_unknown_any_more(sunday: World) -> None:
    ada, ana = await unknown(sunday)
    shown = status_message(ada)
    await sunday.ask(ana, "/latest")
    await until(shows(ada, "Unknown: 0", "Skipped: 1"))
    assert labels(status_message(ada)) == []
    await sunday.tap(ada, data=data(shown)["Resend once"], on=status_message(ada))
    assert told(ada) == "Nothing is left unconfirmed."


async def test_a_late_issue_is_sent_when_an_admin_says_so(sunday: World) -> None:
    ada, ana = sunday.admin(), sunday.person()
    for person in (ada, ana):
        await sunday.ask(person, "/start")
    sunday.clock.move_to(RELEASE)
    sunday.later(hours=13)
    await until(shows(ada, "It was due more than 12 hours ago, so I’m asking first.", "Left: 2"))
    assert not fronts(ana)
    await sunday.tap(ada, "Send now", on=status_message(ada))
    await until(lambda: len(fronts(ana)) == 1)


async def test_a_late_issue_is_dropped_when_an_admin_says_so(sunday: World) -> None:
    ada, ana = sunday.admin(), sunday.person()
    for person in (ada, ana):
        await sunday.ask(person, "/start")
    sunday.clock.move_to(RELEASE)
    sunday.later(hours=13)
    await until(shows(ada, "so I’m asking first", "Left: 2"))
    await sunday.tap(ada, "Don’t send", on=status_message(ada))
    await sunday.tap(ada, "Yes, cancel it")
    await until(shows(ada, "Cancelled", "Skipped: 2"))
    assert not fronts(ana)


async def test_a_press_a_week_later_is_answered_in_words(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    old = data(status_message(ada))
    question = await sunday.tap(ada, "✕ Cancel", on=status_message(ada))
    sunday.later(hours=5)
    await until(shows(ada, "Done"))
    sunday.later(days=WEEK)
    await sunday.tap(ada, data=old["⏸ Pause"], on=status_message(ada))
    assert told(ada) == "It has ended: there’s nothing left to do."
    answer = await sunday.tap(ada, "Yes, cancel it", on=question)
    assert told(ada) == "It has ended: there’s nothing left to do."
    assert "It has ended" in answer.text or "It has ended" in next(
        bubble.text for bubble in ada.sees if bubble.message_id == question.message_id
    )
    assert await acts(sunday) == []


async def test_a_button_from_before_the_last_resumption_does_nothing(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    question = await sunday.tap(ada, "✕ Cancel", on=status_message(ada))
    await sunday.tap(ada, "⏸ Pause", on=status_message(ada))
    sunday.later(minutes=1)
    await sunday.tap(ada, "▶ Resume", on=status_message(ada))
    await sunday.tap(ada, "Yes, cancel it", on=question)
    assert told(ada) == "Something has changed since that button appeared. Here’s how things stand now."
    assert (await campaign_of(sunday)).state is CampaignState.OPEN


async def test_nobody_but_an_admin_of_today_in_private_steers(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    group = sunday.group()
    campaign = await campaign_of(sunday)
    stamp = f"{campaign.id}:{version(campaign)}"
    forged = [
        f"do:{family}:{act}:{stamp}" for family in ("camp", "asked") for act in (*Action, "drop", "show")
    ]
    said = await sunday.call("sendMessage", chat_id=group.id, text="Hello")
    for forged_data in forged:
        await sunday.tap(lou, data=forged_data)
        assert told(lou) == OUT_OF_DATE
        ada.taps(said["message_id"], data=forged_data, group=group)
    await sunday.wait_until_idle()
    for forged_data in forged:
        await sunday.push(callback_query=forwarded(sunday, forged_data))
    sunday.set(admin_ids=frozenset({BERTA}))
    await sunday.restart()
    for forged_data in forged:
        await sunday.tap(ada, data=forged_data, on=status_message(ada))
        assert told(ada) == OUT_OF_DATE
    assert (
        await sunday.ask(ada, "/campaigns")
    ).text == "I don’t know that command. /help shows what you can ask me."
    assert await acts(sunday) == []
    assert await campaign_of(sunday) == campaign


def forwarded(world: World, pressed: str) -> dict[str, object]:
    """A press by an admin on a message that was passed on to her."""
    chat = {"id": ADMIN, "type": "private", "first_name": "Ada"}
    date = int(world.clock.now().timestamp())
    origin = {"type": "hidden_user", "date": date, "sender_user_name": "Mallory"}
    message = {"message_id": 9_000, "date": date, "chat": chat, "text": "Tap", "forward_origin": origin}
    person = {"id": ADMIN, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    return {"id": "77", "from": person, "chat_instance": "1", "message": message, "data": pressed}


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "٣", "99999999999999", "9" * 40, ""])
async def test_forged_numbers_are_answered_in_words(sunday: World, number: str) -> None:
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    for act in (*Action, "drop", "show", "nonsense"):
        ada.taps(last(ada).message_id, data=f"do:camp:{act}:{number}:0")
    await sunday.wait_until_idle()
    assert len([alert for alert in ada.alerts if alert["text"]]) + sum(
        "That campaign doesn’t exist." in bubble.text for bubble in ada.sees
    ) >= len(Action)
    assert await acts(sunday) == []


async def test_a_question_comes_as_a_new_message_and_stands_once(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    running = status_message(ada).message_id
    sunday.telegram.faults.add(method="sendMessage", chat_id=lou.id, times=1, kind=ResetAfter())
    sunday.later(hours=5)
    await until(shows(ada, "Done", "Unknown: 1"))
    await until(lambda: status_message(ada).message_id != running)
    await until(lambda: len(status_messages(ada)) == 2)  # the issue itself, and its status message
    assert running not in {bubble.message_id for bubble in ada.sees}


async def test_a_status_message_outlives_a_time_in_which_telegram_s_answers_are_lost(sunday: World) -> None:
    """An edit may be repeated as often as it takes; and the question it brings is needed most then."""
    ada, _, lou = await monday(sunday)
    lost = Status(502, "Bad Gateway")
    sunday.telegram.faults.add(method="editMessageText", chat_id=ADMIN, times=8, kind=lost)
    sunday.telegram.faults.add(method="sendMessage", chat_id=lou.id, kind=ResetAfter())
    campaign = await campaign_of(sunday)
    for act in (Action.PAUSE, Action.RESUME, Action.PAUSE):
        await sunday.program.core.campaigns.act(act, campaign.id, None)
    await until(lambda: not sunday.telegram.faults.pending()[1:])
    await until(shows(ada, "Paused"))
    await sunday.program.core.campaigns.act(Action.RESUME, campaign.id, None)
    sunday.later(hours=5)
    await until(lambda: "Resend once" in labels(status_message(ada)))
    assert status_message(ada).text.count("Unknown: 1") == 1


async def test_a_status_message_that_an_admin_deleted_comes_once_more(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    before = status_message(ada).message_id
    await sunday.call("deleteMessage", chat_id=ada.id, message_id=before)
    sunday.later(hours=5)
    await until(shows(ada, "Done", "Sent: 3 of 3"))
    assert status_message(ada).message_id > before


async def test_the_status_message_says_why_some_were_skipped(sunday: World) -> None:
    ada, ana, lou = sunday.admin(), sunday.person(), await far_away(sunday)
    for person in (ada, ana):
        await sunday.ask(person, "/start")
    sunday.clock.move_to(RELEASE)
    await until(shows(ada, "Sent: 2 of 3"))
    await sunday.ask(lou, "/latest")
    sunday.later(hours=5)
    await until(shows(ada, "Done", "Skipped: 1 (already have it: 1)"))
    assert "Failed: 0" in status_message(ada).text
    assert len([bubble for bubble in lou.sees if "Title of" in bubble.text]) == 1


async def test_older_campaigns_are_a_tap_away(world: World) -> None:
    ada = world.admin()
    await world.ask(ada, "/start")
    for _ in range(10):
        await broadcast(world)
        world.later(seconds=1)
    await world.ask(ada, "/campaigns")
    newest = listed(ada)
    assert "8. Hello <all>" in newest.text
    assert "9. Hello" not in newest.text
    await world.tap(ada, "Older ▶", on=newest)
    older = listed(ada)
    assert older.message_id == newest.message_id
    assert "10. Hello <all>" in older.text
    assert "8. Hello" not in older.text
    assert labels(older)[-1] == "◀ Newer"
    await world.tap(ada, "◀ Newer", on=older)
    assert listed(ada).text.startswith("Campaigns, newest first\n\n1. ")


def listed(admin: Person) -> Bubble:
    return next(bubble for bubble in admin.sees if bubble.text.startswith("Campaigns, "))


async def test_after_a_restart_the_same_message_goes_on(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    before = status_message(ada).message_id
    await sunday.restart()
    sunday.later(hours=5)
    await until(shows(ada, "Done", "Sent: 3 of 3"))
    assert status_message(ada).message_id == before
    assert len(status_messages(ada)) == 2


async def test_an_admin_who_blocked_the_bot_gets_no_status_message_and_no_tries(sunday: World) -> None:
    other = await berta(sunday)
    other.blocks()
    await sunday.wait_until_idle()
    calls = len(list(sunday.telegram.ledger.of(chat_id=BERTA)))
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    sunday.clock.move_to(RELEASE)
    await until(shows(ada, "Done"))
    assert len(list(sunday.telegram.ledger.of(chat_id=BERTA))) == calls


async def test_a_status_message_that_was_refused_is_not_tried_again_and_again(sunday: World) -> None:
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    deleted = Status(400, "Bad Request: message to edit not found")
    sunday.telegram.faults.add(method="editMessageText", times=None, kind=deleted)
    lou = await far_away(sunday)
    sunday.clock.move_to(RELEASE)
    await until(shows(ada, "Left: "))
    sunday.later(hours=5)
    await until(lambda: fronts(lou))
    await until(lambda: len(list(sunday.telegram.ledger.of(method="editMessageText", chat_id=ADMIN))) >= 1)
    await asyncio.sleep(0.5)  # five rounds, in which nothing must come
    assert len(list(sunday.telegram.ledger.of(method="editMessageText", chat_id=ADMIN))) <= 2


async def test_the_list_names_the_last_ones_and_opens_their_status_messages_anew(sunday: World) -> None:
    ada, _, _ = await monday(sunday)
    before = status_message(ada).message_id
    answer = await sunday.ask(ada, "/campaigns")
    assert answer.text == (
        "Campaigns, newest first\n\n1. Title of 2025-12-22\nissue, December 22, 2025: being sent\n"
        "Sent 2 · failed 0 · skipped 0 · unknown 0 · left 1"
    )
    opened = await sunday.tap(ada, "1. Title of 2025-12-22", on=answer)
    assert opened.message_id > answer.message_id
    assert before not in [bubble.message_id for bubble in ada.sees]
    sunday.later(hours=5)
    await until(shows(ada, "Done"))
    assert status_message(ada).message_id == opened.message_id


async def test_before_the_first_campaign_the_list_says_so(sunday: World) -> None:
    assert (await sunday.ask(sunday.admin(), "/campaigns")).text == "Nothing has been sent out yet."
    assert (await sunday.ask(await berta(sunday), "/campaigns")).text == "Todavía no hubo ningún envío."


async def test_who_resumes_after_refusals_accepts_who_is_gone(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    campaign = await campaign_of(sunday)
    async with sunday.program.core.database.write() as session:
        await campaigns.change(
            session, campaign.id, expected=[CampaignState.OPEN], state=CampaignState.PAUSED, why=Why.FAILURES
        )
        await session.execute(
            tables.deliveries.update()
            .where(tables.deliveries.c.reader_id == lou.id)
            .values(state=State.FAILED, reason=f"{deliveries.GONE}Forbidden: user is deactivated")
        )
    assert (await sunday.reader(lou)).gone_at is None
    await until(shows(ada, "More than a fifth"))
    await sunday.tap(ada, "▶ Resume", on=status_message(ada))
    assert (await sunday.reader(lou)).gone_at is not None
    assert (await campaign_of(sunday)).accepted == 1


async def broadcast(world: World, kind: Kind = Kind.BROADCAST, opened_by: int = ADMIN) -> int:
    """Open one to everyone that starts in a minute; a test starts at once."""
    now = world.clock.now()
    starts_at = now if kind is Kind.TEST else now + timedelta(seconds=60)
    text = {"text": "Hello all"}
    pages = [
        FrozenPage(language, access, rendering, "sendMessage", text)
        for language in ("en", "es")
        for access in Access
        for rendering in Rendering
    ]
    async with world.program.core.database.write() as session:
        opening = Opening(kind, str(now), "Hello <all>", starts_at, opened_by)
        campaign_id = await campaigns.add(session, opening, now)
        assert campaign_id is not None
        due = dict.fromkeys(await filling.whereabouts(session), starts_at)
        rows = await filling.fill(session, campaign_id, due, tables.readers.c.id > 0)
        await campaigns.freeze(session, campaign_id, pages, rows)
    return campaign_id


def greeted(person: Person) -> int:
    return sum(bubble.text == "Hello all" for bubble in person.sees)


async def test_any_admin_undoes_a_broadcast_before_it_starts(world: World) -> None:
    ada, ana = world.admin(), world.person()
    for person in (ada, ana):
        await world.ask(person, "/start")
    await broadcast(world)
    await until(lambda: "Hello <all>" in last(ada).text)
    shown = last(ada)
    assert "Broadcast, Monday, December 22, 2025, at 09:00" in shown.text
    assert re.search(r"Starts at 09:01:0\d\. Until then any admin can undo it\.", shown.text)
    assert labels(shown) == ["Undo"]
    await world.tap(ada, "Undo", on=shown)
    assert told(ada) == "Undone. Nobody got anything."
    await until(lambda: "Undone at 09:00: nobody got it." in last(ada).text)
    world.later(minutes=2)
    await asyncio.sleep(1)  # nothing must come: there is nothing to wait for
    assert greeted(ana) == 0
    assert await acts(world) == [("undo campaign", ADMIN)]


async def test_an_undo_that_comes_too_late_says_so(world: World) -> None:
    ada, ana = world.admin(), world.person()
    for person in (ada, ana):
        await world.ask(person, "/start")
    await broadcast(world)
    await until(lambda: "Undo" in labels(last(ada)))
    undo = data(last(ada))["Undo"]
    world.later(seconds=61)
    await until(lambda: greeted(ana) == 1)
    await world.tap(ada, data=undo)
    assert told(ada) in {
        "It has ended: there’s nothing left to do.",
        "Too late to undo: it has started. You can still cancel the rest.",
    }
    assert await acts(world) == []


async def test_an_undo_of_what_is_paused_says_how_to_end_it(world: World) -> None:
    """A 401, say, pauses all campaigns within the minute: nothing has begun, and it is not too late."""
    ada = world.admin()
    await world.ask(ada, "/start")
    number = await broadcast(world)
    await until(lambda: "Undo" in labels(last(ada)))
    shown = last(ada)
    await world.program.core.campaigns.act(Action.PAUSE, number, None)
    world.later(minutes=2)
    await world.tap(ada, data=data(shown)["Undo"], on=shown)
    assert told(ada) == "It’s paused. If you cancel it, it ends for good."


async def test_only_who_sends_a_test_sees_its_status_message(sunday: World) -> None:
    ada, other = sunday.admin(), await berta(sunday)
    await sunday.ask(ada, "/start")
    await broadcast(sunday, Kind.TEST)
    await until(
        lambda: any("Test for the admins" in message.text and "Done" in message.text for message in ada.sees)
    )
    assert greeted(other) == 1
    assert not any("Prueba" in bubble.text for bubble in other.sees)


async def test_figures_that_do_not_add_up_are_said_to(world: World) -> None:
    ada = world.admin()
    await world.ask(ada, "/start")
    campaign_id = await broadcast(world, Kind.TEST)
    async with world.program.core.database.write() as session:
        await campaigns.change(session, campaign_id, expected=list(CampaignState), frozen=7)
    phrase = "⚠ This doesn’t add up: it began with 7 deliveries, and these are 1."
    await until(lambda: any(phrase in bubble.text for bubble in ada.sees))


async def test_a_chat_in_a_cooldown_gets_its_status_message_afterwards(world: World) -> None:
    ada, ana = world.admin(), world.person()
    for person in (ada, ana):
        await world.ask(person, "/start")
    world.program.core.rate_limiter.begin_cooldown(ADMIN, 3.0)
    await broadcast(world, Kind.TEST)
    await until(lambda: greeted(ana) == 1)
    assert not any("Test for the admins" in bubble.text for bubble in ada.sees)
    await until(lambda: any("Test for the admins" in bubble.text for bubble in ada.sees))


def test_the_clock_of_a_version_is_exact_to_the_millisecond() -> None:
    clock = MovableClock(RELEASE)
    campaign = Campaign(1, Kind.ISSUE, "2025-12-22", "T", CampaignState.OPEN, None, RELEASE, clock.now(), 0)
    assert version(campaign) == int(RELEASE.timestamp() * 1000)
