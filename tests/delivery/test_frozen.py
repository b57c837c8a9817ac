"""What a campaign sends was frozen when it was opened: whatever happens to the issue meanwhile."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.db.delivery import campaigns
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import CampaignState, FrozenPage, State
from bot.domain.readers.ways import Way
from bot.services.publishing.publishing import Publishing
from bot.services.reading.reading import Opened, Reading
from bot.telegram.api.page_request import PageRequests
from tests.delivery.mondays import KEY, RELEASE, Monday, fronts
from tests.world import ENGLISH, SPANISH

CORRECTED = ENGLISH.replace("The river rose", "The lake rose")
BROKEN = ENGLISH.replace("<!-- paywall -->", "")
HALF = ENGLISH[: len(ENGLISH) // 2]
CLOSED = ENGLISH.replace("<!-- paywall -->\n\n", "").replace("The river", "<!-- paywall -->\n\nThe river")


@pytest.mark.parametrize(
    "text",
    [CORRECTED, BROKEN, HALF, "", CLOSED],
    ids=["corrected", "broken", "half", "empty", "its first lines are paid by now"],
)
async def test_an_issue_that_changes_during_its_push_goes_out_as_it_was(monday: Monday, text: str) -> None:
    people = await monday.enrol(30)
    await monday.push(RELEASE + timedelta(hours=13))  # it waits for the admins, as long as we need
    monday.world.write(KEY, text)
    monday.world.write(KEY, SPANISH.replace("El río creció", "El lago creció"), "es")
    await monday.world.reload()
    await monday.world.restart()
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert all("river rose" in fronts(person)[0] for person in people[::2])
    assert all("río creció" in fronts(person)[0] for person in people[1::2])
    await monday.agrees()


async def test_an_issue_that_disappears_during_its_push_goes_out_as_it_was(monday: Monday) -> None:
    people = await monday.enrol(10)
    await monday.push(RELEASE + timedelta(hours=13))
    for file in (monday.world.content / KEY).iterdir():
        file.unlink()
    (monday.world.content / KEY).rmdir()
    await monday.world.reload()
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


async def test_no_page_of_a_push_holds_a_paid_word_whatever_its_reader_may_read(monday: Monday) -> None:
    await monday.enrol(4)
    await monday.enrol(4, full_until=RELEASE + timedelta(days=30))
    await monday.push(RELEASE)
    await monday.ended()
    campaign = await monday.campaign()
    async with monday.world.program.core.database.read() as session:
        frozen = await campaigns.pages(session, campaign.id)
    assert {page.access for page in frozen} == {*Access}
    assert all("river" in page or "río" in page for page in map(_text, frozen))
    assert [page for page in map(_text, frozen) if "canary" in page] == []


def _text(page: FrozenPage) -> str:
    keyboards = list(page.keyboards.values())
    return json.dumps([page.payload, keyboards], ensure_ascii=False)


async def test_an_issue_is_opened_once_however_often_it_is_asked_for(monday: Monday) -> None:
    await monday.enrol(5)
    await monday.push()
    assert await monday.world.program.parts.publishing.open_due() is None
    await monday.world.restart()
    assert await monday.world.program.parts.publishing.open_due() is None
    assert (await monday.ended()).of(State.SENT) == 5
    assert (await monday.campaign()).state is CampaignState.ENDED
    await monday.agrees()


async def test_an_issue_that_changes_while_it_is_frozen_goes_out_all_new(monday: Monday) -> None:
    people = await monday.enrol(6)
    await monday.world.program.runner.jobs.stop()
    core, corrections = monday.world.program.core, [CORRECTED.format(date=KEY)]

    class ThenCorrected(Reading):
        async def on_each_way(self, *given: Any, **named: Any) -> dict[Way, Opened]:
            opened = await super().on_each_way(*given, **named)
            if corrections:
                monday.world.write(KEY, corrections.pop())
                await monday.world.reload()
            return opened

    publishing = Publishing(
        core.database,
        core.archive,
        ThenCorrected(core.database, core.archive, core.clock, frozenset()),
        core.clock,
        page_requests=PageRequests("the_bot", None),
        releasing=core.releasing,
    )
    monday.world.clock.move_to(RELEASE)
    assert await publishing.open_due() is None
    assert corrections == []
    assert await publishing.open_due() is None  # other words than were let go: a minute
    monday.world.later(seconds=61)
    assert await monday.is_open()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert all("lake rose" in fronts(person)[0] for person in people[::2])
