"""Which rows are claimed, of which campaigns, and what an admin says just then."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update

from bot.clock import StoppedClock
from bot.db import tables
from bot.db.delivery import campaigns, deliveries, filling
from bot.db.delivery.audience import reachable
from bot.db.delivery.campaigns import Opening
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.domain.delivery.campaign import CampaignState, Kind, Rank, State
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.domain.readers.reader import Reader
from bot.metrics import Metrics
from bot.services.delivery.campaigns import Campaigns
from bot.services.delivery.sending.claiming import Claiming
from bot.services.delivery.sending.lease import Lease
from tests.databases import on_postgresql, statements
from tests.delivery.machine import PUBLICATION
from tests.delivery.mondays import FIRST, KEY, RELEASE
from tests.waiting import until

READERS = 40


@dataclass(frozen=True, slots=True)
class Sending:
    """Who claims, and who steers, on one database."""

    database: Database
    clock: StoppedClock
    lease: Lease
    claiming: Claiming
    campaigns: Campaigns

    async def open(self, kind: Kind, key: str, starts_at: datetime = RELEASE) -> int:
        """Open a campaign to everyone."""
        opening = Opening(kind, key, "Title", starts_at)
        async with self.database.write() as session:
            campaign_id = await campaigns.add(session, opening, self.clock.now())
            assert campaign_id is not None
            due = dict.fromkeys(await filling.whereabouts(session), starts_at)
            await filling.fill(session, campaign_id, due, reachable())
        return campaign_id

    async def claim(self, limit: int) -> Counter[int]:
        """Claim up to so many rows; return how many of each campaign."""
        assert self.lease.epoch is not None
        claims = await self.claiming.claim(self.lease.epoch, limit)
        return Counter(claim.campaign.id for claim in claims)


@pytest.fixture
async def claims(database_url: str) -> AsyncIterator[Sending]:
    database, clock, metrics = Database(database_url), StoppedClock(RELEASE), Metrics()
    lease = Lease(database, "one")
    await lease.attempt()
    async with database.write() as session:
        for number in range(FIRST, FIRST + READERS):
            await readers.add(session, Reader(number, "en"), RELEASE)
    claiming = Claiming(database, clock, lease, lambda: PUBLICATION, metrics)
    yield Sending(database, clock, lease, claiming, Campaigns(database, clock, metrics))
    await lease.release()
    await database.close()


async def waiting_for_locks(database: Database, count: int) -> None:
    """Wait until so many connections of the database wait for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    async def are() -> bool:
        async with database.read() as session:
            return bool((await session.execute(query)).scalar_one() == count)

    await until(are)


async def test_a_test_goes_out_before_all_that_was_opened_earlier(claims: Sending) -> None:
    push = await claims.open(Kind.ISSUE, KEY)
    test = await claims.open(Kind.TEST, "nonce")
    assert await claims.claim(READERS - 5) == {test: READERS - 5}
    assert await claims.claim(10) == {test: 5, push: 5}


@pytest.mark.parametrize("at_once", [1, 2, 7, 10])
async def test_a_push_leaves_its_share_to_what_is_opened_after_it(claims: Sending, at_once: int) -> None:
    push = await claims.open(Kind.ISSUE, KEY)
    first, second = [await claims.open(Kind.BROADCAST, f"nonce {number}") for number in range(2)]
    claimed: Counter[int] = Counter()
    while claimed.total() < 60:
        claimed += await claims.claim(min(at_once, 60 - claimed.total()))
    assert all(18 <= claimed[campaign] <= 22 for campaign in (push, first, second)), claimed


async def test_what_one_campaign_has_no_use_for_goes_to_the_others(claims: Sending) -> None:
    push = await claims.open(Kind.ISSUE, KEY)
    broadcast = await claims.open(Kind.BROADCAST, "nonce")
    later = await claims.open(Kind.BROADCAST, "later", RELEASE + timedelta(hours=1))
    assert await claims.claim(60) == {push: 30, broadcast: 30}
    assert await claims.claim(60) == {push: 10, broadcast: 10}
    assert await claims.claim(60) == {}
    claims.clock.move_to(RELEASE + timedelta(hours=1))
    assert await claims.claim(60) == {later: READERS}


@on_postgresql
@pytest.mark.parametrize("act", [Action.UNDO, Action.PAUSE, Action.CANCEL])
async def test_nothing_is_claimed_of_a_campaign_after_an_admin_was_told_that_it_is_stopped(
    claims: Sending, act: Action
) -> None:
    """Her act is done, a moment before the campaign starts, but not committed when the sender comes."""
    number = await claims.open(Kind.BROADCAST, "nonce", RELEASE + timedelta(minutes=1))
    async with claims.database.write() as session:
        await session.execute(text("LOCK TABLE audit IN SHARE MODE"))  # what is written last
        acting = asyncio.create_task(claims.campaigns.act(act, number, None))
        await waiting_for_locks(claims.database, 1)
        claims.clock.move_to(RELEASE + timedelta(minutes=1))
        claiming = asyncio.create_task(claims.claim(10))
        await waiting_for_locks(claims.database, 2)
    assert (await acting).verdict is Verdict.DONE
    assert await claiming == {}


@on_postgresql
@pytest.mark.parametrize("limit", [1, 3])
async def test_a_claim_locks_no_reader_whom_it_does_not_claim(claims: Sending, limit: int) -> None:
    """Whoever's row is locked has to wait with what she says."""
    number = await claims.open(Kind.BROADCAST, "nonce")
    async with claims.database.write() as session:
        others = tables.deliveries.c.reader_id > FIRST
        await session.execute(update(tables.deliveries).where(others).values(rank=Rank.OTHERS))
    assert await claims.claim(limit) == {number: limit}
    locked = text("SELECT count(*) FROM readers WHERE xmax <> 0")
    async with claims.database.read() as session:
        assert (await session.execute(locked)).scalar_one() == limit


@on_postgresql
@pytest.mark.parametrize("class_", Rank)
async def test_a_claim_asks_the_database_three_times_whatever_the_class(
    claims: Sending, class_: Rank
) -> None:
    """Each question has to travel to the server and back, within the time that a message has."""
    number = await claims.open(Kind.BROADCAST, "nonce")
    async with claims.database.write() as session:
        await session.execute(update(tables.deliveries).values(rank=class_))
    with statements() as asked:
        assert await claims.claim(1) == {number: 1}
    assert [statement.split()[0] for statement, _ in asked] == ["SELECT", "SELECT", "UPDATE"]


async def test_those_of_the_second_class_are_claimed_after_the_first(claims: Sending) -> None:
    number = await claims.open(Kind.BROADCAST, "nonce")
    ledger = tables.deliveries
    async with claims.database.write() as session:
        first = ledger.c.reader_id >= FIRST + READERS - 10
        await session.execute(update(ledger).values(rank=Rank.OTHERS))
        await session.execute(update(ledger).where(first).values(rank=Rank.ACTIVE))
    assert claims.lease.epoch is not None
    rows = await claims.claiming.claim(claims.lease.epoch, 15)
    ids = [claim.reader_id - FIRST for claim in rows]
    assert ids == [*range(READERS - 10, READERS), *range(5)]
    assert {claim.campaign.id for claim in rows} == {number}


@on_postgresql
async def test_an_act_that_waits_for_a_claim_does_not_keep_it_from_ending_the_campaign(
    claims: Sending,
) -> None:
    number = await claims.open(Kind.BROADCAST, "nonce")
    async with claims.database.write() as session:
        assert len(await campaigns.lock_open(session, claims.lease.held(1))) == 1
        pausing = asyncio.create_task(claims.campaigns.act(Action.PAUSE, number, None))
        await waiting_for_locks(claims.database, 1)
        ended = {"state": CampaignState.ENDED, "ended_at": RELEASE}
        assert await campaigns.change(session, number, expected=[CampaignState.OPEN], **ended)
    assert (await pausing).verdict is Verdict.OVER


@on_postgresql
async def test_an_act_waits_for_a_claim_and_sees_what_it_has_claimed(claims: Sending) -> None:
    number = await claims.open(Kind.BROADCAST, "nonce")
    assert claims.lease.epoch is not None
    async with claims.database.write() as session:
        assert len(await campaigns.lock_open(session, claims.lease.held(1))) == 1
        pausing = asyncio.create_task(claims.campaigns.act(Action.PAUSE, number, None))
        await waiting_for_locks(claims.database, 1)
        assert not pausing.done()
    assert (await pausing).verdict is Verdict.DONE
    assert await claims.claim(10) == {}
    async with claims.database.read() as session:
        campaign = await campaigns.find(session, number)
        assert campaign is not None
        assert campaign.state is CampaignState.PAUSED
        assert await deliveries.counts(session, number) == {State.PENDING: READERS}
