"""Whatever goes wrong on the wire ends in the right outcome (what is said again: see test_again)."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.db.updates import inbox
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent, Unknown
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from telegram_simulator import (
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    OkFalse,
    Person,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Says,
    Status,
    TooMany,
)
from tests.world import World

TEXT = {"text": "A line."}

BLOCKED = Status(403, "Forbidden: bot was blocked by the user")
DEACTIVATED = Status(403, "Forbidden: user is deactivated")
TOO_LONG = Status(400, "Bad Request: message is too long")
SORRY = "Something went wrong on my side. I’ve logged it; please try again in a moment."
GATEWAY = Status(502, "Bad Gateway")
MIGRATED = Status(
    400,
    "Bad Request: group chat was upgraded to a supergroup chat",
    parameters={"migrate_to_chat_id": -1009},
)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ResetBefore(), Unknown),
        (ResetAfter(), Unknown),
        (CutHeaders(), Unknown),
        (CutBody(), Unknown),
        (Rubbish(), Unknown),
        (Says("[]"), Unknown),
        (Says("7"), Unknown),
        (Says('"ok"', 403), Unknown),
        (Says('{"ok":true}'), Unknown),
        (Says('{"ok":true,"result":true}'), Unknown),
        (Says('{"ok":true,"result":[]}'), Unknown),
        (Says('{"ok":true,"result":{}}'), Unknown),
        (Says('{"ok":true,"result":{"message_id":"7"}}'), Unknown),
        (OkFalse(), Unknown),
        (Drip(seconds_per_byte=0.3), Unknown),
        (GATEWAY, Unknown),
        (Status(500, "Internal Server Error"), Unknown),
        (TooMany(retry_after=7), NotSent),
        (Status(429, "Too Many Requests: retry later"), NotSent),
        (BLOCKED, Gone),
        (DEACTIVATED, Gone),
        (Status(400, "Bad Request: chat not found"), Gone),
        (TOO_LONG, Rejected),
        (MIGRATED, Rejected),
        (Status(401, "Unauthorized"), Rejected),
        (Status(404, "Not Found"), Rejected),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_each_fault_has_its_outcome(world: World, fault: Fault, kind: type[Outcome]) -> None:
    ana = await _started(world)
    world.telegram.faults.add(method="sendMessage", times=1, kind=fault)
    outcome = await world.program.core.transport.call(
        "sendMessage", {"chat_id": ana.id, **TEXT}, deadline=2.0
    )
    assert isinstance(outcome, kind)


async def test_a_call_without_faults_is_sent(world: World) -> None:
    ana = await _started(world)
    outcome = await world.program.core.transport.call("sendMessage", {"chat_id": ana.id, **TEXT})
    assert isinstance(outcome, Sent)


async def test_a_server_that_refuses_connections_certainly_has_nothing(world: World) -> None:
    await _started(world)
    await world.telegram.stop()
    outcome = await world.program.core.transport.call("getMe", {})
    assert isinstance(outcome, NotSent)


async def test_a_reader_told_to_wait_gets_her_answer_once_after_the_wait(world: World) -> None:
    ana = await _started(world)
    before = len(ana.sees)
    world.telegram.faults.add(method="sendMessage", times=1, kind=TooMany(retry_after=1))
    await world.ask(ana, "/privacy")
    assert len([bubble for bubble in ana.sees[before:] if bubble.from_bot]) == 1


async def test_a_wait_that_outlasts_patience_is_neither_waited_for_nor_broken(world: World) -> None:
    ana = await _started(world)
    seen = len(world.telegram.ledger)
    world.telegram.faults.add(method="sendMessage", times=1, kind=TooMany(retry_after=600))
    ana.writes("/privacy")
    ana.writes("/latest")
    await asyncio.wait_for(world.wait_until_idle(), 5)
    tried = [row for row in world.telegram.ledger if row.seq > seen and row.method == "sendMessage"]
    assert len(tried) == 1
    assert tried[0].error is not None


async def test_an_answer_to_a_tap_that_comes_too_late_is_no_matter(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = await _started(world)
    stale = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    world.telegram.faults.add(method="answerCallbackQuery", times=None, kind=Status(400, stale))
    await world.ask(ana, "/settings")
    answer = await world.tap(ana, data="do:show:language")
    assert "Which language" in answer.text
    assert "callback not answered" not in capsys.readouterr().out


async def test_a_redirect_is_not_followed_with_the_token_in_hand() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", elsewhere)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    request = AiohttpRequest()
    await request.initialize()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    outcome = await Transport(request, address, SecretStr("1:x"), RateLimiter()).call("getMe", {})
    await request.shutdown()
    await runner.cleanup()
    assert isinstance(outcome, Unknown)
    assert asked == ["/bot1:x/getMe"]


async def test_a_refused_message_costs_no_traceback_and_the_next_one_comes(world: World) -> None:
    ana = await _started(world)
    world.telegram.faults.add(method="sendMessage", times=1, kind=TOO_LONG)
    ana.writes("/privacy")
    await world.wait_until_idle()
    answer = await world.ask(ana, "/latest")
    assert "Title of 2025-12-22" in answer.text
    assert not any("Traceback" in bubble.text for bubble in ana.sees)


async def test_a_reader_whose_answer_is_refused_gets_one_apology_and_it_is_noted(world: World) -> None:
    ana = await _started(world)
    before = len(ana.sees)
    world.telegram.faults.add(method="sendMessage", times=1, kind=TOO_LONG)
    await world.ask(ana, "/privacy")
    assert [bubble.text for bubble in ana.sees[before:] if bubble.from_bot] == [SORRY]
    async with world.program.core.database.read() as session:
        assert len(await inbox.failures(session)) == 1


async def test_where_nothing_is_taken_no_more_is_tried_than_the_answer_and_one_apology(world: World) -> None:
    ana = await _started(world)
    tried = len(world.telegram.ledger.of(method="sendMessage"))
    world.telegram.faults.add(method="sendMessage", times=None, kind=TOO_LONG)
    ana.writes("/latest")
    await world.wait_until_idle()
    assert len(world.telegram.ledger.of(method="sendMessage")) == tried + 2


async def test_a_group_in_which_the_bot_may_not_write_is_no_failure(world: World) -> None:
    ana = await _started(world)
    mute = Status(400, "Bad Request: not enough rights to send text messages to the chat")
    world.telegram.faults.add(method="sendMessage", times=None, kind=mute)
    ana.writes("/latest", group=world.group())
    await world.wait_until_idle()
    async with world.program.core.database.read() as session:
        assert await inbox.failures(session) == []


async def test_a_tap_on_which_the_bot_stumbles_is_answered_and_apologised_for(world: World) -> None:
    ana = await _started(world)
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE readers RENAME TO hidden")
    before = len(ana.sees)
    await world.tap(ana, data="do:show:all")
    assert [bubble.text for bubble in ana.sees[before:] if bubble.from_bot] == [SORRY]
    assert len(world.telegram.ledger.of(method="answerCallbackQuery")) == 1


async def test_replies_to_one_reader_are_a_second_apart_and_others_do_not_wait() -> None:
    now, waits = [100.0], []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    rate_limiter = RateLimiter(1.0, monotonic=lambda: now[0], sleep=sleep)
    for chat in (1, 1, 1, 2):
        await rate_limiter.turn(chat)
    assert waits == [1.0, 1.0]
    rate_limiter.begin_cooldown(3, 40.0)
    assert rate_limiter.wait(3) == 40.0


async def test_messages_edits_and_deletions_keep_the_pace_and_answers_to_taps_do_not_wait(
    content: Path, data_folder: Path
) -> None:
    pace = 0.3
    async with World(content, data_folder, spacing=pace) as world:
        ana = await _started(world)
        fronts = [await world.ask(ana, "/latest") for _ in range(3)]
        seen = len(world.telegram.ledger)
        for front, section in zip(fronts, ("topstory", "politics", "economy"), strict=True):
            ana.taps(front.message_id, data=f"p:2025-12-22:{section}:1")
        ana.writes("/privacy")
        await world.wait_until_idle()
        rows = [row for row in world.telegram.ledger if row.seq > seen]
    paced = [row.monotonic for row in rows if row.method in ("sendMessage", "editMessageText")]
    taps = [row.monotonic for row in rows if row.method == "answerCallbackQuery"]
    assert len(paced) == 4
    assert all(later - earlier > pace - 0.05 for earlier, later in pairwise(paced))
    assert taps[0] < paced[0] < taps[1] < paced[1]


async def _started(world: World) -> Person:
    ana = world.person()
    await world.ask(ana, "/start")
    return ana
