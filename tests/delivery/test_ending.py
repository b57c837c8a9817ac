"""The end of a campaign, and who counts as gone by then."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from bot.clock import StoppedClock
from bot.db import tables
from bot.db.delivery import campaigns, delivery_claims, filling
from bot.db.delivery.audience import wants_issues
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.deliveries import GONE
from bot.db.delivery.delivery_claims import Change
from bot.db.engine.session import Database, Session
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, State
from bot.domain.readers.reader import Reader
from bot.metrics import Metrics
from bot.services.delivery.sending.claiming import Claiming
from bot.services.delivery.sending.lease import Lease
from tests.databases import on_postgresql
from tests.delivery.machine import PUBLICATION
from tests.delivery.mondays import KEY, RELEASE

ANA, BEA = 7, 8


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


async def claimed(database: Database) -> int:
    """Let a sender look for what it may claim, and end what has nothing left; return how much it got."""
    lease = Lease(database, "one")
    await lease.attempt()
    assert lease.epoch is not None
    claiming = Claiming(database, StoppedClock(RELEASE), lease, lambda: PUBLICATION, Metrics())
    claims = await claiming.claim(lease.epoch, 10)
    await lease.release()
    return len(claims)


async def opened(session: Session, ids: Sequence[int] = (ANA, BEA)) -> Campaign:
    """Open a campaign to these readers."""
    for number in ids:
        await readers.add(session, Reader(number, "en"), RELEASE)
    campaign_id = await campaigns.add(session, Opening(Kind.ISSUE, KEY, "Title", RELEASE), RELEASE)
    assert campaign_id is not None
    due = dict.fromkeys(await filling.whereabouts(session), RELEASE)
    await filling.fill(session, campaign_id, due, wants_issues())
    return await found(session, campaign_id)


async def found(session: Session, campaign_id: int) -> Campaign:
    campaign = await campaigns.find(session, campaign_id)
    assert campaign is not None
    return campaign


async def test_one_that_was_paused_before_it_ended_takes_nobody_for_gone(database: Database) -> None:
    async with database.write() as session:
        seen = await opened(session)
        await session.execute(update(ledger).values(state=State.SENT))
        failed = {"state": State.FAILED, "reason": GONE + "blocked"}
        await session.execute(update(ledger).where(ledger.c.reader_id == ANA).values(failed))
        await readers.change(session, ANA, active_at=None)
        open_one = [CampaignState.OPEN]
        await campaigns.change(session, seen.id, expected=open_one, state=CampaignState.PAUSED)
    assert await claimed(database) == 0
    async with database.read() as session:
        assert (reader := await readers.find(session, ANA)) is not None
        assert reader.gone_at is None
        assert (await found(session, seen.id)).state is CampaignState.PAUSED


@pytest.mark.parametrize(("accepted", "gone"), [(0, False), (6, True)])
async def test_failures_that_an_admin_has_accepted_are_not_judged_again(
    database: Database, accepted: int, gone: bool
) -> None:
    """Six of ten were, before it was resumed; then one of four failed, and she has really left."""
    ids = range(ANA, ANA + 10)
    async with database.write() as session:
        seen = await opened(session, ids)
        await session.execute(update(ledger).values(state=State.SENT))
        failed = {"state": State.FAILED, "reason": GONE + "blocked"}
        await session.execute(update(ledger).where(ledger.c.reader_id.in_(ids[:7])).values(failed))
        await session.execute(update(tables.readers).values(active_at=None))
        await campaigns.change(session, seen.id, expected=[CampaignState.OPEN], accepted=accepted)
    assert await claimed(database) == 0
    async with database.read() as session:
        assert (await found(session, seen.id)).state is CampaignState.ENDED
        assert (reader := await readers.find(session, ids[6])) is not None
        assert (reader.gone_at is not None) is gone


@on_postgresql
@pytest.mark.parametrize("at", [2, 3, 4])
async def test_a_row_that_becomes_pending_again_just_then_keeps_its_campaign_from_ending(
    database: Database, at: int
) -> None:
    """Between any two questions of the one who ends it an outcome may be committed."""
    async with database.write() as session:
        seen = await opened(session)
        await session.execute(update(ledger).values(state=State.SENT))
        mine = {"state": State.SENDING, "epoch": 1, "claim": 1}
        await session.execute(update(ledger).where(ledger.c.reader_id == ANA).values(mine))

    async def commit_an_outcome() -> None:
        other = Database(database.url.render_as_string(hide_password=False))
        async with other.write() as session:
            await delivery_claims.record(session, [Change(seen.id, ANA, State.PENDING, RELEASE, 1)], 1)
        await other.close()

    with before_question(at, commit_an_outcome):
        await claimed(database)
    async with database.read() as session:
        assert (await found(session, seen.id)).state is CampaignState.OPEN


@contextmanager
def before_question(at: int, act: Callable[[], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """Do this, elsewhere, just before so-manieth statement that has to do with campaigns or deliveries."""
    count = itertools.count(1)

    def ask(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        is_ours = current_thread() is main_thread()
        if is_ours and ("campaigns" in statement or "deliveries" in statement) and next(count) == at:
            elsewhere = Thread(target=asyncio.run, args=(act(),))
            elsewhere.start()
            elsewhere.join()

    event.listen(Engine, "before_cursor_execute", ask)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", ask)
