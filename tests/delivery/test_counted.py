"""What Prometheus is told of a push: every outcome counts once, by the campaign's kind."""

import re

from sqlalchemy import text

from bot.db.delivery.reports import DueLater
from bot.domain.delivery.campaign import Report, State
from bot.domain.delivery.campaign_actions import Action
from bot.services.delivery.campaigns import Progress
from telegram_simulator import Latency, ResetAfter, Status
from tests.databases import alone
from tests.delivery.mondays import Monday, until
from tests.world import ADMIN

DELIVERIES = re.compile(r'^briefing_deliveries_total\{kind="issue",outcome="(\w+)"\} (\d+)\.0$', re.MULTILINE)


async def counted(monday: Monday) -> dict[str, int]:
    """Return what /metrics says of issues' deliveries, without what is zero."""
    page = (await monday.world.web("/metrics")).text
    return {outcome: int(count) for outcome, count in DELIVERIES.findall(page) if int(count)}


async def test_a_push_is_counted_by_what_became_of_it(monday: Monday) -> None:
    people = await monday.enrol(6)
    blocked, lost, stopped, erased = people[:4]
    refusal = Status(403, "Forbidden: bot was blocked by the user")
    monday.world.telegram.faults.add(method="sendMessage", chat_id=blocked.id, kind=refusal)
    monday.world.telegram.faults.add(method="sendMessage", chat_id=lost.id, kind=ResetAfter())
    monday.world.program.core.rate_limiter.begin_cooldown(None, 0.5)  # all are pending for as long
    await monday.push()
    await monday.choose(stopped, push=False)
    database = monday.world.program.core.database
    await alone(database, f"DELETE FROM readers WHERE id = {erased.id}")  # noqa: S608  # ours
    await monday.ended()
    report = await monday.report()
    totals = await counted(monday)
    assert totals == {str(state): report.of(state) for state in State if report.of(state)}
    assert totals == {"sent": 2, "failed": 1, "unknown": 1, "skipped": 2}


async def test_what_is_cancelled_counts_as_skipped(monday: Monday) -> None:
    people = await monday.enrol(40)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(1, State.SENT)
    campaign = await monday.campaign()
    await monday.world.program.core.campaigns.act(Action.CANCEL, campaign.id, ADMIN)
    await monday.wait_until_idle()
    await monday.at_least(1, State.SKIPPED)
    report = await monday.report()

    async def all_counted() -> bool:
        return sum((await counted(monday)).values()) == len(people)

    await until(all_counted)
    assert (await counted(monday))["skipped"] == report.of(State.SKIPPED)


async def test_what_a_sender_that_died_left_open_counts_as_unknown(monday: Monday) -> None:
    [ana] = await monday.enrol(1)
    await monday.push()
    await monday.ended()
    await monday.world.program.stop()
    async with monday.world.program.core.database.write() as session:
        left = "UPDATE deliveries SET state = 'sending' WHERE reader_id = :ana"
        await session.execute(text(left), {"ana": ana.id})
    monday.world.program = monday.world.new_program()
    await monday.world.program.start()
    await monday.at_least(1, State.UNKNOWN)

    async def told() -> bool:
        return await counted(monday) == {"unknown": 1}

    await until(told)
    assert await monday.states() == {ana.id: State.UNKNOWN}


async def test_a_takeover_between_two_counts_makes_none_of_them_negative(monday: Monday) -> None:
    """What the dead sender left is counted a moment after the unknown ones."""
    await monday.enrol(4)
    await monday.push()
    campaign = await monday.campaign()
    progress = Progress(
        campaign, Report(campaign.frozen, {State.SENT: 3, State.UNKNOWN: 0}), DueLater(), abandoned=1
    )
    assert progress.lost == 0
