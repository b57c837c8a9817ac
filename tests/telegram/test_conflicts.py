"""Somebody else takes the bot's updates: it takes them back, says who did it, and fights none of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.db.updates import processes
from bot.db.updates.heartbeat import Heartbeat
from bot.services.updates.conflicts import UpdateConflicts
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.updates.conflicts import STANDS_SECONDS, ConflictPolicy
from bot.telegram.updates.polling import Polling
from telegram_simulator import Latency, Person, Says, Status
from tests.databases import on_sqlite
from tests.waiting import until
from tests.web.hooks import hooked
from tests.web.test_readyz import ready
from tests.world import ADMIN, TOKEN, World, since

pytestmark = pytest.mark.apart

FIELD = Path(__file__).parents[1] / "data"
ELSEWHERE = "https://elsewhere.example/secret-path"
TAKEN = "⚠ Somebody had Telegram send my updates to another address (elsewhere.example)"
TOMADA = "⚠ Alguien hizo que Telegram enviara mis actualizaciones a otra dirección (elsewhere.example)"
BERTA = 6_000_000_002
OTHER_POLL = Status(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)


@pytest.fixture
async def edited(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """A bot that polls, with two admins who have written to it."""
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, BERTA})) as world:
        await world.ask(world.admin(), "/start")
        await world.ask(berta(world), "/start")
        yield world


def berta(world: World) -> Person:
    return world.person(BERTA, "es", "Berta")


async def set_elsewhere(world: World, address: str = ELSEWHERE) -> None:
    await world.call("setWebhook", url=address)


def webhook(world: World) -> str:
    return world.telegram.webhook(TOKEN)


def notices(person: Person) -> list[str]:
    return [bubble.text for bubble in person.sees if bubble.from_bot and bubble.text.startswith("⚠")]


def wrongs(capsys: pytest.CaptureFixture[str], words: str) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if words in line and "error" in line]


async def test_a_webhook_that_somebody_sets_is_removed_and_said_to_everyone_whom_it_concerns(
    edited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await set_elsewhere(edited)
    await until(lambda: edited.program.core.conflict_policy.trouble is not None)
    status, checks = await ready(edited)
    assert (status, checks["updates"]["good"]) == (503, False)
    assert "Somebody has set another webhook for this token" in str(checks["updates"]["says"])
    await until(lambda: not webhook(edited))
    ana = edited.person()
    assert "Title of 2025-12-22" in (await edited.ask(ana, "/latest")).text
    await until(lambda: notices(edited.admin()) and notices(berta(edited)))
    assert [text.startswith(TAKEN) for text in notices(edited.admin())] == [True]
    assert [text.startswith(TOMADA) for text in notices(berta(edited))] == [True]
    assert "BOT_TOKEN" in notices(edited.admin())[0]
    said = capsys.readouterr().out
    assert len([line for line in said.splitlines() if "another webhook" in line and "error" in line]) == 1
    assert "secret-path" not in said + str(checks) + str(notices(edited.admin()))
    edited.passes(STANDS_SECONDS)
    await edited.ask(ana, "/help")  # ends the poll that is under way
    await until(lambda: edited.program.core.conflict_policy.trouble is None)
    assert (await ready(edited))[0] == 200


@on_sqlite
async def test_one_that_comes_back_each_time_costs_a_growing_pause_one_notice_an_hour_and_no_update(
    edited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = edited.person()
    for count in range(3):
        await set_elsewhere(edited)
        await until(lambda: not webhook(edited))
        asked = ana.writes("/politics" if count else "/latest")
        await edited.wait_until_idle()
        assert len(since(ana, asked.message_id)) == 1
        edited.passes(60.0)
    said = capsys.readouterr().out
    pauses = [
        line.partition("seconds=")[2].split()[0] for line in said.splitlines() if "another webhook" in line
    ]
    assert pauses == ["1.0", "2.0", "4.0"]
    await until(lambda: notices(edited.admin()))
    edited.later(minutes=61)
    await set_elsewhere(edited)
    await until(lambda: min(len(notices(admin)) for admin in (edited.admin(), berta(edited))) == 2, 30.0)
    assert notices(edited.admin())[1].startswith(f"{TAKEN}, 3 times.")
    assert notices(berta(edited))[1].startswith(f"{TOMADA}, 3 veces.")


@on_sqlite
async def test_what_telegram_says_of_a_webhook_is_believed_though_it_names_none(edited: World) -> None:
    answer = json.loads((FIELD / "webhook-active.json").read_text())["answer to getUpdates"]
    edited.telegram.faults.add(method="getUpdates", kind=Says(json.dumps(answer), 409))
    ana = edited.person()
    ana.writes("/help")  # ends the poll that is under way; the next one is refused
    await until(lambda: edited.telegram.ledger.of(method="deleteWebhook"))
    assert "Title of 2025-12-22" in (await edited.ask(ana, "/latest")).text
    await until(lambda: notices(edited.admin()))


async def test_a_webhook_of_a_living_process_of_this_database_is_not_fought(
    edited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Heartbeat(edited.program.core.database, "other", 30.0, webhook=ELSEWHERE)
    await other.enter()
    await set_elsewhere(edited)
    await until(lambda: edited.program.core.conflict_policy.trouble is not None)
    status, checks = await ready(edited)
    assert status == 503
    assert "Give all of them the same PUBLIC_URL and WEBHOOK_SECRET" in str(checks["updates"]["says"])
    await asyncio.sleep(1.5)  # longer than a pause
    assert webhook(edited) == ELSEWHERE
    assert notices(edited.admin()) == []
    assert len(wrongs(capsys, "PUBLIC_URL")) == 1
    await other.leave()
    await until(lambda: not webhook(edited), 30.0)
    assert "Title of 2025-12-22" in (await edited.ask(edited.person(), "/latest")).text


@on_sqlite
async def test_a_start_removes_a_webhook_that_is_left_over_and_not_one_of_a_living_process(
    edited: World,
) -> None:
    await edited.program.stop()
    await set_elsewhere(edited)
    edited.program = edited.new_program()
    other = Heartbeat(edited.program.core.database, "other", 30.0, webhook=ELSEWHERE)
    await other.enter()
    await edited.program.start()
    await until(lambda: edited.program.core.conflict_policy.trouble is not None)
    assert webhook(edited) == ELSEWHERE
    await other.leave()
    await until(lambda: not webhook(edited), 30.0)
    assert notices(edited.admin()) == []  # nobody has taken anything from a program that ran


@pytest.mark.parametrize("text", ["[]", '"ok"', '{"ok":true,"result":[]}', '{"ok":true,"result":{"url":7}}'])
@on_sqlite
async def test_whatever_is_said_of_the_webhook_it_is_removed_in_the_end(edited: World, text: str) -> None:
    edited.telegram.faults.add(method="getWebhookInfo", times=2, kind=Says(text))
    await set_elsewhere(edited)
    await until(lambda: not webhook(edited))
    assert "Title of 2025-12-22" in (await edited.ask(edited.person(), "/latest")).text


@on_sqlite
async def test_a_webhook_whose_address_is_none_is_removed_all_the_same(edited: World) -> None:
    said = Says('{"ok":true,"result":{"url":"https://["}}')
    edited.telegram.faults.add(method="getWebhookInfo", times=None, kind=said)
    await set_elsewhere(edited)
    await until(lambda: not webhook(edited))
    assert edited.telegram.ledger.of(method="deleteWebhook")


async def test_a_second_program_that_polls_is_named_and_told(
    edited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{edited.telegram.address}/bot{TOKEN}/getUpdates"
    async with aiohttp.ClientSession() as session:

        async def poll() -> None:
            while True:
                async with session.post(address, json={"timeout": 5, "offset": -1}) as answer:
                    await answer.read()
                await asyncio.sleep(0.2)

        second = asyncio.create_task(poll())
        await until(lambda: edited.program.core.conflict_policy.trouble is not None)
        status, checks = await ready(edited)
        assert status == 503
        assert "A second program fetches the updates of this token" in str(checks["updates"]["says"])
        await until(lambda: notices(edited.admin()) and notices(berta(edited)))
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    assert notices(edited.admin())[0].startswith("⚠ Another program is fetching my updates")
    assert notices(berta(edited))[0].startswith("⚠ Otro programa se lleva mis actualizaciones")
    assert len(wrongs(capsys, "A second program fetches")) == 1
    edited.passes(STANDS_SECONDS)
    assert "Title of 2025-12-22" in (await edited.ask(edited.person(), "/latest")).text
    assert (await ready(edited))[0] == 200


@on_sqlite
async def test_a_poll_that_is_ended_once_is_no_second_program(edited: World) -> None:
    edited.telegram.faults.add(method="getUpdates", kind=OTHER_POLL)
    ana = edited.person()
    await edited.ask(ana, "/help")
    assert "Title of 2025-12-22" in (await edited.ask(ana, "/latest")).text
    assert edited.program.core.conflict_policy.trouble is None


@pytest.fixture
async def hook(content: Path, data_folder: Path) -> AsyncIterator[World]:
    async with hooked(content, data_folder) as world:
        await until(lambda: webhook(world))
        await world.ask(world.admin(), "/start")
        yield world


async def test_the_address_stands_in_the_database_before_telegram_is_told(
    content: Path, data_folder: Path
) -> None:
    world = hooked(content, data_folder)
    world.telegram.faults.add(method="setWebhook", times=None, kind=Status(502, "Bad Gateway"))
    async with world:
        await until(lambda: world.telegram.ledger.of(method="setWebhook"))
        async with world.program.core.database.read() as session:
            assert await processes.webhooks(session) == {f"{world.program.core.settings.public_url}/telegram"}
        world.telegram.faults.clear()
        await world.program.stop()
        async with world.program.core.database.read() as session:
            assert await processes.webhooks(session) == set()


@pytest.mark.parametrize(
    ("address", "words"),
    [(ELSEWHERE, TAKEN), ("", "⚠ Somebody removed the address that Telegram sends my updates to.")],
    ids=["another", "none"],
)
async def test_a_webhook_of_ours_that_is_replaced_is_set_again(hook: World, address: str, words: str) -> None:
    own = webhook(hook)
    await set_elsewhere(hook, address)
    hook.telegram.faults.add(method="setWebhook", times=None, kind=Status(502, "Bad Gateway"))
    await until(lambda: hook.program.core.conflict_policy.trouble is not None)
    assert (await ready(hook))[0] == 503
    assert "briefing_webhook_set 0.0" in (await hook.web("/metrics")).text
    hook.telegram.faults.clear()
    await until(lambda: webhook(hook) == own)
    assert "Title of 2025-12-22" in (await hook.ask(hook.person(), "/latest")).text
    await until(lambda: notices(hook.admin()))
    assert [text.startswith(words) for text in notices(hook.admin())] == [True]
    hook.passes(STANDS_SECONDS)
    await until(lambda: hook.program.core.conflict_policy.trouble is None)
    assert (await ready(hook))[0] == 200


@on_sqlite
async def test_processes_of_one_database_with_two_addresses_do_not_fight_each_other(hook: World) -> None:
    other = Heartbeat(hook.program.core.database, "other", 30.0, webhook=ELSEWHERE)
    await other.enter()
    await set_elsewhere(hook)
    await until(lambda: hook.program.core.conflict_policy.trouble is not None)
    assert "PUBLIC_URL" in str((await ready(hook))[1]["updates"]["says"])
    await asyncio.sleep(1.5)  # longer than a pause
    assert webhook(hook) == ELSEWHERE
    await other.leave()
    await until(lambda: webhook(hook) != ELSEWHERE)


@on_sqlite
async def test_whoever_does_not_say_which_webhook_is_set_is_asked_again(hook: World) -> None:
    own = webhook(hook)
    for kind in (Says("null"), Latency(0.1), Status(502, "Bad Gateway")):
        hook.telegram.faults.add(method="getWebhookInfo", kind=kind)
    await set_elsewhere(hook)
    await until(lambda: webhook(hook) == own)
    assert len(hook.telegram.ledger.of(method="getWebhookInfo")) >= 3  # two had no answer


@on_sqlite
async def test_who_leads_again_says_of_a_webhook_that_it_was_set_meanwhile(world: World) -> None:
    """It has polled before, and knows that none was left over."""
    request, leads = AiohttpRequest(), [True]
    await request.initialize()
    token = SecretStr("7000000002:CANARY-token-of-a-bot-with-no-other-program")
    transport = Transport(request, world.telegram.address, token, RateLimiter())
    conflict_policy = ConflictPolicy(UpdateConflicts(world.program.core.database, world.clock))
    polling = Polling(
        transport,
        world.program.parts.update_inbox,
        lambda: leads[0],
        conflict_policy,
        checkouts=world.program.parts.checkouts,
        poll_seconds=1,
    )
    task = asyncio.create_task(polling.run())
    polls = world.telegram.ledger
    await until(lambda: any(poll.token == token.get_secret_value() for poll in polls.of(method="getUpdates")))
    leads[0] = False
    await until(lambda: polling.silence is None)
    await transport.call("setWebhook", {"url": ELSEWHERE})
    leads[0] = True
    await until(lambda: world.telegram.ledger.of(method="deleteWebhook"))
    polling.stop()
    await task
    assert "Somebody has set another webhook for this token" in str(conflict_policy.trouble)
    await request.shutdown()
