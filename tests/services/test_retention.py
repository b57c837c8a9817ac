"""What the bot promised not to keep is forgotten, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.clock import StoppedClock
from bot.db.delivery import campaigns
from bot.db.delivery.campaigns import FrozenCover, Opening
from bot.db.engine.session import Database
from bot.db.readers import feedback, open_pages, readers
from bot.db.readers.open_pages import OpenPage
from bot.db.subscriptions import checkouts, codes
from bot.db.tables import checkouts as checkout_rows
from bot.db.tables import deliveries as ledger
from bot.db.updates import inbox
from bot.domain.delivery.campaign import CampaignState, Kind, State
from bot.domain.pages.page import Place
from bot.domain.readers.feedback import Answer, Item
from bot.domain.readers.feedback import Kind as FeedbackKind
from bot.domain.readers.reader import Reader, Rendering
from bot.services.operations.retention import Retention
from bot.services.readers.feedback import Feedback
from tests.world import MONDAY


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def _kept(database: Database) -> set[int]:
    async with database.read() as session:
        return set((await session.exec_driver_sql("SELECT update_id FROM inbox")).scalars())


@pytest.mark.parametrize(
    ("age", "remaining"),
    [
        (timedelta(days=1, hours=23), {1, 2, 3}),
        (timedelta(days=2, hours=1), {2, 3}),
        (timedelta(days=29), {2, 3}),
        (timedelta(days=31), {3}),
        (timedelta(days=400), {3}),
    ],
    ids=str,
)
async def test_updates_go_after_two_days_failures_after_thirty_and_the_unhandled_never(
    database: Database, age: timedelta, remaining: set[int]
) -> None:
    async with database.write() as session:
        await inbox.store(session, [inbox.Received(number, "{}", number) for number in (1, 2, 3)], MONDAY)
        await inbox.mark_handled(session, [inbox.Closed(1, None), inbox.Closed(2, "it stumbled")], MONDAY)
    await Retention(database, StoppedClock(MONDAY + age)).purge()
    assert await _kept(database) == remaining


@pytest.mark.parametrize(("days", "there"), [(59, True), (61, False)])
async def test_open_pages_go_after_sixty_days(database: Database, days: int, there: bool) -> None:
    page = OpenPage(7, 1, Place(MONDAY.date()), "en", Rendering.CLASSIC, "r", protected=False)
    async with database.write() as session:
        await readers.add(session, Reader(7, "en"), MONDAY)
        await open_pages.remember(session, [page], MONDAY)
    await Retention(database, StoppedClock(MONDAY + timedelta(days=days))).purge()
    async with database.read() as session:
        assert (await open_pages.find(session, 7, 1) is not None) is there


@pytest.mark.parametrize(
    ("days", "row", "columns", "there"),
    [
        (29, State.SENT, {"state": CampaignState.ENDED}, True),
        (31, State.SENT, {"state": CampaignState.ENDED}, False),
        (31, State.UNKNOWN, {"state": CampaignState.ENDED}, True),  # "Resend once" stands under its report
        (31, State.UNKNOWN, {"state": CampaignState.ENDED, "resent_at": MONDAY}, False),
        (31, State.UNKNOWN, {"state": CampaignState.CANCELLED}, False),
        (31, State.SENT, {"state": CampaignState.PAUSED, "ended_at": None}, True),
    ],
)
async def test_a_picture_goes_after_thirty_days_unless_somebody_may_still_be_sent_it(
    database: Database, days: int, row: State, columns: dict[str, object], there: bool
) -> None:
    cover = FrozenCover(b"picture", "image/png")
    opening = Opening(Kind.ISSUE, "2025-12-22", "Title", MONDAY, cover=cover)
    async with database.write() as session:
        number = await campaigns.add(session, opening, MONDAY)
        assert number is not None
        copy = {"campaign_id": number, "reader_id": 7, "state": row, "due_at": MONDAY}
        await session.execute(insert(ledger).values(copy))
        values = {"ended_at": MONDAY} | columns
        await campaigns.change(session, number, expected=[CampaignState.OPEN], **values)
    await Retention(database, StoppedClock(MONDAY + timedelta(days=days))).purge()
    async with database.read() as session:
        assert (await campaigns.cover(session, number) is not None) is there


@pytest.mark.parametrize(("days", "there"), [(89, True), (91, False)])
async def test_feedback_goes_after_ninety_days(database: Database, days: int, there: bool) -> None:
    service = Feedback(database, StoppedClock(MONDAY))
    async with database.write() as session:
        await readers.add(session, Reader(7, "en"), MONDAY)
    await service.take("Ana", Item(7, 1, MONDAY, FeedbackKind.TEXT, "words"))
    await service.answer(Answer(9, 1, 7, "Ada", "an answer", MONDAY))
    await service.asks_for(9, 2, 7)
    await Retention(database, StoppedClock(MONDAY + timedelta(days=days))).purge()
    assert bool((await service.items(7, 1, 0))[0]) is there
    assert (await service.thread(7) is not None) is there
    assert (await service.reader_of(9, 2) is not None) is there
    async with database.read() as session:
        assert bool(await feedback.answers_to(session, 7)) is there


async def test_who_is_muted_stays_so_and_loses_her_name(database: Database) -> None:
    service = Feedback(database, StoppedClock(MONDAY))
    async with database.write() as session:
        await readers.add(session, Reader(7, "en"), MONDAY)
    await service.take("Ana", Item(7, 1, MONDAY, FeedbackKind.TEXT, "words"))
    await service.mute(7, "Ada")
    await Retention(database, StoppedClock(MONDAY + timedelta(days=91))).purge()
    thread = await service.thread(7)
    assert thread is not None
    assert (thread.name, thread.muted_by) == ("?", "Ada")


@pytest.mark.parametrize(("hours", "there"), [(23, 1), (25, 0)])
async def test_wrong_codes_go_after_a_day(database: Database, hours: int, there: int) -> None:
    async with database.write() as session:
        await codes.add_try(session, 1, "1:1:a", MONDAY)
    await Retention(database, StoppedClock(MONDAY + timedelta(hours=hours))).purge()
    async with database.read() as session:
        assert len(await codes.tries(session, 1, MONDAY - timedelta(days=9), "")) == there


async def test_payments_that_were_begun_are_forgotten_within_the_hour(database: Database) -> None:
    async with database.write() as session:
        for payer_id, minutes in ((1, 59), (2, 61)):
            begun = MONDAY - timedelta(minutes=minutes)
            await checkouts.begin(session, payer_id, begun, timedelta(minutes=1))
    await Retention(database, StoppedClock(MONDAY)).purge()
    async with database.read() as session:
        assert (await session.execute(select(checkout_rows.c.payer_id))).scalars().all() == [1]
