"""How calls reach the Bot API: addresses, encodings, parameters."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import FormData

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from telegram_simulator.clock import StoppedClock


async def test_any_well_formed_token_is_a_bot(bot: Caller) -> None:
    me = await bot.result("getMe")
    assert (me["id"], me["is_bot"], me["username"]) == (12345, True, "sim12345_bot")


async def test_the_case_of_a_method_does_not_matter(bot: Caller) -> None:
    assert await bot.result("GETME") == await bot.result("getMe")


async def test_an_unknown_method_and_a_malformed_token_are_not_found(
    bot: Caller, simulator: Simulator
) -> None:
    expected = {"ok": False, "error_code": 404, "description": "Not Found"}
    assert await bot.refusal("sendTelepathy") == "Not Found: method not found"
    stray = Caller(simulator, bot.session, "no-token")
    assert await stray.answers("getMe") == expected


async def test_parameters_come_as_query_form_multipart_or_json(ana: Person, bot: Caller) -> None:
    address = f"{bot.address}/sendMessage"
    markup = json.dumps({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]})
    multipart = FormData({"chat_id": str(ANA), "text": "3", "reply_markup": markup})
    multipart.add_field("unused", b"x", filename="x.bin")
    async with bot.session.get(address, params={"chat_id": str(ANA), "text": "1"}) as answer:
        assert answer.status == 200
    form = {"chat_id": str(ANA), "text": "2", "reply_markup": markup, "protect_content": "true"}
    async with bot.session.post(address, data=form) as answer:
        assert (await answer.json())["ok"]
    async with bot.session.post(address, data=multipart) as answer:
        assert (await answer.json())["ok"]
    await bot.says("4")
    assert [bubble.text for bubble in ana.sees][1:] == ["1", "2", "3", "4"]
    assert [len(bubble.buttons) for bubble in ana.sees][1:] == [0, 1, 1, 0]
    assert [bubble.protected for bubble in ana.sees][1:] == [False, True, False, False]


async def test_a_parameter_that_no_method_documents_is_named_in_strict_mode(ana: Person, bot: Caller) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="x", colour="red")
    assert refusal == "Bad Request: sendMessage has no parameter colour"


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000], ids=["half", "too deep"])
async def test_a_body_that_is_no_json_is_refused(bot: Caller, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with bot.session.post(f"{bot.address}/getMe", data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (400, 400)


async def test_lone_surrogates_are_refused(ana: Person, bot: Caller) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=ANA, text="\ud800")
    assert refusal == "Bad Request: strings must be encoded in UTF-8"


async def test_the_ledger_keeps_every_call_with_its_payload_and_outcome(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    await bot.says("hello")
    await bot.answers("sendMessage", chat_id=1, text="x")
    sent, refused = simulator.ledger
    assert (sent.method, sent.chat_id, sent.payload["text"], sent.took_effect) == (
        "sendMessage",
        ANA,
        "hello",
        True,
    )
    assert refused.error is not None
    assert refused.error["description"] == "Bad Request: chat not found"
    assert TOKEN not in repr(sent)


async def test_another_port_can_be_tried_when_one_is_taken(
    simulator: Simulator, bot: Caller, clock: StoppedClock
) -> None:
    taken = int(simulator.address.rpartition(":")[2])
    other = Simulator(clock)
    with pytest.raises(OSError, match="address already in use"):
        await other.start(port=taken)
    await other.start()
    poll = asyncio.create_task(Caller(other, bot.session).result("getUpdates", timeout=5))
    other.pushes(TOKEN, {"poll_answer": {}})
    assert len(await poll) == 1
    await other.stop()


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("sendMessage", {"text": {"a": 1}, "reply_markup": [5], "parse_mode": ["HTML"]}),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "http://[x"}]]}},
        ),
        ("sendMessage", {"text": "x", "entities": [{"type": "date_time", "offset": 0, "length": 1}]}),
        ("sendRichMessage", {"rich_message": {"html": "<a href='http://[x'>y</a>"}}),
        ("sendRichMessage", {"rich_message": {"html": "<tg-map zoom='nan'/>"}}),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": 5}] * 2}),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat_member", "chat_id": ANA, "user_id": "x"}}),
    ],
)
async def test_nonsense_is_refused_and_breaks_nothing(
    ana: Person, bot: Caller, method: str, values: dict[str, Any]
) -> None:
    target = {} if method == "setMyCommands" else {"chat_id": ANA}
    assert (await bot.answers(method, **target, **values))["error_code"] == 400
