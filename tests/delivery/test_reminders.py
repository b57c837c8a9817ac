"""Readers are told before their access ends and after, once each, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db.delivery import campaigns, filling
from bot.db.delivery.audience import reachable
from bot.db.delivery.campaigns import Opening
from bot.db.operations import timestamps
from bot.db.readers import grants, readers
from bot.db.tables import deliveries as ledger
from bot.db.tables import reminders
from bot.domain.delivery.campaign import CampaignState, Kind, Skip, State
from bot.domain.readers.grants import Grant, Source
from bot.domain.readers.reader import QuietHours, Reader
from bot.domain.subscriptions.star_subscription import State as Subscription
from bot.services.delivery.sending.claiming import Claiming
from bot.services.subscriptions.access import update_access
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from telegram_simulator import Person, ResetAfter, Status
from tests.conversations.stars import MONTHLY, pays, rich, sell
from tests.delivery.mondays import FAST, FIRST, stays, until
from tests.world import TOKEN, World, labels, last

START = datetime(2025, 12, 22, 13, 0, tzinfo=UTC)
"""10:00 in Asunción, where all is looked at that is due."""
DAY = timedelta(days=1)
MINUTES = timedelta(minutes=20)


@pytest.fixture
async def bot(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The bot at noon of a Monday, which has looked for reminders before; it sells subscriptions."""
    async with World(sell(content), data_folder, START + 2 * DAY / 24, **FAST) as world:
        await look(world)
        yield world


async def look(world: World) -> None:
    """Do what the minute's job does."""
    await world.program.parts.reminding.look()


async def at(world: World, days: float) -> None:
    """Let it be shortly after ten in the morning, so many days after the first one, and all be sent."""
    await open_at(world, days)
    await until(lambda: none_left(world))


async def open_at(world: World, days: float) -> None:
    world.clock.move_to(START + days * DAY + MINUTES)
    await look(world)


async def none_left(world: World) -> bool:
    left = select(func.count()).select_from(ledger).where(ledger.c.state.in_((State.PENDING, State.SENDING)))
    async with world.program.core.database.read() as session:
        return (await session.execute(left)).scalar_one() == 0


async def give(world: World, person: Person, days: int, source: Source = Source.OFFER) -> None:
    now = world.clock.now()
    async with world.program.core.database.write() as session:
        await grants.add(session, person.id, Grant(source, f"{source}{person.id}{now}", now, days=days))
        await update_access(session, person.id, now)


async def choose(world: World, person: Person, **values: object) -> None:
    async with world.program.core.database.write() as session:
        await readers.change(session, person.id, **values)


async def trials(world: World, count: int) -> list[Person]:
    """Return so many readers whose trial of seven days has just begun."""
    people = world.telegram.crowd(count, token=TOKEN, first_id=FIRST)
    now, days = world.clock.now(), timedelta(days=7)
    async with world.program.core.database.write() as session:
        for person in people:
            await readers.add(session, Reader(person.id, str(person.user["language_code"])), now)
            await grants.add(session, person.id, Grant(Source.TRIAL, f"{person.id}", now, days=7))
            until_then = {"full_until": now + days, "full_since": now, "trial_at": now}
            await readers.change(session, person.id, **until_then)
    return list(people)


async def skips(world: World) -> list[str]:
    query = select(ledger.c.reason).where(ledger.c.state == State.SKIPPED)
    async with world.program.core.database.read() as session:
        return list((await session.execute(query)).scalars())


def told(person: Person) -> list[str]:
    """Return the first sentence of every reminder that this person was ever sent."""
    texts = [bubble.text for kind, bubble in person.history if kind == "new" and bubble.from_bot]
    return [text.split("2025")[0].split("2026")[0] for text in texts if "🔒" in text and is_reminder(text)]


def is_reminder(text: str) -> bool:
    signs = ("locked again, in every issue", "en todas las ediciones")
    return any(sign in text for sign in signs)


async def offered(world: World, number: int = 1, language: str = "en", days: int = 30) -> Person:
    """Return a reader who has just been given days of an offer."""
    person = world.person(5_000_000_000 + number, language)
    await world.ask(person, "/start")
    await give(world, person, days)
    return person


async def test_a_trial_is_told_the_day_before_and_the_day_after(bot: World) -> None:
    ana = bot.person()
    await bot.take_trial(ana)
    for day in range(4, 11):
        await at(bot, day)
    assert told(ana) == [
        "Your free trial ends on Monday, December 29, ",
        "Your free trial ended on Monday, December 29, ",
    ]
    assert last(ana).text == (
        "Your free trial ended on Monday, December 29, 2025. Sections marked 🔒 are locked again, in every "
        "issue. The free parts are still yours to read."
    )
    assert labels(last(ana)) == ["How to keep reading"]
    answer = await bot.tap(ana, "How to keep reading")
    assert "trial" in answer.text or "Monthly" in str(answer.buttons)


async def test_in_spanish(bot: World) -> None:
    ana = bot.person(language="es")
    await bot.take_trial(ana)
    await at(bot, 6)
    assert last(ana).text == (
        "Tu prueba gratis termina el lunes 29 de diciembre de 2025. Después, las secciones con 🔒 vuelven a "
        "cerrarse en todas las ediciones. Las partes gratis las puedes seguir leyendo.\n\n"
        "¿No quieres estos recordatorios? Desactívalos en /settings."
    )
    await at(bot, 8)
    assert told(ana)[1:] == ["Tu prueba gratis terminó el lunes 29 de diciembre de "]


async def test_thirty_days_of_an_offer_are_told_three_days_and_one_day_before_and_once_after(
    bot: World,
) -> None:
    ana = await offered(bot)
    for day in range(25, 36):
        await at(bot, day)
    when = "Wednesday, January 21, "
    assert told(ana) == [
        f"The free access you got with an offer ends on {when}",
        f"The free access you got with an offer ends on {when}",
        f"The free access you got with an offer ended on {when}",
    ]


async def test_whom_the_trial_is_open_to_is_offered_it(bot: World) -> None:
    ana = await offered(bot)
    await at(bot, 27)
    assert labels(last(ana)) == ["Add 7 free days", "How to keep reading"]


async def test_who_pays_every_month_hears_nothing_and_who_cancelled_does(bot: World) -> None:
    ana, luz = rich(bot), rich(bot, number=5_000_000_002)
    for person in (ana, luz):
        await pays(bot, person, MONTHLY)
    core = bot.program.core
    held = StarSubscriptions(core.database, core.clock)
    hers = await held.running(luz.id)
    assert hers is not None
    await at(bot, 10)
    await held.hear(luz.id, hers.payload, Subscription.CANCELLED)
    for day in range(26, 30):
        await at(bot, day)
    assert told(ana) == []
    assert told(luz) == 2 * ["Your subscription ends on Wednesday, January 21, "]


async def test_a_renewal_that_failed_is_told_the_day_after(bot: World) -> None:
    ana = rich(bot)
    await pays(bot, ana, MONTHLY)
    core = bot.program.core
    held = StarSubscriptions(core.database, core.clock)
    hers = await held.running(ana.id)
    assert hers is not None
    ana.stars.balance = 0
    bot.clock.move_to(START + 30.2 * DAY)
    await held.hear(ana.id, hers.payload, Subscription.FAILED)
    await at(bot, 31)
    assert told(ana) == ["Your subscription ended on Wednesday, January 21, "]
    assert "because no payment for its renewal arrived" in last(ana).text


async def test_the_switch_and_stop_silence_them(bot: World) -> None:
    ana, luz, eva = [await offered(bot, number) for number in (1, 2, 3)]
    await bot.ask(ana, "/settings")
    page = await bot.tap(ana, "Turn off reminders")
    assert "Reminders before your access ends: off" in page.text
    await bot.ask(luz, "/stop")
    for day in (27, 29, 31):
        await at(bot, day)
    assert [len(told(person)) for person in (ana, luz, eva)] == [0, 0, 3]
    await bot.ask(ana, "/settings")
    assert "Reminders before your access ends: on" in (await bot.tap(ana, "Turn on reminders")).text


async def test_the_switch_in_spanish(bot: World) -> None:
    ana = bot.person(language="es")
    await bot.ask(ana, "/settings")
    page = await bot.tap(ana, "Desactivar recordatorios")
    assert "Recordatorios antes de que termine tu acceso: desactivado" in page.text


async def test_quiet_hours_hold_them_and_what_changes_meanwhile_counts(bot: World) -> None:
    people = [await offered(bot, number) for number in range(1, 6)]
    for person in people:
        await choose(bot, person, quiet=QuietHours(9, 12))
    await open_at(bot, 29)
    calls = len(bot.telegram.ledger.of(method="sendMessage"))
    assert await stays(lambda: len(bot.telegram.ledger.of(method="sendMessage")) == calls)
    extended, stopped, off, gone, _ = people
    await give(bot, extended, 30)
    await choose(bot, stopped, stopped_at=bot.clock.now())
    await choose(bot, off, reminders=False)
    await choose(bot, gone, gone_at=bot.clock.now())
    bot.clock.move_to(START + 29 * DAY + timedelta(hours=2, minutes=1))
    await until(lambda: none_left(bot))
    assert [len(told(person)) for person in people] == [0, 0, 0, 0, 1]
    assert sorted(await skips(bot)) == sorted([Skip.ACCESS, Skip.STOPPED, Skip.REMINDERS_OFF, Skip.GONE])


async def test_who_has_access_again_hears_of_no_end(bot: World) -> None:
    ana, luz = await offered(bot, 1), await offered(bot, 2)
    await choose(bot, luz, quiet=QuietHours(9, 12))
    bot.clock.move_to(START + 30.5 * DAY)
    await give(bot, ana, 7)
    await open_at(bot, 31)
    await give(bot, luz, 7)
    bot.clock.move_to(START + 31 * DAY + timedelta(hours=3))
    await until(lambda: none_left(bot))
    assert (told(ana), told(luz)) == ([], [])
    assert await skips(bot) == [Skip.ACCESS]


async def test_what_comes_too_late_is_not_sent_and_asks_no_admin(bot: World) -> None:
    ana = await offered(bot)
    await choose(bot, ana, quiet=QuietHours(9, 12))
    await open_at(bot, 29)
    bot.clock.move_to(START + 31 * DAY)
    await bot.restart()
    await until(lambda: none_left(bot))
    assert told(ana) == []
    assert await skips(bot) == [Skip.TOO_LATE]


async def test_two_programs_and_many_looks_tell_it_once(bot: World) -> None:
    ana = await offered(bot)
    other = bot.new_program()
    await other.start()
    bot.clock.move_to(START + 29 * DAY + MINUTES)
    await asyncio.gather(*(program.parts.reminding.look() for program in (bot.program, other) for _ in "abc"))
    await until(lambda: none_left(bot))
    await other.stop()
    assert len(told(ana)) == 1


async def test_a_program_that_was_stopped_and_looks_again_tells_nothing_twice(bot: World) -> None:
    ana = await offered(bot)
    await at(bot, 29)
    async with bot.program.core.database.write() as session:  # it died before it noted how far it had looked
        await timestamps.put(session, timestamps.REMINDING, START + 28.9 * DAY)
    await bot.restart()
    bot.later(minutes=15)
    await look(bot)
    await until(lambda: none_left(bot))
    assert len(told(ana)) == 1


async def test_what_is_unknown_after_a_lost_answer_is_not_sent_again(bot: World) -> None:
    ana = await offered(bot)
    bot.telegram.faults.add(method="sendMessage", times=None, kind=ResetAfter())
    await open_at(bot, 29)
    await until(lambda: none_left(bot))
    bot.telegram.faults.clear()
    await bot.restart()
    await at(bot, 29.3)
    assert len(told(ana)) <= 1


async def test_a_first_look_and_a_backup_put_back_bring_no_flood(bot: World) -> None:
    people = [await offered(bot, number) for number in range(1, 6)]
    async with bot.program.core.database.write() as session:
        await timestamps.drop(session, timestamps.REMINDING)
    await at(bot, 29)
    async with bot.program.core.database.write() as session:
        await timestamps.put(session, timestamps.REMINDING, START + 28 * DAY)
        await timestamps.put(session, timestamps.DOUBTED, bot.clock.now())
    bot.later(minutes=15)
    await look(bot)
    assert [told(person) for person in people] == [[]] * 5
    await at(bot, 31)
    assert [len(told(person)) for person in people] == [1] * 5


async def test_a_clock_that_jumps_over_an_end_says_nothing_wrong_and_later_tells_it_once(bot: World) -> None:
    ana = await offered(bot)
    await at(bot, 26)
    bot.clock.jump(timedelta(days=5, hours=1))
    await look(bot)
    assert told(ana) == []
    bot.clock.jump(timedelta(days=-5, hours=-1))
    await look(bot)
    for day in (27, 29, 31, 32):
        await at(bot, day)
    assert len(told(ana)) == 3


async def test_a_clock_that_stays_ahead_tells_what_has_ended_on_a_later_day(bot: World) -> None:
    ana = await offered(bot)
    await at(bot, 26)
    bot.clock.jump(timedelta(days=5, hours=1))
    await look(bot)
    for day in (32, 33, 34):
        await at(bot, day)
    assert told(ana) == ["The free access you got with an offer ended on Wednesday, January 21, "]


async def test_no_admin_sees_a_campaign_or_a_notice_of_them(bot: World) -> None:
    ada = bot.admin()
    await bot.ask(ada, "/start")
    ana = await offered(bot)
    bot.telegram.faults.add(method="sendMessage", chat_id=ana.id, times=1, kind=Status(403))
    await at(bot, 29)
    assert "eminder" not in (await bot.ask(ada, "/campaigns")).text
    chats = [bubble.text for bubble in ada.sees if bubble.from_bot]
    assert not [text for text in chats if "access ends" in text or "Paused" in text]


async def test_a_backup_put_back_cancels_what_was_under_way_without_a_question(bot: World) -> None:
    ana = await offered(bot)
    await choose(bot, ana, quiet=QuietHours(9, 12))
    await open_at(bot, 29)
    async with bot.program.core.database.write() as session:
        await timestamps.put(session, timestamps.RESTORED, bot.clock.now())
    await bot.restart()
    await until(lambda: none_left(bot))
    assert await skips(bot) == [Skip.CANCELLED]
    bot.later(hours=3)
    assert told(ana) == []


async def test_reminders_take_only_what_other_campaigns_leave(bot: World) -> None:
    crowd = await trials(bot, 30)
    await bot.program.runner.stop_sending()
    await open_at(bot, 6)
    core, now = bot.program.core, bot.clock.now()
    async with core.database.write() as session:
        announced = await campaigns.add(session, Opening(Kind.BROADCAST, "nonce", "News", now), now)
        assert announced is not None
        due = dict.fromkeys(await filling.whereabouts(session), now)
        await filling.fill(session, announced, due, reachable())
    claiming = Claiming(core.database, core.clock, core.lease, core.publication, core.metrics)
    assert core.lease.epoch is not None
    kinds = [[row.campaign.kind for row in await claiming.claim(core.lease.epoch, 20)] for _ in range(3)]
    assert kinds[0] == [Kind.BROADCAST] * 20
    assert kinds[1] == [Kind.BROADCAST] * 10 + [Kind.REMINDER] * 10
    assert kinds[2] == [Kind.REMINDER] * 20
    assert len(crowd) == 30


async def test_five_thousand_trials_that_end_on_one_day_are_one_campaign_opened_once(
    content: Path, data_folder: Path
) -> None:
    fast = FAST | {"send_rate": 1_000, "send_window": 500}
    async with World(sell(content), data_folder, START, **fast) as bot:
        await trials(bot, 5_000)
        await look(bot)
        began = asyncio.get_running_loop().time()
        await open_at(bot, 6)
        seconds = asyncio.get_running_loop().time() - began
        await look(bot)
        async with bot.program.core.database.read() as session:
            opened = [
                campaign
                for campaign in await campaigns.in_state(session, *CampaignState)
                if campaign.kind is Kind.REMINDER
            ]
            noted = (await session.execute(select(func.count()).select_from(reminders))).scalar_one()
        assert [campaign.frozen for campaign in opened] == [5_000]
        assert noted == 5_000
        assert seconds < 20
