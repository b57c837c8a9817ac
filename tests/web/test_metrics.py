"""The numbers that operators look at: counted where things happen, asked of the database at the scrape."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Table, insert

from bot.db import inbox, marks, readers
from bot.db.tables import CampaignRow, DeliveryRow, HaltRow
from bot.domain.reader import Reader
from bot.metrics import KINDS, OTHER, OUTCOMES, UPDATES
from bot.services.figures import Figures
from bot.telegram.commands import COMMANDS
from tests.world import MONDAY, TOKEN, World

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')
OUT = MONDAY - timedelta(hours=2)
"""The hour of the newest issue of the sample."""


@pytest.fixture
async def evening(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The evening before the newest issue is out."""
    async with World(content, data_folder, OUT - timedelta(hours=11)) as running:
        yield running


async def scrape(world: World) -> dict[str, float]:
    """Return every number by its name and labels, as in `name{label="value"}`."""
    answer = await world.web("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        f"{name}{{{labels}}}" if labels else name: float(value)
        for name, labels, value in SAMPLE.findall(answer.text)
    }


async def add(world: World, row: type[Any], *rows: dict[str, object]) -> None:
    table = cast("Table", row.__table__)
    async with world.program.database.write() as session:
        await session.execute(insert(table), list(rows))


async def pushing(world: World, since: datetime) -> None:
    async with world.program.database.write() as session:
        await marks.put(session, marks.PUSHING, since)


def campaign(
    number: int, key: str, state: str, opened_at: datetime, kind: str = "issue"
) -> dict[str, object]:
    times = {"opened_at": opened_at, "starts_at": opened_at}
    return {"id": number, "kind": kind, "key": key, "title": "T", "state": state, "frozen": 1} | times


def delivery(number: int, reader: int, state: str, due_at: datetime) -> dict[str, object]:
    return {"campaign_id": number, "reader_id": reader, "state": state, "due_at": due_at}


async def test_updates_and_commands_are_counted_by_kind_and_name(world: World) -> None:
    ana = world.person()
    for words in ("/latest", "/latest", "/politics", "/canaryword", "just words"):
        await world.ask(ana, words)
    await world.tap(ana, data="forged")
    found = await scrape(world)
    assert found['briefing_updates_total{kind="message"}'] == 5
    assert found['briefing_updates_total{kind="callback_query"}'] == 1
    assert found['briefing_commands_total{command="latest"}'] == 2
    assert found['briefing_commands_total{command="other"}'] == 2
    assert found['briefing_command_seconds_count{command="latest"}'] == 2
    assert found['briefing_command_seconds_sum{command="latest"}'] > 0


async def test_an_update_of_an_unknown_kind_counts_as_other(world: World) -> None:
    await world.push(canary_kind={"from": {"id": 5}})
    assert (await scrape(world))['briefing_updates_total{kind="other"}'] == 1


async def test_no_label_holds_anything_but_words_known_beforehand(world: World) -> None:
    canary = world.person(4_242_424_242, name="Canaryname")
    for words in ("/start", "/canaryword", "/search canarysought", "canary words", "/grant canary canary"):
        await world.ask(canary, words)
    await world.push(canary_kind={"from": {"id": 5}})
    async with world.program.database.write() as session:
        await readers.add(session, Reader(7, "canary"), MONDAY)
    await add(world, CampaignRow, campaign(1, "2025-12-22", "open", MONDAY))
    text = (await world.web("/metrics")).text
    known = {"en", "es", "full", "preview", "open", "paused", "cancelled", "ended", OTHER}
    known |= {*UPDATES, *KINDS, *OUTCOMES, *(command.name for command in COMMANDS)}
    values = {
        value
        for _, labels, _ in SAMPLE.findall(text)
        for label, value in LABEL.findall(labels)
        if label != "le"
    }
    assert values <= known
    assert "canary" not in text.lower()
    assert "4242424242" not in text
    assert TOKEN.partition(":")[2] not in text


async def test_deliveries_are_counted_by_what_became_of_them(world: World) -> None:
    world.program.metrics.delivered("issue", "sent", 3)
    world.program.metrics.delivered("broadcast", "not_sent")
    found = await scrape(world)
    assert found['briefing_deliveries_total{kind="issue",outcome="sent"}'] == 3
    assert found['briefing_deliveries_total{kind="broadcast",outcome="not_sent"}'] == 1
    assert found['briefing_deliveries_total{kind="issue",outcome="unknown"}'] == 0


async def test_readers_are_counted_by_language_and_access_and_those_gone_are_not(world: World) -> None:
    soon, past = MONDAY + timedelta(days=1), MONDAY - timedelta(days=1)
    kept = [
        Reader(1, "en"),
        Reader(2, "es"),
        Reader(3, "es", full_until=soon),
        Reader(4, "es", full_until=past),
    ]
    async with world.program.database.write() as session:
        for reader in (*kept, Reader(5, "en", full_until=soon)):
            await readers.add(session, reader, MONDAY)
            await readers.change(session, reader.id, full_until=reader.full_until)
        await readers.change(session, 5, gone_at=MONDAY)
    found = await scrape(world)
    assert found['briefing_readers{access="preview",language="en"}'] == 1
    assert found['briefing_readers{access="preview",language="es"}'] == 2
    assert found['briefing_readers{access="full",language="es"}'] == 1
    assert found['briefing_readers{access="full",language="en"}'] == 0


async def test_the_lag_is_that_of_the_oldest_due_row_of_an_open_campaign(world: World) -> None:
    now = world.clock.now()
    await add(
        world,
        CampaignRow,
        campaign(1, "2025-12-22", "open", now),
        campaign(2, "nonce", "paused", now, "broadcast"),
    )
    await add(world, DeliveryRow, delivery(1, 1, "pending", now + timedelta(hours=2)))
    assert (await scrape(world))["briefing_delivery_lag_seconds"] == 0
    await add(
        world,
        DeliveryRow,
        delivery(1, 2, "pending", now - timedelta(seconds=40)),
        delivery(1, 3, "sent", now - timedelta(hours=1)),
        delivery(2, 4, "pending", now - timedelta(hours=3)),
    )
    found = await scrape(world)
    assert 40 <= found["briefing_delivery_lag_seconds"] < 100
    assert found['briefing_campaigns{state="open"}'] == 1
    assert found['briefing_campaigns{state="paused"}'] == 1
    assert found['briefing_campaigns{state="ended"}'] == 0


async def test_only_halts_that_still_stand_count_and_the_longest_tells_its_rest(world: World) -> None:
    now = world.clock.now()
    over = {"chat_id": 1, "noted_at": now - timedelta(hours=1), "seconds": 60.0}
    short = {"chat_id": 2, "noted_at": now, "seconds": 90.0}
    longest = {"chat_id": 0, "noted_at": now - timedelta(seconds=100), "seconds": 43_838.0}
    assert (await scrape(world))["briefing_halt_seconds"] == 0
    await add(world, HaltRow, over, short, longest)
    found = await scrape(world)
    assert found["briefing_halts"] == 2
    assert 43_600 < found["briefing_halt_seconds"] <= 43_738


async def test_it_tells_how_late_the_last_push_was_opened(world: World) -> None:
    assert "briefing_last_push_late_seconds" not in await scrape(world)
    await add(
        world,
        CampaignRow,
        campaign(1, "2025-12-15", "ended", OUT),
        campaign(2, "2025-12-22", "open", OUT + timedelta(seconds=75)),
    )
    assert (await scrape(world))["briefing_last_push_late_seconds"] == 75


async def test_a_push_is_missing_ten_minutes_after_its_hour_when_pushing_is_on(evening: World) -> None:
    await pushing(evening, evening.clock.now())
    await add(evening, CampaignRow, campaign(1, "2025-12-15", "ended", OUT - timedelta(days=7)))
    evening.clock.move_to(OUT + timedelta(minutes=9))
    assert (await scrape(evening))["briefing_push_missing"] == 0
    evening.clock.move_to(OUT + timedelta(minutes=11))
    assert (await scrape(evening))["briefing_push_missing"] == 1
    await add(evening, CampaignRow, campaign(2, "2025-12-22", "open", OUT))
    assert (await scrape(evening))["briefing_push_missing"] == 0


@pytest.mark.parametrize("since", [None, OUT + timedelta(minutes=1)])
async def test_an_issue_that_was_out_before_pushing_began_is_not_missing(
    evening: World, since: datetime | None
) -> None:
    if since is not None:
        await pushing(evening, since)
    evening.clock.move_to(OUT + timedelta(hours=2))
    assert (await scrape(evening))["briefing_push_missing"] == 0


async def test_what_waits_in_the_inbox_is_counted(world: World) -> None:
    async with world.program.database.write() as session:
        await inbox.keep(session, [inbox.Received(7, "{}", 7)], MONDAY)
    assert (await scrape(world))["briefing_inbox_waiting"] == 1


async def test_without_its_database_the_rest_is_still_told(world: World) -> None:
    program = world.program
    await world.ask(world.person(), "/latest")
    figures = Figures(program.database, program.archive, world.clock, program.metrics, limit=0.1)
    assert (await scrape(world))["briefing_database_up"] == 1
    async with AsyncExitStack() as stack:
        for _ in range(program.database._engine.pool.size()):  # nobody else gets a connection
            await stack.enter_async_context(program.database.read())
        await figures.refresh()
        found = program.metrics.text().decode()
    assert "briefing_database_up 0.0" in found
    assert 'briefing_commands_total{command="latest"} 1.0' in found
    assert "briefing_readers" not in found
    assert (await scrape(world))["briefing_database_up"] == 1


async def test_what_the_sender_knows_is_asked_at_the_scrape(world: World) -> None:
    metrics, open_claims = world.program.metrics, [1, 2]
    metrics.window(8, lambda: len(open_claims))
    open_claims.append(3)
    found = await scrape(world)
    assert (found["briefing_window_in_use"], found["briefing_window_size"]) == (3, 8)


async def test_the_scrape_says_whether_the_program_is_ready_and_when_telegram_last_answered(
    world: World,
) -> None:
    found = await scrape(world)
    assert found["briefing_ready"] == 1
    assert 0 <= found["briefing_last_poll_seconds"] < 90
