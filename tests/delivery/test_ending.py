"""The end of a campaign, and who counts as gone by then."""

from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import update

from bot.db import tables
from bot.db.delivery import campaigns, deliveries, delivery_claims, filling
from bot.db.delivery.audience import wants_issues
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.deliveries import GONE
from bot.db.delivery.delivery_claims import Change
from bot.db.engine.session import Database, Session
from bot.db.readers import readers
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, State
from bot.domain.readers.reader import Reader
from bot.services.delivery.sending.ending import end
from tests.databases import on_postgresql
from tests.delivery.mondays import KEY, RELEASE

ANA, BEA = 7, 8


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


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


async def test_one_that_is_paused_just_as_it_ends_takes_nobody_for_gone(database: Database) -> None:
    async with database.write() as session:
        seen = await opened(session)
        await session.execute(update(ledger).values(state=State.SENT))
        failed = {"state": State.FAILED, "reason": GONE + "blocked"}
        await session.execute(update(ledger).where(ledger.c.reader_id == ANA).values(failed))
        await readers.change(session, ANA, active_at=None)
        open_one = [CampaignState.OPEN]
        await campaigns.change(session, seen.id, expected=open_one, state=CampaignState.PAUSED)
        await end(session, seen, RELEASE)
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
        await end(session, await found(session, seen.id), RELEASE)
        assert (reader := await readers.find(session, ids[6])) is not None
        assert (reader.gone_at is not None) is gone


@on_postgresql
async def test_a_row_that_becomes_pending_again_just_then_keeps_its_campaign_from_ending(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two questions of the one who ends it an outcome may be committed."""
    async with database.write() as session:
        seen = await opened(session)
        await session.execute(update(ledger).values(state=State.SENT))
        mine = {"state": State.SENDING, "epoch": 1, "claim": 1}
        await session.execute(update(ledger).where(ledger.c.reader_id == ANA).values(mine))

    def then_an_outcome_comes(name: str) -> None:
        asked = getattr(deliveries, name)

        async def ask(*given: object) -> object:
            answer = await asked(*given)
            async with database.write() as other:
                await delivery_claims.record(other, [Change(seen.id, ANA, State.PENDING, RELEASE, 1)], 1)
            return answer

        monkeypatch.setattr(deliveries, name, ask)

    then_an_outcome_comes("has_claimed")
    then_an_outcome_comes("oldest_pending")
    async with database.write() as session:
        await end(session, seen, RELEASE)
    async with database.read() as session:
        assert (await found(session, seen.id)).state is CampaignState.OPEN
