"""A push bears the button of the way on that its reader has when her row is claimed."""

import json
from datetime import timedelta

import pytest

from bot.db.delivery import campaigns
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import State
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way
from telegram_simulator import Person
from tests.databases import alone
from tests.delivery.mondays import RELEASE, Monday
from tests.subscribers import (
    PRICES,
    PROMOTION,
    TAKE,
    end_promotion,
    promotion_for,
    publish,
    use_up_promotion,
)
from tests.world import PUBLICATION, last

HELD = RELEASE + timedelta(hours=13)
"""So late that the campaign waits for the admins: what readers do meanwhile falls before every claim."""
BEFORE = RELEASE - timedelta(days=90)

LAPSED: dict[str, object] = {"trial_at": BEFORE, "full_since": BEFORE}


def way_of(person: Person) -> str | None:
    """Return what the button below the front page does."""
    codes = [button.get("callback_data") for row in last(person).buttons for button in row]
    return next((code for code in codes if code in {TAKE, "do:trial:7", "do:onward"}), None)


@pytest.mark.parametrize("rendering", Rendering)
async def test_a_push_offers_each_reader_what_fits_her(monday: Monday, rendering: Rendering) -> None:
    new = await monday.enrol(2, rendering=rendering)
    lapsed = await monday.enrol(2, rendering=rendering, **LAPSED)
    none = await monday.enrol(2, rendering=rendering, trial_at=BEFORE)
    full = await monday.enrol(2, rendering=rendering, full_until=RELEASE + timedelta(days=9))
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == 8
    assert {way_of(one) for one in new} == {"do:trial:7"}
    assert {way_of(one) for one in lapsed} == {"do:onward"}
    assert {way_of(one) for one in (*none, *full)} == {None}


async def test_a_trial_between_opening_and_claim_changes_what_the_push_offers(monday: Monday) -> None:
    world = monday.world
    over, running, untouched = await monday.enrol(3)
    await monday.push(HELD)
    await world.ask(over, "/sections")
    await world.tap(over, data="do:trial")
    world.later(days=8)
    await world.ask(running, "/sections")
    await world.tap(running, data="do:trial")
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == 3
    assert [way_of(one) for one in (over, running, untouched)] == ["do:onward", None, "do:trial:7"]
    assert ["🔒" in str(last(one).buttons) for one in (over, running, untouched)] == [True, False, True]


async def test_a_trial_that_is_offered_no_more_is_not_offered_by_a_push_that_waited(monday: Monday) -> None:
    new, lapsed = *await monday.enrol(1), *await monday.enrol(1, **LAPSED)
    await monday.push(HELD)
    untried = PUBLICATION.replace("trial_days = 7", "trial_days = 0")
    (monday.world.content / "publication.toml").write_text(untried, encoding="utf-8")
    await monday.world.reload()
    await monday.resume()
    await monday.ended()
    assert [way_of(new), way_of(lapsed)] == [None, "do:onward"]


async def test_a_page_frozen_without_a_trial_still_leads_on_whom_the_trial_is_open_to_by_then(
    monday: Monday,
) -> None:
    new, lapsed = *await monday.enrol(1), *await monday.enrol(1, **LAPSED)
    told = f'{PUBLICATION}contact = "@the_test_post"\n'
    file = monday.world.content / "publication.toml"
    file.write_text(told.replace("trial_days = 7", "trial_days = 0"), encoding="utf-8")
    await monday.world.reload()
    await monday.push(HELD)
    file.write_text(told, encoding="utf-8")
    await monday.world.reload()
    await monday.resume()
    await monday.ended()
    assert [way_of(new), way_of(lapsed)] == ["do:onward", "do:onward"]


async def test_pages_that_were_frozen_before_there_were_ways_on_are_sent_after_an_update(
    monday: Monday,
) -> None:
    people = [*await monday.enrol(2), *await monday.enrol(2, **LAPSED)]
    await monday.push(HELD)
    await alone(monday.world.program.core.database, "UPDATE frozen_pages SET keyboards = NULL")
    await monday.world.restart()
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert len({str(last(one).buttons) for one in people[::2]}) == 1
    await monday.agrees()


async def test_pages_are_frozen_with_a_keyboard_for_each_way_on_and_one_text(monday: Monday) -> None:
    await monday.enrol(1)
    await monday.push(HELD)
    campaign = await monday.campaign()
    async with monday.world.program.core.database.read() as session:
        frozen = await campaigns.pages(session, campaign.id)
    assert {page.access for page in frozen if page.keyboards} == {Access.PREVIEW}
    for page in frozen:
        assert all(set(keyboard) == {"reply_markup"} for keyboard in page.keyboards.values())
        assert page.promotion is None
        offers = {way: "do:trial" in json.dumps(page.on(way).payload) for way in Way}
        assert offers == {way: way is Way.TRIAL and page.access is Access.PREVIEW for way in Way}


@pytest.mark.parametrize("rendering", Rendering)
async def test_a_push_offers_the_promotion_to_whom_it_is_open(monday: Monday, rendering: Rendering) -> None:
    await publish(monday.world, PROMOTION)
    kinds: tuple[dict[str, object], ...]
    kinds = ({}, LAPSED, {"promotion": "HOLIDAY"}, {"promotion": "HOLIDAY", **LAPSED}, {"promotion": "OLD"})
    people = [(await monday.enrol(1, rendering=rendering, **kind))[0] for kind in kinds]
    await monday.push()
    await monday.ended()
    assert [way_of(person) for person in people] == [TAKE, TAKE, "do:trial:7", "do:onward", TAKE]
    await monday.agrees()


async def test_a_promotion_for_some_is_offered_to_these_alone(monday: Monday) -> None:
    await publish(monday.world, promotion_for("lapsed"))
    new, lapsed = *await monday.enrol(1), *await monday.enrol(1, **LAPSED)
    await monday.push()
    await monday.ended()
    assert [way_of(new), way_of(lapsed)] == ["do:trial:7", TAKE]


@pytest.mark.parametrize("closing", ["ended", "used up", "over", "taken out"])
async def test_a_promotion_that_closes_while_a_push_waits_is_not_offered_by_it(
    monday: Monday, closing: str
) -> None:
    world = monday.world
    await publish(world, promotion_for("everyone", cap="3") if closing == "used up" else PROMOTION, PRICES)
    new, lapsed, tried = (
        *await monday.enrol(1),
        *await monday.enrol(1, **LAPSED),
        *await monday.enrol(1, trial_at=BEFORE),
    )
    await monday.push(HELD)
    match closing:
        case "ended":
            await end_promotion(world)
        case "used up":
            await use_up_promotion(world, 3)
        case "over":
            world.later(days=20)
        case _:
            await publish(world, PRICES)
    await monday.resume()
    await monday.ended()
    assert [way_of(person) for person in (new, lapsed, tried)] == ["do:trial:7", "do:onward", "do:onward"]


async def test_a_promotion_that_begins_while_a_push_waits_leaves_its_pages_as_they_are(
    monday: Monday,
) -> None:
    new, lapsed = *await monday.enrol(1), *await monday.enrol(1, **LAPSED)
    await monday.push(HELD)
    await publish(monday.world, PROMOTION)
    await monday.resume()
    await monday.ended()
    assert [way_of(new), way_of(lapsed)] == ["do:trial:7", "do:onward"]


async def test_another_promotion_than_the_page_names_is_not_offered_by_it(monday: Monday) -> None:
    await publish(monday.world, PROMOTION)
    new, lapsed = *await monday.enrol(1), *await monday.enrol(1, **LAPSED)
    await monday.push(HELD)
    await publish(monday.world, PROMOTION.replace('id = "HOLIDAY"', 'id = "SUMMER"'))
    await monday.resume()
    await monday.ended()
    assert [way_of(new), way_of(lapsed)] == ["do:trial:7", "do:onward"]


async def test_frozen_pages_name_the_promotion_that_their_buttons_offer(monday: Monday) -> None:
    await publish(monday.world, PROMOTION)
    await monday.enrol(1)
    await monday.push(HELD)
    campaign = await monday.campaign()
    async with monday.world.program.core.database.read() as session:
        frozen = await campaigns.pages(session, campaign.id)
    for page in frozen:
        locked = page.access is Access.PREVIEW
        assert page.promotion == ("HOLIDAY" if locked else None)
        offers = {way: TAKE in json.dumps(page.on(way).payload) for way in Way}
        assert offers == {way: way is Way.PROMOTION and locked for way in Way}
