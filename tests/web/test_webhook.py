"""The webhook: open to Telegram alone; what it brings is kept before it is acknowledged (fault row 2)."""

import ast
import asyncio
import gzip
import inspect
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.app import Program
from bot.composition.web import public_pages
from bot.services.operations.stats import Stats
from bot.web import webhook
from bot.web.metrics import MetricsPage
from bot.web.server import WebServer
from bot.web.webhook import LONGEST_BODY, Webhook
from telegram_simulator import Status
from tests.databases import make_impatient, on_sqlite
from tests.waiting import until
from tests.web.hooks import HEADER, SECRET, bring, connect, get, hooked, raw, says
from tests.world import TOKEN, World, last, since

JSON = {"Content-Type": b"application/json"}


@pytest.fixture
async def hook(content: Path, data_folder: Path) -> AsyncIterator[World]:
    async with hooked(content, data_folder) as running:
        await running.telegram.until(lambda: bool(set_webhooks(running)), 5.0)
        yield running


def set_webhooks(world: World) -> list[Any]:
    return [row for row in world.telegram.ledger.of(method="setWebhook") if row.result]


async def kept(program: Program) -> list[int]:
    async with program.core.database.read() as session:
        result = await session.exec_driver_sql("SELECT update_id FROM inbox ORDER BY seq")
        return list(result.scalars())


async def test_readers_are_answered_and_no_poll_is_made(hook: World) -> None:
    ana = hook.person()
    assert "Title of 2025-12-22" in (await hook.ask(ana, "/latest")).text
    assert hook.telegram.ledger.of(method="getUpdates") == []


async def test_telegram_is_told_the_address_the_secret_and_what_is_wanted_and_drops_nothing(
    hook: World,
) -> None:
    (row,) = set_webhooks(hook)
    assert row.payload["url"] == f"{hook.program.core.settings.public_url}/telegram"
    assert row.payload["secret_token"] == SECRET
    assert row.payload["max_connections"] == 100
    assert {"pre_checkout_query", "subscription"} <= {*row.payload["allowed_updates"]}
    assert "drop_pending_updates" not in row.payload
    assert hook.telegram.ledger.of(method="deleteWebhook") == []


async def test_the_address_is_told_again_until_telegram_takes_it(content: Path, data_folder: Path) -> None:
    world = hooked(content, data_folder)
    world.telegram.faults.add(method="setWebhook", times=1, kind=Status(400, "Bad Request: bad webhook"))
    with capture_logs() as logs:
        async with world:
            ana = world.person()
            assert "Title of 2025-12-22" in (await world.ask(ana, "/latest")).text
    [line] = [line for line in logs if line["event"] == "webhook not set"]
    assert (line["log_level"], line["reason"]) == ("error", "Bad Request: bad webhook")


async def test_the_numbers_say_whether_telegram_has_taken_the_address(
    content: Path, data_folder: Path
) -> None:
    world = hooked(content, data_folder)
    world.telegram.faults.add(method="setWebhook", times=None, kind=Status(400, "Bad Request: bad webhook"))
    async with world:
        assert "briefing_webhook_set 0.0" in (await world.web("/metrics")).text
        world.telegram.faults.clear()

        async def told() -> bool:
            return "briefing_webhook_set 1.0" in (await world.web("/metrics")).text

        await until(told)


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        SECRET[:-1],
        SECRET + "x",
        SECRET.lower(),
        "ñandú" * 8,
        b"\xff\xfe" * 20,
        SECRET.encode() + b"\xff",
    ],
    ids=repr,
)
@on_sqlite
async def test_whoever_does_not_know_the_secret_is_told_nothing(
    hook: World, secret: str | bytes | None
) -> None:
    assert await bring(hook.program, says(1, "/latest"), secret=secret) == 403
    assert await kept(hook.program) == []


@on_sqlite
async def test_the_secret_is_asked_before_the_body_is_read(hook: World) -> None:
    head = JSON | {HEADER: b"wrong"}
    assert await asyncio.wait_for(raw(hook.program, b"", head, announced=1_000), 5.0) == 403
    assert await asyncio.wait_for(raw(hook.program, b"", head, announced=LONGEST_BODY + 1), 5.0) == 403


def test_secrets_are_compared_in_constant_time() -> None:
    """A test by the clock would prove nothing: what compares is looked up in the source."""
    tree = ast.parse(inspect.getsource(webhook))
    (check,) = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "_is_telegram"
    ]
    assert not [node for node in ast.walk(check) if isinstance(node, ast.Compare)]
    (result,) = [node for node in ast.walk(check) if isinstance(node, ast.Return)]
    assert result.value is not None
    assert ast.unparse(result.value) == "hmac.compare_digest(given, self._secret)"
    compared = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [value for value in compared if "secret" in value.lower()]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"[]", b'"x"', b"{}", b"{", b"\xff", b"[" * 100_000),
        *(
            b'{"update_id": "1"}',
            b'{"update_id": true}',
            b'{"update_id": 1.5}',
            b'{"update_id": %d}' % 2**63,
            b'{"update_id": 1' + b"0" * 5_000 + b"}",
        ),
    ],
    ids=lambda body: repr(body[:20]),
)
@on_sqlite
async def test_what_is_no_update_is_refused(hook: World, body: bytes) -> None:
    assert await bring(hook.program, body) == 400
    assert await kept(hook.program) == []


@on_sqlite
async def test_only_json_by_post_is_taken(hook: World) -> None:
    assert await bring(hook.program, says(1, "x"), media_type="application/x-www-form-urlencoded") == 415
    assert await get(hook.program, "/telegram") == 405
    assert await kept(hook.program) == []


@on_sqlite
async def test_a_body_of_a_mebibyte_is_taken_and_a_longer_one_is_not(hook: World) -> None:
    body = b'{"update_id": 1, "x": "' + b"x" * (LONGEST_BODY - 25) + b'"}'
    assert len(body) == LONGEST_BODY
    assert await bring(hook.program, body + b" ") == 413
    assert await bring(hook.program, body) == 200
    head = JSON | {HEADER: SECRET.encode(), "Content-Encoding": b"gzip"}
    assert await raw(hook.program, gzip.compress(body + b" "), head) == 413
    assert await raw(hook.program, b"no gzip", head) == 400
    assert await kept(hook.program) == [1]


@on_sqlite
async def test_a_longer_body_is_refused_though_its_length_is_not_told(hook: World) -> None:
    reader, writer = await connect(hook.program)
    head = (
        "POST /telegram HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json"
    )
    writer.write(f"{head}\r\n{HEADER}: {SECRET}\r\n\r\n".encode())
    for _ in range(17):
        writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
    assert b"413" in await asyncio.wait_for(reader.readline(), 5.0)
    writer.close()


async def test_no_answer_says_that_an_update_is_kept_before_it_is(hook: World) -> None:
    async with hook.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
    assert await bring(hook.program, says(1, "/latest")) == 503
    async with hook.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")
    hook.person()
    assert await bring(hook.program, says(1, "/latest")) == 200
    assert await kept(hook.program) == [1]
    await hook.wait_until_idle()


@pytest.fixture
def impatient(data_folder: Path) -> None:
    make_impatient(data_folder, 0.5)


@on_sqlite
@pytest.mark.usefixtures("impatient")
async def test_while_another_process_locks_the_database_telegram_is_asked_to_come_again(
    data_folder: Path, hook: World
) -> None:
    ana = hook.person()
    await hook.ask(ana, "/start")
    other = sqlite3.connect(data_folder / "bot.db", timeout=0.0, isolation_level=None)

    async def locks() -> bool:
        """The program may hold it at this moment, and needs this very thread to let go of it."""
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True

    await until(locks)
    try:
        asked = ana.writes("/politics")
        brought = (bring(hook.program, says(9_000 + number, "/latest", number)) for number in range(5))
        assert await asyncio.gather(*brought) == [503] * 5
        assert since(ana, asked.message_id) == []
    finally:
        other.execute("ROLLBACK")
        other.close()
    await hook.wait_until_idle()  # the simulator brings it again, as Telegram does
    assert "Senate sits" in last(ana).text


async def test_the_same_update_many_times_at_once_is_answered_once(hook: World) -> None:
    people = [hook.person(5_000_000_100 + number) for number in range(5)]
    begun = [(await hook.ask(person, "/help")).message_id for person in people]
    brought = [says(700 + n, "/latest", person.id) for n, person in enumerate(people) for _ in range(20)]
    statuses = await asyncio.gather(*(bring(hook.program, update) for update in brought))
    assert set(statuses) == {200}
    await hook.wait_until_idle()
    assert [len(since(person, at)) for person, at in zip(people, begun, strict=True)] == [1] * 5


async def test_a_checkout_is_answered_although_nothing_can_be_stored(hook: World) -> None:
    sender = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ana", "language_code": "es"}
    query = {"id": "77", "from": sender, "currency": "XTR", "total_amount": 1, "invoice_payload": "x"}
    async with hook.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
    assert await bring(hook.program, {"update_id": 1, "pre_checkout_query": query}) == 200
    async with hook.program.core.database.write() as session:
        await session.exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")
    (row,) = hook.telegram.ledger.of(method="answerPreCheckoutQuery")
    assert "no se te cobró nada" in row.payload["error_message"]


@on_sqlite
async def test_a_program_that_polls_has_no_webhook(world: World) -> None:
    assert await bring(world.program, says(1, "/latest")) == 404


@on_sqlite
async def test_before_the_start_is_over_telegram_is_asked_to_come_again(
    content: Path, data_folder: Path
) -> None:
    world = hooked(content, data_folder)
    async with world:
        await world.program.parts.update_inbox.stop()
        assert await bring(world.program, says(1, "/latest")) == 503
        assert await kept(world.program) == []


@pytest.fixture
async def hasty(hook: World) -> AsyncIterator[WebServer]:
    """The web server of the program once more, less patient."""
    program, core = hook.program, hook.program.core
    metrics = MetricsPage(
        core.metrics, Stats(core.database, core.archive, core.clock, core.metrics), program.health
    )

    async def take(_update: dict[str, Any]) -> None:
        return None

    server = WebServer(
        *(public_pages(core), program.health, metrics, "127.0.0.1", 0),
        webhook=Webhook(SecretStr(SECRET), take, read_seconds=0.2),
        head_seconds=0.5,
    )
    await server.start()
    yield server
    await server.stop()


async def conversation(server: WebServer, *said: bytes) -> bytes:
    """Say something and then nothing more; return what is answered until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for part in said:
        writer.write(part)
        await writer.drain()
    heard = await asyncio.wait_for(reader.read(), 5.0)
    writer.close()
    return heard


@on_sqlite
async def test_a_body_that_does_not_come_is_not_waited_for(hasty: WebServer) -> None:
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{HEADER}: {SECRET}\r\n"
    heard = await conversation(hasty, head.encode() + b"Content-Length: 100\r\n\r\n{")
    assert b"408" in heard.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "said",
    [
        (),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Never: ",),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",),
    ],
    ids=["nothing", "half a head", "half a second head"],
)
@on_sqlite
async def test_a_connection_without_a_whole_request_is_closed(
    hasty: WebServer, said: tuple[bytes, ...]
) -> None:
    heard = await conversation(hasty, *said)
    assert heard.count(b"HTTP/1.1 200") == b"".join(said).count(b"\r\n\r\n")


@on_sqlite
async def test_a_head_that_comes_drop_by_drop_is_not_waited_for_either(hasty: WebServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hasty.port)
    hung_up = asyncio.create_task(reader.read())
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    async with asyncio.timeout(5.0):
        while not hung_up.done():
            writer.write(b"x")
            await asyncio.sleep(0.02)
    with suppress(ConnectionResetError):  # it hung up while more came
        assert b" 200 " not in await hung_up
    writer.close()


@on_sqlite
async def test_the_secret_is_seen_nowhere(hook: World) -> None:
    shown = [repr(hook.program.core.settings), repr(vars(hook.program.parts.updates))]
    assert TOKEN not in "".join(shown)
    assert SECRET not in "".join(shown)
