"""What admins are told unasked: every one of them, each thing once, as soon as sending is allowed."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.db import tables
from bot.db.delivery import campaigns
from bot.db.operations import notices
from bot.db.operations.notices import Notice
from bot.domain.delivery.campaign import CampaignState, Why
from bot.services.delivery.pausing import pause
from telegram_simulator import Latency, Person, Status
from tests.conversations.test_campaigns import (
    berta,
    campaign_of,
    far_away,
    monday,
    shows,
    sunday,
)
from tests.conversations.test_monday import RELEASE, fronts
from tests.waiting import until
from tests.world import ADMIN, World, labels, told

__all__ = ["sunday"]

ASKS = "⚠ Paused: Title of 2025-12-22"


def heard(admin: Person, beginning: str) -> list[str]:
    return [bubble.text for bubble in admin.sees if bubble.from_bot and bubble.text.startswith(beginning)]


async def is_told(world: World) -> bool:
    async with world.program.core.database.read() as session:
        return not await notices.untold(session)


async def is_opened(world: World) -> bool:
    async with world.program.core.database.read() as session:
        return (await session.execute(select(tables.campaigns))).first() is not None


async def all_told(world: World) -> None:
    await until(lambda: is_told(world))


async def add(world: World, key: str, kind: str, **details: object) -> None:
    async with world.program.core.database.write() as session:
        await notices.add(session, Notice(key, kind, details), world.clock.now())


async def paused(world: World, why: Why) -> None:
    campaign = await campaign_of(world)
    async with world.program.core.database.write() as session:
        await pause(session, campaign.id, why, world.clock.now())


async def test_every_admin_is_told_of_a_late_issue_in_her_language_and_answers_there(sunday: World) -> None:
    ada, other, ana = sunday.admin(), await berta(sunday), sunday.person()
    for person in (ada, ana):
        await sunday.ask(person, "/start")
    sunday.clock.move_to(RELEASE + timedelta(hours=13))
    await until(lambda: heard(ada, ASKS) and heard(other, "⚠ Envío en pausa"))
    await all_told(sunday)
    assert heard(ada, ASKS) == [
        f"{ASKS}\nIt was due more than 12 hours ago, so I’m asking first.\nShould it go out now?"
    ]
    assert heard(other, "⚠ Envío en pausa: Título del 2025-12-22\nDebía salir hace más de 12 horas")
    asked = next(bubble for bubble in ada.sees if bubble.text.startswith(ASKS))
    assert labels(asked) == ["Send now", "Don’t send"]
    await sunday.tap(ada, "Send now", on=asked)
    answered = next(bubble for bubble in ada.sees if bubble.message_id == asked.message_id)
    assert answered.text == "Title of 2025-12-22\nSending continues."
    await until(lambda: fronts(ana))
    late = next(bubble for bubble in other.sees if bubble.text.startswith("⚠ Envío en pausa"))
    await sunday.tap(other, "No enviar", on=late)
    assert told(other) in {
        "Ya terminó: no queda nada pendiente.",
        "Algo cambió desde que apareció ese botón. Así están las cosas ahora.",  # when not all have it yet
    }
    assert len(fronts(ana)) == 1


async def test_a_notice_says_what_to_look_at_and_resumes(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    await paused(sunday, Why.REJECTED)
    await all_told(sunday)
    notice = next(bubble for bubble in ada.sees if bubble.text.startswith(ASKS))
    assert "Telegram refused 20 messages in a row." in notice.text
    assert "the log and /campaigns say why Telegram refused it" in notice.text
    assert labels(notice) == ["▶ Resume", "✕ Cancel"]
    await sunday.tap(ada, "▶ Resume", on=notice)
    assert (await campaign_of(sunday)).state is CampaignState.OPEN
    sunday.later(hours=5)
    await until(lambda: fronts(lou))


async def test_a_wrong_token_is_told_once_it_is_right_again(sunday: World) -> None:
    ada, _, lou = await monday(sunday)
    unauthorized = Status(401, "Unauthorized")
    sunday.telegram.faults.add(method="sendMessage", chat_id=lou.id, times=1, kind=unauthorized)
    sunday.telegram.faults.add(method="sendMessage", chat_id=ADMIN, times=None, kind=unauthorized)
    sunday.later(hours=5)
    await until(shows(ada, "Paused", "doesn’t accept the bot’s token"))
    assert not heard(ada, ASKS)
    sunday.telegram.faults.clear()
    await sunday.restart()
    await until(lambda: heard(ada, ASKS))
    await all_told(sunday)
    assert len(heard(ada, ASKS)) == 1


async def test_a_missing_issue_is_told_on_the_eve_and_not_when_it_has_come(sunday: World) -> None:
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    await add(sunday, "no issue:2025-12-22", "no issue", day="2025-12-22")  # there is one
    await add(sunday, "no issue:2025-12-29", "no issue", day="2025-12-29")
    await all_told(sunday)
    assert heard(ada, "⚠ There’s no issue") == [
        "⚠ There’s no issue for Monday, December 29, 2025 yet. If none comes, nothing is sent that day."
    ]


async def test_nothing_is_told_inside_a_cooldown_and_everything_after_it(sunday: World) -> None:
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    sunday.program.core.rate_limiter.begin_cooldown(None, 2.0)
    await add(sunday, "cooldown:one", "cooldown", seconds=43_838.0)
    await asyncio.sleep(0.6)  # several rounds, in which nothing must go out
    assert not heard(ada, "⚠")
    await all_told(sunday)
    (text,) = heard(ada, "⚠")
    assert text.startswith("⚠ For 12 hours Telegram didn’t let me send anything, because too much")


async def test_a_cooldown_is_told_with_how_long_it_was_in_each_admin_s_language(sunday: World) -> None:
    ada, other = sunday.admin(), await berta(sunday)
    await sunday.ask(ada, "/start")
    for number, seconds in enumerate((7.0, 660.0)):
        await add(sunday, f"cooldown:{number}", "cooldown", seconds=seconds)
    await all_told(sunday)
    for person, words in ((ada, "Telegram didn’t let"), (other, "Telegram no me dejó")):
        assert all(words in text for text in heard(person, "⚠"))
    assert [text.partition(" Telegram")[0] for text in (*heard(ada, "⚠"), *heard(other, "⚠"))] == [
        "⚠ For less than a minute",
        "⚠ For 11 minutes",
        "⚠ Durante menos de un minuto",
        "⚠ Durante 11 minutos",
    ]


async def test_a_disk_that_was_full_is_told_with_how_long_in_each_admin_s_language(sunday: World) -> None:
    ada, other = sunday.admin(), await berta(sunday)
    await sunday.ask(ada, "/start")
    for number, seconds in enumerate((7.0, 3_000.0, 5 * 3_600.0)):
        await add(sunday, f"full:{number}", "full", seconds=seconds)
    await all_told(sunday)
    assert [text.partition(" I couldn’t write to the database")[0] for text in heard(ada, "⚠")] == [
        "⚠ For less than a minute",
        "⚠ For 50 minutes",
        "⚠ For 5 hours",
    ]
    assert [text.partition(" no se pudo")[0] for text in heard(other, "⚠")] == [
        "⚠ Durante menos de un minuto",
        "⚠ Durante 50 minutos",
        "⚠ Durante 5 horas",
    ]


async def test_who_leads_no_more_tells_the_other_admins_nothing(sunday: World) -> None:
    """Whoever leads then tells them."""
    people = sunday.admin(), await berta(sunday)
    await sunday.ask(people[0], "/start")
    sunday.telegram.faults.add(method="sendMessage", times=None, kind=Latency(1.0))
    await add(sunday, "cooldown:late", "cooldown", seconds=700.0)
    await until(lambda: any(heard(someone, "⚠") for someone in people))
    await sunday.program.core.lease.release()  # the next turn is in ten seconds
    await asyncio.sleep(1.5)
    assert sum(len(heard(person, "⚠")) for person in people) == 1


async def test_who_was_told_is_not_told_again_for_one_who_cannot_be(sunday: World) -> None:
    ada, other = sunday.admin(), await berta(sunday)
    await sunday.ask(ada, "/start")
    other.deactivates()
    await add(sunday, "cooldown:two", "cooldown", seconds=700.0)
    await all_told(sunday)
    await asyncio.sleep(0.5)  # several rounds more
    assert len(heard(ada, "⚠")) == 1


async def test_as_long_as_nobody_can_be_told_a_notice_waits(sunday: World) -> None:
    await add(sunday, "cooldown:three", "cooldown", seconds=700.0)
    await asyncio.sleep(0.5)  # several rounds, in which there is nobody to tell
    assert not await is_told(sunday)
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    await all_told(sunday)
    assert len(heard(ada, "⚠")) == 1


async def test_a_pause_that_somebody_has_seen_to_is_told_without_a_question(sunday: World) -> None:
    lou = await far_away(sunday)
    sunday.clock.move_to(RELEASE)
    await until(lambda: is_opened(sunday))
    await paused(sunday, Why.FAILURES)
    campaign = await campaign_of(sunday)
    async with sunday.program.core.database.write() as session:
        await campaigns.change(
            session, campaign.id, expected=[CampaignState.PAUSED], state=CampaignState.OPEN, why=None
        )
    ada = sunday.admin()
    await sunday.ask(ada, "/start")
    await all_told(sunday)
    assert heard(ada, ASKS) == [
        f"{ASKS}\nMore than a fifth of the last 200 deliveries failed.\nAn admin has dealt with it."
    ]
    assert not fronts(lou)
