"""The numbers that operators look at: counted where things happen, asked of the database at the scrape."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Table, insert

from bot.clock import StoppedClock
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.db.publishing import releases
from bot.db.publishing.releases import Release
from bot.db.readers import readers
from bot.db.rows.delivery_rows import CampaignRow, CooldownRow, DeliveryRow
from bot.db.updates import inbox
from bot.domain.publishing.release import How
from bot.domain.readers.reader import Reader
from bot.metrics import DROPPED, KINDS, OTHER, OUTCOMES, REPAIRED, UPDATES, Metrics
from bot.services.content.archive import Archive
from bot.services.operations.stats import CHEAP_SECONDS, COUNT_EVERY_SECONDS, Stats
from tests.databases import connections
from tests.files import settle
from tests.waiting import until
from tests.world import MONDAY, TOKEN, World

SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')
OUT = MONDAY - timedelta(hours=2)
"""The hour of the newest issue of the sample."""

DAY = OUT.date()


@dataclass(frozen=True, slots=True)
class Watch:
    """A database that no program works on, and the numbers that are asked of it."""

    database: Database
    archive: Archive
    clock: StoppedClock
    figures: Stats
    metrics: Metrics

    async def look(self) -> dict[str, float]:
        await self.figures.refresh()
        return numbers(self.metrics.text().decode())

    async def add(self, row: type[Any], *rows: dict[str, object]) -> None:
        async with self.database.write() as session:
            await session.execute(insert(cast("Table", row.__table__)), list(rows))

    async def release(self, known: Release) -> None:
        async with self.database.write() as session:
            await timestamps.put(session, timestamps.RELEASING, OUT - timedelta(days=30))
            await releases.add(session, known)


@pytest.fixture
async def watch(content: Path, database_url: str) -> AsyncIterator[Watch]:
    """It is the evening before the newest issue is out."""
    settle(content)
    clock = StoppedClock(OUT - timedelta(hours=11))
    database, archive, metrics = Database(database_url), Archive(content, clock), Metrics()
    await archive.open()
    await archive.load_rest()
    yield Watch(database, archive, clock, Stats(database, archive, clock, metrics, limit=0.5), metrics)
    archive.close()
    await database.close()


def numbers(text: str) -> dict[str, float]:
    """Return every number by its name and labels, as in `name{label="value"}`."""
    matches = SAMPLE.findall(text)
    return {f"{name}{{{labels}}}" if labels else name: float(value) for name, labels, value in matches}


async def scrape(world: World) -> dict[str, float]:
    answer = await world.web("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return numbers(answer.text)


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
    scraped = await scrape(world)
    assert scraped['briefing_updates_total{kind="message"}'] == 5
    assert scraped['briefing_updates_total{kind="callback_query"}'] == 1
    assert scraped['briefing_commands_total{command="latest"}'] == 2
    assert scraped['briefing_commands_total{command="other"}'] == 2
    assert scraped['briefing_command_seconds_count{command="latest"}'] == 2
    assert scraped['briefing_command_seconds_sum{command="latest"}'] > 0


async def test_an_update_of_an_unknown_kind_counts_as_other(world: World) -> None:
    await world.push(canary_kind={"from": {"id": 5}})
    assert (await scrape(world))['briefing_updates_total{kind="other"}'] == 1


async def test_no_label_holds_anything_but_words_known_beforehand(world: World) -> None:
    canary = world.person(4_242_424_242, name="Canaryname")
    for words in ("/start", "/canaryword", "/search canarysought", "canary words", "/grant canary canary"):
        await world.ask(canary, words)
    await world.push(canary_kind={"from": {"id": 5}})
    async with world.program.core.database.write() as session:
        await readers.add(session, Reader(7, "canary"), MONDAY)
    text = (await world.web("/metrics")).text
    known = {"en", "es", "full", "preview", "open", "paused", "cancelled", "ended", OTHER}
    known |= {*UPDATES, *KINDS, *OUTCOMES, *DROPPED, *REPAIRED, *(command.name for command in world.commands)}
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
    world.program.core.metrics.delivered("issue", "sent", 3)
    world.program.core.metrics.delivered("broadcast", "not_sent")
    scraped = await scrape(world)
    assert scraped['briefing_deliveries_total{kind="issue",outcome="sent"}'] == 3
    assert scraped['briefing_deliveries_total{kind="broadcast",outcome="not_sent"}'] == 1
    assert scraped['briefing_deliveries_total{kind="issue",outcome="unknown"}'] == 0


async def test_readers_are_counted_by_language_and_access_and_those_gone_are_not(watch: Watch) -> None:
    now = watch.clock.now()
    soon, past = now + timedelta(days=1), now - timedelta(days=1)
    lines = [
        Reader(1, "en"),
        Reader(2, "es"),
        Reader(3, "es", full_until=soon),
        Reader(4, "es", full_until=past),
    ]
    async with watch.database.write() as session:
        for reader in (*lines, Reader(5, "en", full_until=soon)):
            await readers.add(session, reader, MONDAY)
            await readers.change(session, reader.id, full_until=reader.full_until)
        await readers.change(session, 5, gone_at=MONDAY)
    measured = await watch.look()
    assert measured['briefing_readers{access="preview",language="en"}'] == 1
    assert measured['briefing_readers{access="preview",language="es"}'] == 2
    assert measured['briefing_readers{access="full",language="es"}'] == 1
    assert measured['briefing_readers{access="full",language="en"}'] == 0


@dataclass(slots=True)
class Counted:
    """Time that passes only while something is counted, which takes so many seconds."""

    takes: float
    now: float = 0.0
    asked: int = 0

    def __call__(self) -> float:
        self.asked += 1
        self.now += self.takes if self.asked % 2 == 0 else 0.0
        return self.now


@pytest.mark.parametrize(("takes", "waits"), [(CHEAP_SECONDS / 2, False), (CHEAP_SECONDS * 2, True)])
async def test_readers_are_right_at_every_scrape_unless_counting_them_takes_long(
    watch: Watch, takes: float, waits: bool
) -> None:
    """Prometheus often comes before the first reader: what it then saw must not stand for a minute."""
    time = Counted(takes)
    figures = Stats(watch.database, watch.archive, watch.clock, watch.metrics, monotonic=time)

    async def look() -> float:
        await figures.refresh()
        return numbers(watch.metrics.text().decode())['briefing_readers{access="preview",language="en"}']

    assert await look() == 0
    async with watch.database.write() as session:
        await readers.add(session, Reader(1, "en"), MONDAY)
    assert await look() == (0 if waits else 1)
    time.now += COUNT_EVERY_SECONDS
    time.asked = 0
    assert await look() == 1


async def test_the_lag_is_that_of_the_oldest_due_row_of_an_open_campaign(watch: Watch) -> None:
    now = watch.clock.now()
    await watch.add(
        CampaignRow,
        campaign(1, "2025-12-22", "open", now),
        campaign(2, "nonce", "paused", now, "broadcast"),
    )
    await watch.add(DeliveryRow, delivery(1, 1, "pending", now + timedelta(hours=2)))
    assert (await watch.look())["briefing_delivery_lag_seconds"] == 0
    await watch.add(
        DeliveryRow,
        delivery(1, 2, "pending", now - timedelta(seconds=40)),
        delivery(1, 3, "sent", now - timedelta(hours=1)),
        delivery(2, 4, "pending", now - timedelta(hours=3)),
    )
    measured = await watch.look()
    assert 40 <= measured["briefing_delivery_lag_seconds"] < 100
    assert measured['briefing_campaigns{state="open"}'] == 1
    assert measured['briefing_campaigns{state="paused"}'] == 1
    assert measured['briefing_campaigns{state="ended"}'] == 0


async def test_only_cooldowns_that_still_last_count_and_the_longest_tells_its_rest(watch: Watch) -> None:
    now = watch.clock.now()
    over = {"chat_id": 1, "noted_at": now - timedelta(hours=1), "seconds": 60.0}
    short = {"chat_id": 2, "noted_at": now, "seconds": 90.0}
    longest = {"chat_id": 0, "noted_at": now - timedelta(seconds=100), "seconds": 43_838.0}
    assert (await watch.look())["briefing_cooldown_seconds"] == 0
    await watch.add(CooldownRow, over, short, longest)
    measured = await watch.look()
    assert measured["briefing_cooldowns"] == 2
    assert 43_600 < measured["briefing_cooldown_seconds"] <= 43_738


async def test_it_tells_how_late_the_last_push_was_opened(watch: Watch) -> None:
    assert "briefing_last_push_late_seconds" not in await watch.look()
    await watch.add(
        CampaignRow,
        campaign(1, "2025-12-15", "ended", OUT),
        campaign(2, "2025-12-22", "open", OUT + timedelta(seconds=75)),
    )
    assert (await watch.look())["briefing_last_push_late_seconds"] == 75


@pytest.mark.parametrize(
    "known",
    [
        Release(DAY, OUT, OUT, due_at=OUT),
        Release(DAY, OUT, OUT, released_at=OUT, how=How.RULE),
        Release(DAY + timedelta(days=7), OUT + timedelta(days=7), OUT),
    ],
    ids=["nobody has released it", "nobody has opened its campaign", "nobody has even looked at it"],
)
async def test_a_push_is_missing_ten_minutes_after_it_was_due(watch: Watch, known: Release) -> None:
    await watch.release(known)
    await watch.add(CampaignRow, campaign(1, "2025-12-15", "ended", OUT - timedelta(days=7)))
    watch.clock.move_to(OUT + timedelta(minutes=9))
    assert (await watch.look())["briefing_push_missing"] == 0
    watch.clock.move_to(OUT + timedelta(minutes=11))
    assert (await watch.look())["briefing_push_missing"] == 1
    await watch.add(CampaignRow, campaign(2, "2025-12-22", "open", OUT))
    assert (await watch.look())["briefing_push_missing"] == 0


async def test_no_push_is_missing_on_a_day_that_is_skipped(watch: Watch, content: Path) -> None:
    await watch.release(Release(DAY, OUT, OUT, due_at=OUT))
    file = content / "publication.toml"
    file.write_text("skip = [2025-12-22]\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    await watch.archive.open()
    watch.clock.move_to(OUT + timedelta(minutes=11))
    assert (await watch.look())["briefing_push_missing"] == 0


@pytest.mark.parametrize(
    "known",
    [
        None,
        Release(DAY, OUT, OUT, released_at=OUT, how=How.FOUND),
        Release(DAY, OUT, OUT, released_at=OUT, how=How.DECLINED),
        Release(DAY, OUT, OUT, due_at=None),
    ],
    ids=["no start yet", "out before the first start", "declined", "waits for an answer"],
)
async def test_what_is_not_to_be_pushed_is_not_missing(watch: Watch, known: Release | None) -> None:
    if known is not None:
        await watch.release(known)
    watch.clock.move_to(OUT + timedelta(hours=2))
    assert (await watch.look())["briefing_push_missing"] == 0


async def test_what_waits_in_the_inbox_is_counted(watch: Watch) -> None:
    async with watch.database.write() as session:
        await inbox.store(session, [inbox.Received(7, "{}", 7)], MONDAY)
    assert (await watch.look())["briefing_inbox_waiting"] == 1


async def test_an_answer_that_came_too_late_is_owed_no_more(watch: Watch) -> None:
    asked_at = watch.clock.now()
    async with watch.database.write() as session:
        await inbox.store(session, [inbox.Received(7, "{}", 7)], asked_at)
        await inbox.mark_handled(session, [inbox.Closed(7, None, 7, asked=True, owed=3_600.0)], asked_at)
    assert (await watch.look())["briefing_answers_owed"] == 1
    watch.clock.move_to(asked_at + inbox.OWED_FOR)  # the program stood still
    assert (await watch.look())["briefing_answers_owed"] == 0


async def test_without_its_database_the_rest_is_still_told(watch: Watch) -> None:
    assert (await watch.look())["briefing_database_up"] == 1
    async with AsyncExitStack() as stack:
        for _ in range(connections(watch.database)):  # nobody else gets one
            await stack.enter_async_context(watch.database.read())
        measured = await watch.look()
    assert measured["briefing_database_up"] == 0
    assert measured['briefing_updates_total{kind="other"}'] == 0
    assert not any("readers" in name or "campaigns" in name for name in measured)
    assert (await watch.look())["briefing_database_up"] == 1


def test_what_the_sender_knows_is_asked_at_the_scrape() -> None:
    metrics, open_claims = Metrics(), [1, 2]
    metrics.window(8, lambda: len(open_claims))
    open_claims.append(3)
    samples = numbers(metrics.text().decode())
    assert (samples["briefing_window_in_use"], samples["briefing_window_size"]) == (3, 8)


async def test_the_process_that_sends_says_so_with_its_window_and_rate(world: World) -> None:
    await world.ask(world.person(), "/latest")
    scraped = await scrape(world)
    assert scraped["briefing_leader"] == 1
    assert (scraped["briefing_window_in_use"], scraped["briefing_window_size"]) == (0, 8)
    assert scraped["briefing_send_rate"] >= 0


async def test_the_scrape_says_whether_the_program_is_ready_and_when_telegram_last_answered(
    world: World,
) -> None:
    async def has_been_answered() -> bool:
        return not isnan((await scrape(world))["briefing_last_poll_seconds"])

    await until(has_been_answered)
    scraped = await scrape(world)
    assert scraped["briefing_ready"] == 1
    assert 0 <= scraped["briefing_last_poll_seconds"] < 90
