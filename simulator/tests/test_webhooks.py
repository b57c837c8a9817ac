"""Webhooks: secret, order, retries, calls made by the answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock
from test_control import tell


class Hook:
    """A webhook that answers with the given statuses, then 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str | None, Any]] = []
        self.hosts: list[str] = []
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        self.form: str | None = None
        self.never: set[int] = set()
        self.later = ""
        self.gate: asyncio.Event | None = None
        self.under_way = self.most = 0
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        update = await request.json()
        refused = _chat_of(update) in self.never
        status = 500 if refused else self.statuses.pop(0) if self.statuses else 200
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.heard.append((status, secret, update))
        self.hosts.append(request.headers["Host"])
        headers = {"Retry-After": self.later} if status == 429 and self.later else {}
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if self.gate is not None:
            await self.gate.wait()
        self.under_way -= 1
        if self.form is not None:
            return web.Response(text=self.form, content_type="application/x-www-form-urlencoded")
        return web.json_response(self.reply, status=status, headers=headers)


def _chat_of(update: dict[str, Any]) -> int | None:
    return update["message"]["chat"]["id"] if "message" in update else None


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    application = web.Application()
    application.router.add_post("/hook", hook.hear)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_updates_come_in_order_with_the_secret(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    await bot.result("setWebhook", url=hook.url, secret_token="s3cret")
    for text in ("one", "two", "three"):
        stranger.writes(text)
    await simulator.wait_until_idle(TOKEN)
    heard = [(secret, update["message"]["text"]) for _, secret, update in hook.heard]
    assert heard == [("s3cret", "one"), ("s3cret", "two"), ("s3cret", "three")]


async def test_an_update_that_was_not_taken_comes_again_before_the_next(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    hook.statuses = [500, 503]
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("one")
    stranger.writes("two")
    await simulator.wait_until_idle(TOKEN)
    heard = [(status, update["message"]["text"]) for status, _, update in hook.heard]
    assert heard == [(500, "one"), (503, "one"), (200, "one"), (200, "two")]
    info = await bot.result("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 503")
    assert info["pending_update_count"] == 0


async def test_a_webhook_may_call_a_method_by_its_answer(stranger: Person, bot: Caller, hook: Hook) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": ANA, "text": "hello"}
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("hi")
    assert (await stranger.hears()).text == "hello"


async def test_polling_and_a_webhook_exclude_each_other(stranger: Person, bot: Caller, hook: Hook) -> None:
    poll = asyncio.create_task(bot.answers("getUpdates", timeout=30))
    await bot.result("getMe")
    await bot.result("setWebhook", url=hook.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    body = await bot.answers("getUpdates")
    assert (body["error_code"], body["description"][:33]) == (409, "Conflict: can't use getUpdates me")
    await bot.result("deleteWebhook", drop_pending_updates=True)
    assert await bot.result("getUpdates", offset=1) == []


async def test_bad_addresses_and_secrets_are_refused(bot: Caller) -> None:
    assert (await bot.refusal("setWebhook", url="nowhere")).startswith("Bad Request: bad webhook")
    refusal = await bot.refusal("setWebhook", url="https://example.org", secret_token="ñ")
    assert refusal == "Bad Request: secret token contains unallowed characters"


async def test_a_chat_whose_updates_fail_holds_up_no_other_chat(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    hook.never = {ANA}
    mario = simulator.person(id=ANA + 1, first_name="Mario", token=TOKEN)
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("one")
    hook.reply = {"method": "sendMessage", "chat_id": ANA + 1, "text": "hello"}
    mario.writes("two")
    assert (await mario.hears()).text == "hello"


async def test_chats_are_brought_side_by_side_up_to_max_connections(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    hook.gate = asyncio.Event()
    await bot.result("setWebhook", url=hook.url, max_connections=3)
    for number in range(5):
        simulator.person(id=ANA + number, first_name="Ana", token=TOKEN).writes("hello")
        simulator.person(id=ANA + number, first_name="Ana", token=TOKEN).writes("again")
    while hook.under_way < 3:
        await bot.result("getMe")
    hook.gate.set()
    await simulator.wait_until_idle(TOKEN)
    assert (hook.most, len(hook.heard)) == (3, 10)
    for number in range(5):
        words = [update["message"]["text"] for _, _, update in hook.heard if _chat_of(update) == ANA + number]
        assert words == ["hello", "again"]


async def test_a_webhook_that_asks_for_time_gets_it(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    hook.statuses, hook.later = [429], "3600"
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("one")
    mario = simulator.person(id=ANA + 1, first_name="Mario", token=TOKEN)
    while not hook.heard:
        await bot.result("getMe")
    hook.reply = {"method": "sendMessage", "chat_id": ANA + 1, "text": "hello"}
    mario.writes("two")
    await mario.hears()
    assert [update["message"]["text"] for _, _, update in hook.heard] == ["one", "two"]


@pytest.mark.parametrize("method", ["deleteWebhook", "setWebhook", "getMe", "close", "logOut"])
async def test_a_webhooks_answer_runs_nothing_of_the_webhook_itself(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook, method: str
) -> None:
    hook.reply = {"method": method}
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("hi")
    await simulator.wait_until_idle(TOKEN)
    assert (await bot.result("getWebhookInfo"))["url"] == hook.url
    assert [row.method for row in simulator.ledger] == ["setWebhook", "getWebhookInfo"]


async def test_a_webhook_may_answer_with_a_form(stranger: Person, bot: Caller, hook: Hook) -> None:
    hook.form = f"method=sendMessage&chat_id={ANA}&text=hello+there"
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("hi")
    assert (await stranger.hears()).text == "hello there"


async def test_a_webhook_that_cannot_be_reached_is_said_in_telegrams_words(
    stranger: Person, bot: Caller, simulator: Simulator
) -> None:
    await bot.result("setWebhook", url="http://127.0.0.1:9/hook")
    stranger.writes("hi")
    info: dict[str, Any] = {}
    while "last_error_message" not in info:
        info = await bot.result("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"


async def test_the_info_names_an_address_that_stands_in_the_url(bot: Caller, hook: Hook) -> None:
    assert "ip_address" not in await bot.result("getWebhookInfo")
    await bot.result("setWebhook", url=hook.url)
    assert (await bot.result("getWebhookInfo"))["ip_address"] == "127.0.0.1"


async def test_the_info_says_where_updates_were_brought(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    await bot.result("setWebhook", url=hook.url.replace("127.0.0.1", "localhost"))
    assert (await bot.result("getWebhookInfo"))["ip_address"] == "<unknown>"
    stranger.writes("one")
    await simulator.wait_until_idle(TOKEN)
    assert (await bot.result("getWebhookInfo"))["ip_address"] == "127.0.0.1"


async def test_updates_go_to_the_address_that_the_bot_has_fixed(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    named = hook.url.replace("127.0.0.1", "bot.example.org")
    assert await bot.refusal("setWebhook", url=named, ip_address="nowhere") == (
        "Bad Request: bad webhook: Invalid IP address specified"
    )
    await bot.result("setWebhook", url=named, ip_address="127.0.0.1")
    stranger.writes("one")
    await simulator.wait_until_idle(TOKEN)
    assert [update["message"]["text"] for *_, update in hook.heard] == ["one"]
    assert hook.hosts == [named.split("/")[2]]
    info = await bot.result("getWebhookInfo")
    assert (info["url"], info["ip_address"]) == (named, "127.0.0.1")


async def test_the_info_says_when_the_server_was_cut_off_from_telegram(
    stranger: Person, bot: Caller, simulator: Simulator, clock: StoppedClock
) -> None:
    assert "last_synchronization_error_date" not in await bot.result("getWebhookInfo")
    simulator.loses_synchronization(TOKEN)
    began = int(clock.now().timestamp())
    assert (await bot.result("getWebhookInfo"))["last_synchronization_error_date"] == began
    clock.move_to(clock.now() + timedelta(hours=1))
    status, body = await tell(bot, simulator, "synchronization-error")
    assert (status, body) == (200, {"last_synchronization_error_date": began + 3600})
    assert (await bot.result("getWebhookInfo"))["last_synchronization_error_date"] == began + 3600
