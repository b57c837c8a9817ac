"""The end of a campaign, and who counts as gone by then."""

from sqlalchemy import update

from bot.clock import StoppedClock
from bot.db import campaigns, deliveries, readers
from bot.db.audience import wants_issues
from bot.db.campaigns import Opening
from bot.db.deliveries import GONE
from bot.db.deliveries import deliveries as ledger
from bot.db.session import Database
from bot.domain.campaign import CampaignState, Kind, State
from bot.domain.reader import Reader
from bot.metrics import Metrics
from bot.services.claiming import Claiming
from bot.services.lease import Lease
from tests.delivery.machine import PUBLICATION
from tests.delivery.mondays import KEY, RELEASE

ANA, BEA = 7, 8


async def test_one_that_is_paused_just_as_it_ends_takes_nobody_for_gone(database_url: str) -> None:
    database, clock = Database(database_url), StoppedClock(RELEASE)
    claiming = Claiming(database, clock, Lease(database, "one"), lambda: PUBLICATION, Metrics())
    async with database.write() as session:
        for number in (ANA, BEA):
            await readers.add(session, Reader(number, "en"), RELEASE)
        opened = await campaigns.add(session, Opening(Kind.ISSUE, KEY, "Title", RELEASE), RELEASE)
        assert opened is not None
        due = dict.fromkeys(await deliveries.whereabouts(session), RELEASE)
        await deliveries.fill(session, opened, due, wants_issues())
        await session.execute(update(ledger).values(state=State.SENT))
        failed = {"state": State.FAILED, "reason": GONE + "blocked"}
        await session.execute(update(ledger).where(ledger.c.reader_id == ANA).values(failed))
        await readers.change(session, ANA, active_at=None)
        seen = await campaigns.find(session, opened)
        assert seen is not None
        open_one = [CampaignState.OPEN]
        await campaigns.change(session, opened, expected=open_one, state=CampaignState.PAUSED)
        await claiming._end(session, seen, RELEASE)
        assert (reader := await readers.find(session, ANA)) is not None
        assert reader.gone_at is None
        found = await campaigns.find(session, opened)
        assert found is not None
        assert found.state is CampaignState.PAUSED
    await database.close()
