"""Deliveries of campaigns that ended long ago become totals, and no report changes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.clock import StoppedClock
from bot.db.delivery import campaigns
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.deliveries import ABANDONED
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import CampaignState, Kind, Skip, State, Why
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.domain.readers.reader import Reader
from bot.metrics import Metrics
from bot.services.delivery.campaigns import Campaigns, Progress
from bot.services.delivery.sending.lease import Lease
from bot.services.operations.rollup import Rollup
from bot.services.publishing.setting_aside import set_aside
from tests.world import MONDAY

KEEP = timedelta(days=365)
LATER = MONDAY + KEEP + timedelta(hours=1)

BLOCKED = "gone: 403: Forbidden: bot was blocked by the user"
ROWS: tuple[tuple[State, str | None], ...] = (
    *[(State.SENT, None)] * 5,
    *[(State.FAILED, BLOCKED)] * 3,
    *[(State.FAILED, "400: Bad Request: message is too long")] * 2,
    (State.FAILED, "400: " + "x" * 600),
    (State.FAILED, "400: Bad Request: odd"),
    *[(State.SKIPPED, Skip.HAS_IT)] * 2,
    (State.SKIPPED, Skip.STOPPED),
    *[(State.UNKNOWN, ABANDONED)] * 2,
    (State.UNKNOWN, "TimeoutError"),
)
UNKNOWN = sum(state is State.UNKNOWN for state, _ in ROWS)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def lease(database: Database) -> AsyncIterator[Lease]:
    """The lease of a process that leads."""
    taken = Lease(database, "this process")
    await taken.attempt()
    yield taken
    await taken.release()


def rollup(database: Database, lease: Lease, now: datetime = LATER, **small: int) -> Rollup:
    return Rollup(database, StoppedClock(now), lease, KEEP, **small)


def admins(database: Database) -> Campaigns:
    return Campaigns(database, StoppedClock(LATER), Metrics())


async def campaign_with(
    database: Database,
    rows: Sequence[tuple[State, str | None]] = ROWS,
    key: str = "2025-12-22",
    **values: Any,
) -> int:
    """Add a campaign that ended on Monday, or is as `values` say, with a row for each of so many readers."""
    async with database.write() as session:
        number = await campaigns.add(session, Opening(Kind.ISSUE, key, "Title", MONDAY), MONDAY)
        assert number is not None
        copies = [
            {
                "campaign_id": number,
                "reader_id": reader,
                "state": state,
                "reason": reason,
                "due_at": MONDAY,
                "message_id": reader if state is State.SENT else None,
            }
            for reader, (state, reason) in enumerate(rows, 1)
        ]
        await session.execute(insert(ledger), copies)
        ended = {"state": CampaignState.ENDED, "ended_at": MONDAY, "frozen": len(rows), **values}
        await campaigns.change(session, number, expected=[CampaignState.OPEN], **ended)
    return number


async def rows_of(database: Database, campaign_id: int) -> int:
    query = select(func.count()).select_from(ledger).where(ledger.c.campaign_id == campaign_id)
    async with database.read() as session:
        return int((await session.execute(query)).scalar_one())


async def report_of(database: Database, campaign_id: int) -> Progress:
    progress = await admins(database).progress(campaign_id)
    assert progress is not None
    return progress


@pytest.mark.parametrize(
    "values", [{"resent_at": MONDAY}, {"state": CampaignState.CANCELLED}], ids=["decided", "cancelled"]
)
async def test_rows_become_totals_and_the_report_stays_as_it_was(
    database: Database, lease: Lease, values: dict[str, Any]
) -> None:
    number = await campaign_with(database, **values)
    before = await report_of(database, number)
    assert (before.abandoned, before.lost) == (2, 1)
    await rollup(database, lease).run()
    assert await rows_of(database, number) == 0
    after = await report_of(database, number)
    assert after == before
    assert after.report.adds_up


@pytest.mark.parametrize(
    ("now", "values"),
    [
        (MONDAY + KEEP, {}),
        (LATER, {"state": CampaignState.PAUSED, "why": Why.ADMIN, "ended_at": None}),
        (LATER, {"state": CampaignState.CANCELLED, "why": Why.AHEAD}),
    ],
    ids=["not a year old", "paused", "set aside"],
)
async def test_rows_that_may_still_be_asked_for_stay(
    database: Database, lease: Lease, now: datetime, values: dict[str, Any]
) -> None:
    number = await campaign_with(database, **values)
    await rollup(database, lease, now).run()
    assert await rows_of(database, number) == len(ROWS)


async def test_what_is_unknown_stays_until_an_admin_has_decided(database: Database, lease: Lease) -> None:
    number = await campaign_with(database)
    before = await report_of(database, number)
    await rollup(database, lease).run()
    assert await rows_of(database, number) == UNKNOWN
    assert await report_of(database, number) == before
    assert (await admins(database).act(Action.LEAVE, number, by=9)).verdict is Verdict.DONE
    await rollup(database, lease).run()
    assert await rows_of(database, number) == 0
    after = await report_of(database, number)
    assert after.report == before.report
    assert (after.skipped, after.failed, after.abandoned) == (before.skipped, before.failed, before.abandoned)


async def test_sending_once_more_reaches_only_those_of_whom_it_is_unknown(
    database: Database, lease: Lease
) -> None:
    number = await campaign_with(database)
    async with database.write() as session:
        for reader in range(1, len(ROWS) + 1):
            await readers.add(session, Reader(reader, "en"), MONDAY)
    await rollup(database, lease).run()
    assert (await admins(database).act(Action.RESEND, number, by=9)).verdict is Verdict.DONE
    counts = (await report_of(database, number)).report.counts
    assert counts[State.PENDING] == UNKNOWN == await rows_of(database, number)
    assert State.UNKNOWN not in counts
    assert sum(counts.values()) == len(ROWS)


async def test_rows_go_in_small_transactions_between_which_the_report_is_right(
    database: Database, lease: Lease
) -> None:
    number = await campaign_with(database, resent_at=MONDAY)
    before = await report_of(database, number)
    left = len(ROWS)
    while left:
        await rollup(database, lease, rows=2, batches=2).run()
        assert await rows_of(database, number) == max(0, left - 4)
        assert await report_of(database, number) == before
        left = await rows_of(database, number)


async def test_nothing_is_done_while_a_campaign_is_open(database: Database, lease: Lease) -> None:
    number = await campaign_with(database, resent_at=MONDAY)
    running = await campaign_with(
        database, [(State.PENDING, None)], "2026-12-21", state=CampaignState.OPEN, ended_at=None
    )
    await rollup(database, lease).run()
    assert await rows_of(database, number) == len(ROWS)
    await admins(database).act(Action.CANCEL, running, by=9)
    await rollup(database, lease).run()
    assert await rows_of(database, number) == 0


async def test_a_process_that_does_not_lead_any_more_does_nothing(database: Database, lease: Lease) -> None:
    number = await campaign_with(database, resent_at=MONDAY)
    async with database.write() as session:  # another took it, and this one has not noticed yet
        await session.exec_driver_sql("UPDATE leases SET owner = 'another', epoch = epoch + 1")
    assert lease.epoch is not None
    await rollup(database, lease).run()
    assert await rows_of(database, number) == len(ROWS)


async def test_an_issue_of_which_only_totals_are_kept_is_not_opened_anew(
    database: Database, lease: Lease
) -> None:
    """Otherwise a clock that was ahead for a year would have it sent to those who have it."""
    number = await campaign_with(database, state=CampaignState.CANCELLED)
    await rollup(database, lease).run()
    hour, set_right = MONDAY - timedelta(days=1), MONDAY - timedelta(days=2)
    await set_aside(database, lambda _: hour, set_right)
    async with database.read() as session:
        campaign = await campaigns.find(session, number)
    assert campaign is not None
    assert (campaign.key, campaign.why) == ("2025-12-22", None)
