"""Webhooks: secret, order, retries, calls made by the answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.simulator import Person, Simulator
from tests.simulator.caller import ANA, TOKEN, Caller


class Hook:
    """A webhook that answers with the given statuses, then 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str | None, Any]] = []
        self.statuses: list[int] = []
        self.reply: dict[str, Any] | None = None
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.heard.append((status, secret, await request.json()))
        return web.json_response(self.reply, status=status)


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
    await simulator.settled(TOKEN)
    heard = [(secret, update["message"]["text"]) for _, secret, update in hook.heard]
    assert heard == [("s3cret", "one"), ("s3cret", "two"), ("s3cret", "three")]


async def test_an_update_that_was_not_taken_comes_again_before_the_next(
    stranger: Person, bot: Caller, simulator: Simulator, hook: Hook
) -> None:
    hook.statuses = [500, 503]
    await bot.result("setWebhook", url=hook.url)
    stranger.writes("one")
    stranger.writes("two")
    await simulator.settled(TOKEN)
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
    assert await bot.result("getUpdates") == []


async def test_bad_addresses_and_secrets_are_refused(bot: Caller) -> None:
    assert (await bot.refusal("setWebhook", url="nowhere")).startswith("Bad Request: bad webhook")
    refusal = await bot.refusal("setWebhook", url="https://example.org", secret_token="ñ")
    assert refusal == "Bad Request: secret token contains unallowed characters"
