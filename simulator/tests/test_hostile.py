"""Hostile bots and pages: what is malformed is refused, and nothing stops others."""

import asyncio
import io
from time import monotonic
from typing import Any

import pytest
from aiohttp import web

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.api.errors import ApiError
from telegram_simulator.text import rich_html, rich_markdown

LONG_NUMBER = "9" * 5000


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--"),
        ("application/x-www-form-urlencoded; charset=klingon", b"text=x"),
    ],
)
async def test_a_form_that_is_none_is_a_bad_request(
    ana: Person, bot: Caller, simulator: Simulator, content_type: str, body: bytes
) -> None:
    headers = {"Content-Type": content_type}
    for address in (
        f"{bot.address}/sendDocument",
        f"{simulator.address}/control/chats/{ana.id}/attach?bot=12345",
    ):
        async with bot.session.post(address, data=body, headers=headers) as answer:
            assert answer.status == 400
            assert answer.content_type == "application/json"


async def test_a_body_that_cannot_be_unpacked_is_a_bad_request(bot: Caller) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    async with bot.session.post(f"{bot.address}/sendMessage", data=b"none", headers=headers) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (400, False)


async def test_a_body_that_is_too_big_is_refused_as_telegram_does(bot: Caller) -> None:
    headers = {"Content-Type": "application/json"}
    async with bot.session.post(
        f"{bot.address}/sendMessage", data=io.BytesIO(bytes(2**26)), headers=headers
    ) as answer:
        assert await answer.json() == {
            "ok": False,
            "error_code": 413,
            "description": "Request Entity Too Large",
        }


async def test_an_endless_number_names_no_chat(bot: Caller) -> None:
    assert await bot.refusal("sendMessage", chat_id=LONG_NUMBER, text="x") == "Bad Request: chat not found"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "Latency", "seconds": "x"}),
        ("faults", {"kind": "Latency", "seconds": -1}),
        ("faults", {"kind": "TooMany", "retry_after": 10**30}),
        ("faults", {"kind": "TooMany", "retry_after": True}),
        ("faults", {"kind": "Status", "code": 100}),
        ("faults", {"kind": "Status", "parameters": "x"}),
        ("faults", {"kind": "Says", "text": 5}),
        ("clock", {"to": "9999-12-31T23:59:59Z"}),
        ("people", {"id": 10**30, "first_name": "x"}),
        ("people", {"id": 7, "first_name": "\ud800"}),
        ("people", {"id": 7, "first_name": "x", "language_code": 5}),
        ("crowd", {"count": 1, "languages": 5}),
        (f"chats/{ANA}/write", {"text": "\ud800"}),
        (f"chats/{ANA}/write", {"text": "x", "entities": [5]}),
        (f"chats/{ANA}/write", {"text": "x", "entities": [{"type": "bold", "offset": -1, "length": 1}]}),
        (f"chats/{LONG_NUMBER}/write", {"text": "x"}),
    ],
)
async def test_the_control_api_says_what_is_wrong(
    ana: Person, bot: Caller, simulator: Simulator, path: str, body: dict[str, Any]
) -> None:
    del ana
    async with bot.session.post(f"{simulator.address}/control/{path}?bot=12345", json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].endswith(".")


@pytest.mark.parametrize(
    "parameters",
    [{"code": 5, "description": "x"}, {"retry_after": "\r\nX-Header: x"}],
    ids=["names", "header"],
)
async def test_a_fault_may_carry_any_parameters(
    ana: Person, bot: Caller, simulator: Simulator, parameters: dict[str, Any]
) -> None:
    body = {"kind": "Status", "parameters": parameters}
    async with bot.session.post(f"{simulator.address}/control/faults", json=body):
        pass
    async with bot.session.get(f"{bot.address}/sendMessage?chat_id={ana.id}&text=x") as answer:
        assert (await answer.json())["parameters"] == parameters


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_other_sites_may_link_to_the_page_and_read_nothing(
    bot: Caller, simulator: Simulator, headers: dict[str, str]
) -> None:
    for path, status in (("/", 200), ("/control/people?bot=12345", 403), ("/control/events", 403)):
        async with bot.session.get(simulator.address + path, headers=headers) as answer:
            assert answer.status == status


async def test_a_webhook_cannot_move_the_simulator(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await bot.result("setWebhook", url=f"{simulator.address}/control/reset")
    ana.writes("x")
    info = await refused_by_the_webhook(bot)
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"
    assert len(ana.sees) == 2


async def refused_by_the_webhook(bot: Caller) -> dict[str, Any]:
    """Return what getWebhookInfo says once an update was refused."""
    async with asyncio.timeout(5):
        while True:
            info: dict[str, Any] = await bot.result("getWebhookInfo")
            if "last_error_message" in info:
                return info


async def test_a_webhook_that_answers_without_end_has_accepted_the_update(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(2**16))

    application = web.Application()
    application.router.add_post("/", endless)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.result("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/")
    ana.writes("x")
    await simulator.wait_until_idle(TOKEN)
    assert (await bot.result("getWebhookInfo"))["pending_update_count"] == 0
    await runner.cleanup()


@pytest.mark.parametrize(
    "text",
    ["<details>\n" * 12_000, "$$a\n" * 30_000, "a\n\n" * 40_000, "- a\n" * 30_000, "a" * 200_000],
    ids=["details", "formulas", "paragraphs", "items", "length"],
)
def test_markdown_that_would_take_minutes_is_refused_at_once(text: str) -> None:
    begun = monotonic()
    with pytest.raises(ApiError, match="RICH_MESSAGE"):
        rich_html.parse(rich_markdown.to_html(text), find_emails=False)
    assert monotonic() - begun < 10


@pytest.mark.parametrize("html", ['<a href="' * 20_000, "<p>x</p>" * 100_000], ids=["open tags", "length"])
def test_html_that_would_take_minutes_is_refused_at_once(html: str) -> None:
    begun = monotonic()
    with pytest.raises(ApiError, match="RICH_MESSAGE"):
        rich_html.parse(html, find_emails=False)
    assert monotonic() - begun < 10
