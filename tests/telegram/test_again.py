"""What is said again where an answer was lost: each method, each fault of the wire."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.clock import StoppedClock
from bot.db.engine.update_lock import FencingToken, fenced_by
from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import Outcome, Rejected, Sent, Unknown
from bot.domain.readers.reader import Reader
from bot.telegram.api.files import File
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.idempotency import RETRY_RULES
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.api.update_context import MANY, UpdateContext, UpdateSummary, handled
from bot.telegram.chat.menus import Menus
from telegram_simulator import (
    Bubble,
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    OkFalse,
    Person,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Simulator,
    Status,
)
from tests.databases import on_sqlite
from tests.waiting import until
from tests.world import TOKEN, World, data, since, told

PUBLICATION = Publication("The Test Post", "The Weekly Test", ("en", "es"), ZoneInfo("UTC"), 0, time(7))

FAULTS: dict[str, Fault] = {
    "500": Status(500),
    "502": Status(502, "Bad Gateway"),
    "502 after the fact": Status(502, "Bad Gateway", effect=True),
    "reset before": ResetBefore(),
    "reset after": ResetAfter(),
    "headers cut": CutHeaders(),
    "body cut": CutBody(),
    "no JSON": Rubbish(),
    "ok false": OkFalse(),
    "too slow": Drip(0.5),
}
SOON, LATE = 1.0, 10.0
"""Seconds after which an answer is given up: soon only where it is too slow on purpose."""

ARRIVES = {"502 after the fact", "reset after", "headers cut", "body cut", "no JSON", "too slow"}
RICH = {"rich_message": {"html": "<p>A page.</p>"}}


class CountingRateLimiter(RateLimiter):
    """Writes down for which chat a turn was waited."""

    def __init__(self, spacing: float, **given: Any) -> None:
        super().__init__(spacing, **given)
        self.turns: list[int] = []

    async def turn(self, chat_id: int, patience: float = 30.0, **given: Any) -> float:
        self.turns.append(chat_id)
        return await super().turn(chat_id, patience, **given)


class Telegram:
    """A way out to a local Telegram; its pauses take no time and are written down."""

    def __init__(self, simulator: Simulator, request: AiohttpRequest) -> None:
        self.simulator = simulator
        self.ana = simulator.person(id=5_000_000_001, first_name="Ana", token=TOKEN)
        self.ana.writes("/start")
        self.pauses: list[float] = []
        self.meanwhile: list[Awaitable[object]] = []  # what is done in the first pause
        self.now = 0.0
        self.try_seconds = 0.0
        self.rate_limiter = CountingRateLimiter(
            0, ceiling=10_000, sleep=self._sleep, monotonic=lambda: self.now
        )
        self.transport = Transport(
            request,
            simulator.address,
            SecretStr(TOKEN),
            self.rate_limiter,
            sleep=self._sleep,
            monotonic=lambda: self.now,
        )

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += self.try_seconds + seconds
        while self.meanwhile:
            await self.meanwhile.pop()

    async def page(self) -> int:
        """Send Ana a page with a button, and return its id."""
        keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "x"}]]}
        sent = await self.transport.send(self.ana.id, {"text": "Old.", "reply_markup": keys})
        assert isinstance(sent, Sent)
        return sent.message_id

    def sees(self) -> list[Bubble]:
        return [bubble for bubble in self.ana.sees if bubble.from_bot]

    def calls(self, method: str) -> int:
        return len(self.simulator.ledger.of(method=method))


@pytest.fixture
async def telegram(request: pytest.FixtureRequest) -> AsyncIterator[Telegram]:
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    simulator = Simulator(StoppedClock(datetime(2025, 12, 22, tzinfo=UTC)), strict=True)
    await simulator.start()
    http = AiohttpRequest(deadline=SOON if "too slow" in parameters.values() else LATE)
    await http.initialize()
    yield Telegram(simulator, http)
    await http.shutdown()
    await simulator.stop()


each_fault = pytest.mark.parametrize("name", FAULTS)


@each_fault
async def test_an_edit_is_made_again_and_one_that_had_arrived_is_done(telegram: Telegram, name: str) -> None:
    message = await telegram.page()
    telegram.simulator.faults.add(method="editMessageText", kind=FAULTS[name])
    outcome = await telegram.transport.edit(telegram.ana.id, message, {"text": "New."})
    assert isinstance(outcome, Sent)
    assert outcome.message_id == message
    assert [bubble.text for bubble in telegram.sees()] == ["New."]
    assert (telegram.calls("editMessageText"), telegram.pauses) == (2, [1.0])


@each_fault
async def test_a_deletion_is_made_again_and_one_that_had_arrived_is_done(
    telegram: Telegram, name: str
) -> None:
    message = await telegram.page()
    telegram.simulator.faults.add(method="deleteMessage", kind=FAULTS[name])
    assert isinstance(await telegram.transport.delete(telegram.ana.id, message), Sent)
    assert telegram.sees() == []
    assert telegram.calls("deleteMessage") == 2


@each_fault
async def test_a_tap_is_answered_again_and_once(
    telegram: Telegram, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram.ana.taps(await telegram.page(), "Go")
    (query,) = telegram.simulator.open_taps(TOKEN)
    telegram.simulator.faults.add(method="answerCallbackQuery", kind=FAULTS[name])
    await telegram.transport.answer(query, "Saved.")
    assert [alert["text"] for alert in telegram.ana.alerts] == ["Saved."]
    assert telegram.calls("answerCallbackQuery") == 2
    assert "callback not answered" not in capsys.readouterr().out


@each_fault
async def test_a_menu_is_set_again(telegram: Telegram, name: str) -> None:
    async def nobody() -> list[Reader]:
        return []

    telegram.simulator.faults.add(method="setMyCommands", kind=FAULTS[name])
    menus = Menus(telegram.transport, frozenset(), lambda: PUBLICATION, [])
    await asyncio.wait_for(menus.set_all(nobody), 30.0)
    assert telegram.calls("setMyCommands") == 6 + 1


@pytest.mark.parametrize("method", ["sendMessage", "sendRichMessage", "sendPhoto"])
@each_fault
async def test_a_reply_is_sent_once_more_after_a_second(telegram: Telegram, name: str, method: str) -> None:
    telegram.simulator.faults.add(method=method, kind=FAULTS[name])
    outcome = await _send(telegram, method)
    arrived = telegram.sees()
    assert isinstance(outcome, Sent)
    assert outcome.message_id == arrived[-1].message_id
    assert len(arrived) == 1 + (name in ARRIVES)  # two pages are better than silence
    assert telegram.pauses == [1.0]


async def _send(telegram: Telegram, method: str) -> Outcome:
    match method:
        case "sendMessage":
            return await telegram.transport.send(telegram.ana.id, {"text": "A page."})
        case "sendRichMessage":
            return await telegram.transport.send(telegram.ana.id, RICH)
    picture = io.BytesIO()
    Image.new("RGB", (120, 80)).save(picture, "PNG")
    file = File("picture", picture.getvalue(), "image/png")
    return await telegram.transport.reply(method, telegram.ana.id, {"photo": "attach://picture"}, file)


async def test_a_reply_that_is_lost_twice_is_not_sent_a_third_time(telegram: Telegram) -> None:
    telegram.simulator.faults.add(method="sendMessage", times=None, kind=ResetAfter())
    outcome = await telegram.transport.send(telegram.ana.id, {"text": "A page."})
    assert isinstance(outcome, Unknown)
    assert len(telegram.sees()) == 2


async def test_a_reply_that_waited_long_for_its_turn_is_sent_once_more_as_well(telegram: Telegram) -> None:
    telegram.rate_limiter.begin_cooldown(telegram.ana.id, 29.5)
    telegram.simulator.faults.add(method="sendMessage", kind=Status(502, "Bad Gateway"))
    assert isinstance(await telegram.transport.send(telegram.ana.id, {"text": "A page."}), Sent)
    assert telegram.now == pytest.approx(29.5 + 1.0)


class Silence:
    """The life of a process that does not hear from its database."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def is_over(self, _epoch: int) -> bool:
        return False

    async def sure(self, _epoch: int) -> None:
        await self.heard.wait()


async def test_while_the_database_is_silent_no_turns_are_spent_that_would_be_used_all_at_once(
    telegram: Telegram,
) -> None:
    life = Silence()
    with fenced_by(FencingToken(telegram.ana.id, "one", 1, life.is_over, life.sure)):
        replies = [asyncio.create_task(telegram.transport.send(chat, {"text": "A."})) for chat in (1, 2, 3)]
        await asyncio.sleep(0.05)
        assert telegram.rate_limiter.rate() == 0
        life.heard.set()
        await asyncio.gather(*replies)
    assert telegram.rate_limiter.rate() == 3


async def test_an_edit_is_given_up_after_four_tries(telegram: Telegram) -> None:
    message = await telegram.page()
    telegram.simulator.faults.add(method="editMessageText", times=None, kind=Status(502, "Bad Gateway"))
    outcome = await telegram.transport.edit(telegram.ana.id, message, {"text": "New."})
    assert isinstance(outcome, Unknown)
    assert (telegram.calls("editMessageText"), telegram.pauses) == (4, [1.0, 2.0, 4.0])


async def test_nothing_is_tried_again_for_longer_than_it_is_of_use(telegram: Telegram) -> None:
    message = await telegram.page()
    telegram.ana.taps(message, "Go")
    (query,) = telegram.simulator.open_taps(TOKEN)
    lost = Status(502, "Bad Gateway")
    telegram.simulator.faults.add(times=None, kind=lost)
    await telegram.transport.answer(query)
    assert sum(telegram.pauses) < 10.0
    telegram.pauses.clear()
    telegram.try_seconds = 15.0  # each takes its whole deadline
    assert isinstance(await telegram.transport.edit(telegram.ana.id, message, {"text": "New."}), Unknown)
    assert telegram.pauses == [1.0, 2.0]


async def test_an_edit_that_a_later_one_has_replaced_is_not_made_again(telegram: Telegram) -> None:
    """In a group others tap the same message."""
    message = await telegram.page()
    telegram.simulator.faults.add(method="editMessageText", kind=Status(502, "Bad Gateway"))
    telegram.meanwhile.append(telegram.transport.edit(telegram.ana.id, message, {"text": "Later."}))
    await telegram.transport.edit(telegram.ana.id, message, {"text": "Earlier."})
    assert [bubble.text for bubble in telegram.sees()] == ["Later."]


async def test_what_telegram_refuses_is_not_said_again(telegram: Telegram) -> None:
    telegram.simulator.faults.add(
        method="editMessageText", kind=Status(400, "Bad Request: message is too long")
    )
    outcome = await telegram.transport.edit(telegram.ana.id, await telegram.page(), {"text": "New."})
    assert isinstance(outcome, Rejected)
    assert telegram.pauses == []


@pytest.mark.parametrize(
    "method", ["sendMessage", "sendRichMessage", "editMessageText", "getMe", "copyMessage"]
)
async def test_a_single_call_is_never_made_again(telegram: Telegram, method: str) -> None:
    """A campaign connection uploads covers by it, and asks by it whether Telegram answers."""
    telegram.simulator.faults.add(method=method, times=None, kind=ResetAfter())
    payload: dict[str, Any] = {} if method == "getMe" else {"chat_id": telegram.ana.id}
    assert isinstance(await telegram.transport.call(method, payload), Unknown)
    assert telegram.calls(method) <= 1
    assert telegram.pauses == []


async def test_what_the_table_does_not_name_is_not_called_again(telegram: Telegram) -> None:
    telegram.simulator.faults.add(method="copyMessage", times=None, kind=ResetAfter())
    await telegram.transport.reply("copyMessage", telegram.ana.id, {"from_chat_id": telegram.ana.id})
    assert telegram.pauses == []
    assert all(len(again.pauses) == 1 for name, again in RETRY_RULES.items() if name.startswith("send"))


async def test_each_try_waits_for_a_turn_of_its_own(telegram: Telegram) -> None:
    telegram.simulator.faults.add(method="sendMessage", kind=ResetBefore())
    await telegram.transport.send(telegram.ana.id, {"text": "A page."})
    assert telegram.rate_limiter.turns == [telegram.ana.id] * 2


async def test_an_answer_that_was_owed_is_given_though_its_reader_gets_no_others_for_now(
    telegram: Telegram,
) -> None:
    behind = [UpdateSummary(tap=True)] * (MANY + 1)
    for muted in (True, False):
        with handled(
            UpdateContext(telegram.ana.id, UpdateSummary(command=True), behind, again=True, muted=muted)
        ):
            assert isinstance(await telegram.transport.send(telegram.ana.id, {"text": "A."}), Sent)


async def _started(world: World) -> Person:
    ana = world.person()
    await world.ask(ana, "/start")
    return ana


@pytest.mark.parametrize("fault", [Status(502, "Bad Gateway"), ResetAfter()], ids=["502", "reset after"])
async def test_a_reader_gets_her_page_though_an_answer_was_lost_and_can_turn_it(
    world: World, fault: Fault
) -> None:
    ana = await _started(world)
    world.telegram.faults.add(method="sendMessage", chat_id=ana.id, kind=fault)
    asked = ana.writes("/latest")
    await world.wait_until_idle()
    pages = since(ana, asked.message_id)
    assert len(pages) == 1 + isinstance(fault, ResetAfter)
    assert await _remembered(world) >= {pages[-1].message_id}
    for page in pages:  # also of the one that nobody knew to have arrived
        world.telegram.faults.add(method="editMessageText", chat_id=ana.id, kind=fault)
        (button,) = [label for label in data(page) if "Politics" in label]
        await world.tap(ana, button, on=page)
        turned = next(bubble for bubble in ana.sees if bubble.message_id == page.message_id)
        assert "Senate sits" in turned.text


async def _remembered(world: World) -> set[int]:
    async with world.program.core.database.read() as session:
        return set((await session.exec_driver_sql("SELECT message_id FROM open_pages")).scalars())


@on_sqlite
async def test_a_setting_is_saved_answered_and_shown_over_a_bad_wire(world: World) -> None:
    ana = await _started(world)
    await world.ask(ana, "/settings")
    for method in ("answerCallbackQuery", "editMessageText", "setMyCommands"):
        world.telegram.faults.add(method=method, kind=Status(502, "Bad Gateway"))
    answer = await world.tap(ana, data="do:set:language:es")
    assert told(ana) == "Guardado."
    assert "Idioma" in answer.text
    menus = world.telegram.ledger.of(method="setMyCommands", chat_id=None)
    assert any(row.result and row.payload["scope"].get("chat_id") == ana.id for row in menus)


@on_sqlite
async def test_a_stop_in_the_midst_of_further_tries_ends_in_its_time(world: World) -> None:
    ana = await _started(world)
    front = await world.ask(ana, "/latest")
    world.telegram.faults.add(method="editMessageText", times=None, kind=Status(502, "Bad Gateway"))
    ana.taps(front.message_id, data="p:2025-12-22:politics:1")
    await until(lambda: len(world.telegram.ledger.of(method="editMessageText")) >= 2)
    await asyncio.wait_for(world.program.stop(), 19.0)
    world.telegram.faults.clear()
    world.program = world.new_program()
    await world.program.start()
    assert "Senate sits" in (await world.ask(ana, "/politics")).text
