"""The ledger itself: who may change a row, and from which state."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.db.delivery import deliveries, delivery_claims, due_deliveries, filling, reports
from bot.db.delivery.audience import wants_issues
from bot.db.delivery.delivery_claims import Change
from bot.db.delivery.filling import Whereabouts
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, Rank, State
from bot.domain.readers.reader import Reader
from tests.databases import on_sqlite, statements
from tests.delivery.mondays import RELEASE

ANA, CAMPAIGN = 7, 1


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A ledger with one pending row."""
    opened = Database(database_url)
    row = {"campaign_id": CAMPAIGN, "reader_id": ANA, "state": State.PENDING, "due_at": RELEASE}
    async with opened.write() as session:
        await session.execute(insert(ledger).values(row))
    yield opened
    await opened.close()


async def claim(database: Database, epoch: int, number: int = 1) -> None:
    async with database.write() as session:
        await delivery_claims.claim(session, CAMPAIGN, [ANA], epoch, number)


async def record(database: Database, state: State, epoch: int, number: int = 1) -> None:
    async with database.write() as session:
        await delivery_claims.record(session, [Change(CAMPAIGN, ANA, state, RELEASE, number)], epoch)


async def abandon(database: Database, epoch: int) -> int:
    async with database.write() as session:
        return len(await delivery_claims.abandon(session, epoch))


async def found(database: Database) -> tuple[State, int | None]:
    async with database.read() as session:
        row = (await session.execute(select(ledger.c.state, ledger.c.epoch))).one()
    return State(row.state), row.epoch


async def test_only_a_pending_row_is_claimed(database: Database) -> None:
    await claim(database, 1)
    await claim(database, 2)
    assert await found(database) == (State.SENDING, 1)
    await record(database, State.SENT, 1)
    await claim(database, 3)
    assert await found(database) == (State.SENT, 1)


async def test_a_sender_abandons_what_others_left_and_never_its_own(database: Database) -> None:
    await claim(database, 2)
    assert await abandon(database, 2) == 0
    assert await found(database) == (State.SENDING, 2)
    assert await abandon(database, 3) == 1
    assert await found(database) == (State.UNKNOWN, 2)


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
async def test_what_a_sender_learns_after_it_was_taken_for_dead_is_true(
    database: Database, state: State
) -> None:
    await claim(database, 1)
    await abandon(database, 2)
    await record(database, state, 1)
    assert await found(database) == (state, 1)


async def test_what_was_taken_for_unknown_is_never_made_pending_by_the_process_that_slept(
    database: Database,
) -> None:
    await claim(database, 1)
    await abandon(database, 2)
    await record(database, State.PENDING, 1)
    assert await found(database) == (State.UNKNOWN, 1)


@pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.UNKNOWN])
async def test_a_row_that_is_sent_once_more_is_no_matter_of_the_first_sender(
    database: Database, state: State
) -> None:
    await claim(database, 1)
    await abandon(database, 2)
    async with database.write() as session:
        await deliveries.resend_unknown(session, CAMPAIGN, RELEASE)
    await record(database, state, 1)
    assert (await found(database))[0] is State.PENDING
    await claim(database, 2)
    await record(database, state, 1)
    assert await found(database) == (State.SENDING, 2)


@pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.UNKNOWN])
async def test_a_row_that_was_claimed_anew_is_no_matter_of_the_claim_before(
    database: Database, state: State
) -> None:
    """The first was written down, but the answer to COMMIT was lost: so it is written down again."""
    await claim(database, 1, 1)
    await record(database, State.PENDING, 1, 1)
    await claim(database, 1, 2)
    await record(database, state, 1, 1)
    assert await found(database) == (State.SENDING, 1)
    await record(database, State.SENT, 1, 2)
    assert await found(database) == (State.SENT, 1)


async def test_what_is_settled_stays_so_whatever_is_written_down_later(database: Database) -> None:
    await claim(database, 1)
    await record(database, State.SENT, 1)
    await record(database, State.PENDING, 1)
    assert await found(database) == (State.SENT, 1)


async def test_one_who_moves_while_the_ledger_is_filled_has_her_row_all_the_same(database: Database) -> None:
    async with database.write() as session:
        await readers.add(session, Reader(ANA, "en"), RELEASE)
        due = dict.fromkeys(await filling.whereabouts(session), RELEASE)
        due[Whereabouts("Europe/Madrid", None)] = RELEASE + timedelta(hours=2)
        await readers.change(session, ANA, zone="Asia/Tokyo")
        assert await filling.fill(session, CAMPAIGN + 1, due, wants_issues()) == 1
        assert await deliveries.oldest_pending(session, CAMPAIGN + 1) == RELEASE


async def test_whatever_becomes_of_a_row_it_keeps_its_class(database: Database) -> None:
    """Claimed and put back, put off, left by a sender that died and sent once more."""
    async with database.write() as session:
        await session.execute(update(ledger).values(rank=Rank.OTHERS))
    await claim(database, 1, 1)
    await record(database, State.PENDING, 1, 1)
    async with database.write() as session:
        await delivery_claims.put_off(session, [Change(CAMPAIGN, ANA, State.PENDING, RELEASE)], 1)
    await claim(database, 1, 2)
    async with database.write() as session:
        await delivery_claims.release(session, 1)
    await claim(database, 1, 3)
    assert await abandon(database, 2) == 1
    async with database.write() as session:
        assert await deliveries.resend_unknown(session, CAMPAIGN, RELEASE) == 1
        assert (await session.execute(select(ledger.c.rank))).scalar_one() == Rank.OTHERS


def campaign(kind: Kind) -> Campaign:
    """Return the campaign whose rows these are, as one of this kind."""
    return Campaign(CAMPAIGN, kind, str(RELEASE.date()), "", CampaignState.OPEN, None, RELEASE, RELEASE, 1)


@on_sqlite
async def test_a_claim_sorts_nothing_however_long_the_ledger(database: Database) -> None:
    async with database.write() as session:
        with statements() as asked:
            for kind in (Kind.ISSUE, Kind.BROADCAST, Kind.REMINDER):
                await due_deliveries.due(session, campaign(kind), RELEASE, 20)
            await deliveries.oldest_pending(session, CAMPAIGN)
        for statement, values in [query for query in asked if "deliveries" in query[0]]:
            plan = await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row.detail for row in plan]
            assert not [step for step in steps if "TEMP B-TREE" in step], steps
            assert [step for step in steps if "INDEX ix_deliveries_pending" in step], steps


@on_sqlite
async def test_what_is_asked_every_few_seconds_looks_through_no_whole_ledger(database: Database) -> None:
    async with database.write() as session:
        with statements() as asked:
            await reports.unconfirmed(session)
            await reports.with_unknown(session)
            await reports.with_leftovers(session)
            await deliveries.has_claimed(session, CAMPAIGN)
            await deliveries.has_claims_of(session, 1)
            await delivery_claims.release(session, 1)
            await delivery_claims.abandon(session, 1)
        for statement, values in [query for query in asked if "deliveries" in query[0]]:
            plan = await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row.detail for row in plan if "deliveries" in row.detail]
            assert ["INDEX ix_deliveries" in step for step in steps] == [True], steps
