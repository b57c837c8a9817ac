"""Every Monday everyone who wants the issue gets it once, as it was frozen."""

from datetime import UTC, datetime
from pathlib import Path

from bot.db.delivery import campaigns, deliveries
from bot.domain.delivery.campaign import Campaign, CampaignState, Report, State
from telegram_simulator import Person
from tests.waiting import until
from tests.world import World, words

SUNDAY = datetime(2025, 12, 21, 22, 0, tzinfo=UTC)
RELEASE = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)


async def until_ended(world: World, count: int = 1) -> Report:
    """Wait until so many campaigns have ended; return the last one's report."""

    async def ended() -> list[Campaign]:
        async with world.program.core.database.read() as session:
            return await campaigns.in_state(session, CampaignState.ENDED)

    async def enough() -> bool:
        return len(await ended()) >= count

    await until(enough)
    last = (await ended())[-1]
    async with world.program.core.database.read() as session:
        return Report(last.frozen, await deliveries.counts(session, last.id))


def fronts(person: Person) -> list[str]:
    return [bubble.text for bubble in person.sees if bubble.from_bot and "Title of 2025-12-22" in bubble.text]


async def test_everyone_gets_the_front_page_at_the_hour_in_her_language_and_with_her_locks(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, now=SUNDAY) as world:
        ana, luz = world.person(), world.person(5_000_000_002, "es", "Luz")
        await world.ask(ana, "/start")
        await world.ask(luz, "/start")
        await world.subscribe(ana)
        before = len(ana.sees)
        world.clock.move_to(RELEASE)
        report = await until_ended(world)
        assert report.of(State.SENT) == 3  # the admin too
        assert report.adds_up
        assert "Title of 2025-12-22" in ana.sees[-1].text
        assert len(ana.sees) == before + 1
        assert "Título del 2025-12-22" in luz.sees[-1].text
        assert "🔒" in words(luz.sees[-1])
        assert "🔒" not in words(ana.sees[-1])


async def test_an_admin_who_has_looked_ahead_gets_her_copy_too(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, now=SUNDAY) as world:
        ada = world.admin()
        front = await world.ask(ada, "/start i_2025-12-22")
        assert "Only admins can see this for now" in front.text
        world.clock.move_to(RELEASE)
        report = await until_ended(world)
        assert (report.of(State.SENT), report.of(State.SKIPPED)) == (1, 0)
        copies = [text for text in fronts(ada) if "The Weekly Test\u00a0·" in text]
        assert ["Only admins can see this for now" in text for text in copies] == [True, False]
