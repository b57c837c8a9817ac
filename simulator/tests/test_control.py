"""The control API: chats, clock, faults, events, previews, and who may use it."""

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import make_mocked_request

from caller import ANA, TOKEN, Caller, keyboard
from telegram_simulator import OkFalse, Person, Simulator
from telegram_simulator.clock import MovableClock, StoppedClock
from telegram_simulator.control.guard import guard


async def ask(bot: Caller, simulator: Simulator, path: str, /, **query: str) -> Any:
    async with bot.session.get(f"{simulator.address}/control/{path}", params=query) as answer:
        return await answer.json()


async def tell(bot: Caller, simulator: Simulator, path: str, /, **body: Any) -> tuple[int, Any]:
    async with bot.session.post(f"{simulator.address}/control/{path}", json=body) as answer:
        return answer.status, await answer.json()


async def test_a_chat_can_be_led_over_http(bot: Caller, simulator: Simulator) -> None:
    await bot.result("getMe")
    person = {"id": ANA, "first_name": "Ana", "language_code": "es", "note": "reads Spanish"}
    assert (await tell(bot, simulator, "people", **person))[0] == 201
    assert (await ask(bot, simulator, "people", bot="12345"))[0]["note"] == "reads Spanish"
    await tell(bot, simulator, f"chats/{ANA}/write?bot=12345", text="/start")
    number = await bot.says("choose", reply_markup=keyboard([("Yes", "y")]), protect_content=True)
    await tell(bot, simulator, f"chats/{ANA}/tap?bot=12345", message_id=number, data="y")
    await tell(bot, simulator, f"chats/{ANA}/block?bot=12345")
    chat = await ask(bot, simulator, f"chats/{ANA}", bot="12345")
    assert chat["blocked"] is True
    assert [bubble["text"] for bubble in chat["bubbles"]] == ["/start", "choose"]
    assert chat["bubbles"][1]["protected"] is True
    kinds = [min(update) for update in await bot.result("getUpdates")]
    assert kinds == ["message", "callback_query", "my_chat_member"]
    await tell(bot, simulator, f"chats/{ANA}/return?bot=12345")
    ledger = await ask(bot, simulator, "ledger", bot="12345", chat=str(ANA))
    assert [entry["kind"] for entry in ledger] == ["new", "new"]


async def test_a_person_acts_in_a_group_by_name(ana: Person, bot: Caller, simulator: Simulator) -> None:
    group = simulator.group(id=-100_123, title="Readers", token=TOKEN)
    await tell(bot, simulator, f"chats/-100123/write?bot=12345&as={ANA}", text="hello")
    assert [bubble.text for bubble in group.sees] == ["hello"]
    status, body = await tell(bot, simulator, "chats/-100123/write?bot=12345", text="hello")
    assert (status, body["error"]) == (400, "Give `as` as a number.")


async def test_a_group_is_made_over_http_and_its_members_write_there(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    assert (await tell(bot, simulator, "groups", id=-100_124, title="Readers"))[0] == 201
    assert (await tell(bot, simulator, f"chats/-100124/write?as={ANA}", text="hello"))[0] == 201
    chat = await ask(bot, simulator, "chats/-100124")
    assert (chat["title"], [bubble["text"] for bubble in chat["bubbles"]]) == ("Readers", ["hello"])
    assert (await tell(bot, simulator, "groups", id=124, title="Readers"))[0] == 400


async def test_of_a_long_chat_the_last_messages_can_be_asked_for(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    for text in ("one", "two", "three"):
        await bot.says(text)
    chat = await ask(bot, simulator, f"chats/{ANA}", bot="12345", last="2")
    assert [bubble["text"] for bubble in chat["bubbles"]] == ["two", "three"]


async def test_a_chat_shows_the_menu_of_its_person(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await bot.result("setMyCommands", commands=[{"command": "a", "description": "A"}])
    spanish = [{"command": "b", "description": "B"}]
    await bot.result(
        "setMyCommands", commands=spanish, language_code="es", scope={"type": "all_private_chats"}
    )
    assert (await ask(bot, simulator, f"chats/{ANA}", bot="12345"))["commands"] == spanish


async def test_a_chat_shows_the_description_in_the_language_of_its_person(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    async def shown() -> object:
        return (await ask(bot, simulator, f"chats/{ANA}", bot="12345"))["description"]

    assert await shown() == ""
    await bot.result("setMyDescription", description="News")
    assert await shown() == "News"
    await bot.result("setMyDescription", description="Noticias", language_code="es")
    assert await shown() == "Noticias"


async def test_no_answer_holds_a_token(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await bot.says("x")
    secret = TOKEN.partition(":")[2]
    for path in ("bots", "people", "calls", f"chats/{ANA}", f"ledger?chat={ANA}"):
        async with bot.session.get(f"{simulator.address}/control/{path}") as answer:
            assert answer.status == 200, path
            assert secret not in await answer.text()


async def test_the_clock_moves_forward_only(session: ClientSession) -> None:
    simulator = Simulator(MovableClock())
    await simulator.start()
    bot = Caller(simulator, session)
    assert (await tell(bot, simulator, "clock", to="2100-01-04T10:00:00Z"))[0] == 200
    assert (await ask(bot, simulator, "clock"))["now"].startswith("2100-01-04T10:00")
    status, body = await tell(bot, simulator, "clock", to="2025-12-22T10:00:00Z")
    assert (status, body["error"][:16]) == (409, "The clock stands")
    assert (await tell(bot, simulator, "clock", to="Monday"))[0] == 400
    await simulator.stop()


async def test_faults_and_rates_are_set_over_http(ana: Person, bot: Caller, simulator: Simulator) -> None:
    status, standing = await tell(
        bot, simulator, "faults", method="sendMessage", kind="TooMany", retry_after=9
    )
    assert (status, standing[0]["kind"], standing[0]["retry_after"]) == (200, "TooMany", 9)
    assert (await bot.answers("sendMessage", chat_id=ANA, text="x"))["parameters"] == {"retry_after": 9}
    status, body = await tell(bot, simulator, "faults", kind="Gremlin")
    assert (status, body["error"][:12]) == (400, "Give kind as")
    await tell(bot, simulator, "faults", kind="Drip", times=None)
    async with bot.session.delete(f"{simulator.address}/control/faults") as answer:
        assert await answer.json() == []
    assert (await tell(bot, simulator, "rates", overall=30, per_chat=1))[1] == {
        "overall": 30,
        "per_chat": 1,
        "per_group": None,
        "violations": 0,
        "inside_halts": 0,
        "busiest_second": 0,
    }


async def test_events_tell_what_happens_in_a_chat(ana: Person, bot: Caller, simulator: Simulator) -> None:
    before = (await ask(bot, simulator, f"chats/{ANA}", bot="12345"))["seq"]
    address = f"{simulator.address}/control/events?bot=12345&chat={ANA}&after={before}"
    async with bot.session.get(address) as stream:
        await bot.result("sendChatAction", chat_id=ANA, action="typing")
        number = await bot.says("one")
        await bot.result("deleteMessage", chat_id=ANA, message_id=number)
        heard: list[tuple[str, Any]] = []
        while len(heard) < 6:
            line = (await stream.content.readline()).decode()
            if line.startswith("event: "):
                data = (await stream.content.readline()).decode().removeprefix("data: ")
                heard.append((line.removeprefix("event: ").strip(), json.loads(data)))
        kinds = [kind for kind, _ in heard]
        assert kinds == ["typing", "call", "new", "call", "delete", "call"]
        assert heard[2][1]["text"] == "one"
        assert heard[3][1]["answer"]["result"]["message_id"] == number
        await simulator.stop()
        assert b"event" not in await stream.content.read()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "[::1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_sites_are_refused(
    ana: Person, bot: Caller, simulator: Simulator, headers: dict[str, str]
) -> None:
    address = f"{simulator.address}/control/chats/{ANA}/write?bot=12345"
    async with bot.session.post(address, json={"text": "x"}, headers=headers) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"].startswith("The ")
    assert len(ana.sees) == 1


@pytest.mark.parametrize(
    ("remote", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.7", 403), ("", 403)]
)
async def test_other_machines_are_refused(remote: str, status: int) -> None:
    async def answered(_request: web.Request) -> web.StreamResponse:
        return web.Response()

    request = make_mocked_request("GET", "/control/bots", headers={"Host": "127.0.0.1"}).clone(remote=remote)
    assert (await guard(request, answered)).status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example", "Sec-Fetch-Site": "same-origin"},  # a name that leads to 127.0.0.1
    ],
)
async def test_no_other_site_can_act_as_a_bot(ana: Person, bot: Caller, headers: dict[str, str]) -> None:
    address = f"{bot.address}/sendMessage?chat_id={ANA}&text=x"
    async with bot.session.get(address, headers=headers) as answer:
        assert answer.status == 403
    assert len(ana.sees) == 1


async def test_a_bot_may_reach_the_simulator_under_any_name(ana: Person, bot: Caller) -> None:
    address = f"{bot.address}/sendMessage?chat_id={ANA}&text=x"
    async with bot.session.get(address, headers={"Host": "simulator:8081"}) as answer:
        assert answer.status == 200


async def test_a_form_of_another_site_cannot_write(ana: Person, bot: Caller, simulator: Simulator) -> None:
    address = f"{simulator.address}/control/chats/{ANA}/write?bot=12345"
    async with bot.session.post(address, data='{"text": "x"}') as answer:
        assert answer.status == 415


async def test_a_preview_is_read_from_this_machine_only(
    bot: Caller, simulator: Simulator, clock: StoppedClock
) -> None:
    page = (
        '<title>x</title><meta property="og:title" content="A &amp; B">'
        '<meta property="og:image" content="/cover.png">'
    )

    async def serve(request: web.Request) -> web.Response:
        if request.path == "/away":
            raise web.HTTPFound("http://example.org/")
        return web.Response(text=page, content_type="text/html")

    application = web.Application()
    application.router.add_get("/{any}", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    preview = await ask(bot, simulator, "preview", url=f"{home}/issue")
    assert preview == {"title": "A & B", "image": f"{home}/cover.png"}
    for url in ("http://example.org/", "https://127.0.0.1/", "http://127.0.0.1@example.org/", "file:///etc"):
        assert (await ask(bot, simulator, "preview", url=url))["error"].startswith("Not fetched")
    assert "302" in (await ask(bot, simulator, "preview", url=f"{home}/away"))["error"]
    await runner.cleanup()


async def test_the_page_is_served_with_its_own_scripts_only(bot: Caller, simulator: Simulator) -> None:
    async with bot.session.get(f"{simulator.address}/") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    async with bot.session.get(f"{simulator.address}/../server.py") as answer:
        assert answer.status in (403, 404)


async def test_what_is_missing_is_said_in_words(bot: Caller, simulator: Simulator) -> None:
    assert "No bot of that id" in (await ask(bot, simulator, "people", bot="7"))["error"]
    await bot.result("getMe")
    status, body = await tell(bot, simulator, "chats/99/write?bot=12345", text="x")
    assert (status, body["error"]) == (404, "There is no such person. POST /control/people makes one.")


async def test_any_update_can_be_queued_over_http(ana: Person, bot: Caller, simulator: Simulator) -> None:
    poll = {"poll": {"id": "1", "question": "Well?", "options": []}}
    status, body = await tell(bot, simulator, "updates", **poll)
    assert status == 201
    assert (await bot.result("getUpdates"))[-1] == {"update_id": body["update_id"], **poll}
    status, body = await tell(bot, simulator, "updates", update_id=1)
    assert (status, body["error"]) == (400, 'An update holds an object, as in {"message": {…}}.')


async def test_a_reset_forgets_everything_and_ends_polls(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    [update] = await bot.result("getUpdates")
    poll = asyncio.create_task(bot.answers("getUpdates", offset=update["update_id"] + 1, timeout=30))
    while (await bot.result("getWebhookInfo"))["pending_update_count"]:  # the poll has begun
        pass
    simulator.faults.add(method="sendMessage", kind=OkFalse())
    assert await tell(bot, simulator, "reset") == (200, {"reset": True})
    assert (await poll)["result"] == []
    assert await ask(bot, simulator, "bots") == []
    assert list(simulator.ledger) == []  # nor does the poll that it ended stand there
    assert await bot.refusal("sendMessage", chat_id=ANA, text="x") == "Bad Request: chat not found"
    assert await ask(bot, simulator, "people") == []
    simulator.introduce(2)
    assert len(await ask(bot, simulator, "people")) == 2


async def test_a_voice_message_is_sent_over_http(ana: Person, bot: Caller, simulator: Simulator) -> None:
    form = FormData({"kind": "voice"})
    form.add_field("file", b"OggS", filename="voice.ogg", content_type="audio/ogg")
    async with bot.session.post(f"{simulator.address}/control/chats/{ANA}/attach", data=form) as answer:
        assert answer.status == 201
    voice = (await bot.result("getUpdates", offset=-1))[0]["message"]["voice"]
    assert voice["mime_type"] == "audio/ogg"
    assert await bot.result("sendVoice", chat_id=ANA, voice=voice["file_id"])
