"""The start: Telegram may be slow, away or talk rubbish; the key of hashes is made once."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.composition.errors import StartError
from bot.composition.hash_key import kept_key
from telegram_simulator import Fault, OkFalse, ResetAfter, ResetBefore, Says, Status, TooMany
from tests.databases import on_sqlite
from tests.files import long_ago
from tests.world import World

FIELD = Path(__file__).parents[1] / "data"
SAID = "The bot is starting. Try again in a moment."


@pytest.fixture
def settled(content: Path) -> Path:
    for file in content.glob("*/*"):
        long_ago(file)
    return content


@pytest.fixture
async def unstarted(settled: Path, data_folder: Path) -> AsyncIterator[World]:
    """A local Telegram that runs, and a program that does not yet."""
    world = World(settled, data_folder, menus=True)
    await world.telegram.start()
    world.program = world.new_program()
    yield world
    await world.program.stop()
    await world.telegram.stop()


@pytest.mark.parametrize("fault", [OkFalse(), ResetAfter(), Status(502, "Bad Gateway")], ids=repr)
async def test_a_fault_at_the_first_word_is_tried_again(unstarted: World, fault: Fault) -> None:
    unstarted.telegram.faults.add(method="getMe", times=1, kind=fault)
    await unstarted.program.start()
    assert "Title of 2025-12-22" in (await unstarted.ask(unstarted.person(), "/latest")).text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        *json.loads((FIELD / "getme-not-an-object.json").read_text())[
            "answers to getMe, each kills the start"
        ],
        (200, "7"),
        (200, '{"ok":true,"result":[]}'),
        (200, '{"ok":true,"result":{}}'),
        (200, '{"ok":true,"result":"x"}'),
        (200, "[" * 100_000),
    ],
    ids=lambda value: repr(value)[:40],
)
@on_sqlite
async def test_an_answer_to_the_first_word_of_any_shape_is_tried_again(
    unstarted: World, status: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unstarted.telegram.faults.add(method="getMe", times=1, kind=Says(text, status))
    await unstarted.program.start()
    assert "Title of 2025-12-22" in (await unstarted.ask(unstarted.person(), "/latest")).text
    said = capsys.readouterr().out
    assert "Telegram does not answer yet" in said
    assert "Traceback" not in said


@on_sqlite
async def test_a_start_that_fails_stops_what_it_has_started(settled: Path, data_folder: Path) -> None:
    """The next program gets the same port and the same database."""
    world = World(settled, data_folder, http_port=free_port())
    await world.telegram.start()
    world.telegram.faults.add(method="getMe", times=1, kind=Status(401, "Unauthorized"))
    with pytest.raises(StartError, match="BOT_TOKEN"):
        await world.new_program().start()
    world.program = world.new_program()
    await world.program.start()
    assert (await world.web("/healthz")).status == 200
    await world.program.stop()
    await world.telegram.stop()


@on_sqlite
async def test_a_start_that_fails_says_why_although_its_stop_is_interrupted(unstarted: World) -> None:
    def interrupt(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if event["event"].startswith("the start failed"):
            starting.cancel()  # as Ctrl+C does
        return event

    unstarted.set(http_port=free_port())
    unstarted.program = unstarted.new_program()
    unstarted.telegram.faults.add(method="getMe", times=1, kind=Status(401, "Unauthorized"))
    with capture_logs(processors=[interrupt]) as logs:
        starting = asyncio.create_task(unstarted.program.start())
        with pytest.raises(asyncio.CancelledError):
            await starting
    [reason] = [entry["reason"] for entry in logs if "reason" in entry]
    assert reason == "Telegram does not know this BOT_TOKEN. Ask @BotFather for the right one."
    unstarted.program = unstarted.new_program()
    await unstarted.program.start()  # on the same port: the first one is closed


async def test_a_stop_after_a_stop_does_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    await world.program.stop()
    assert "stopped" in capsys.readouterr().out
    await world.program.stop()
    assert "stopped" not in capsys.readouterr().out


async def test_public_pages_say_so_while_the_bot_does_not_know_its_name(unstarted: World) -> None:
    await unstarted.program.core.database.migrate()
    await unstarted.program.core.archive.look()
    await unstarted.program.core.releasing.begin()
    await unstarted.program.core.archive.open()
    await unstarted.program.web.start()
    early = await unstarted.web("/i/2025-12-22/en")
    assert (early.status, early.text) == (503, SAID)
    assert (await unstarted.web("/healthz")).status == 200


@pytest.mark.parametrize("fault", [TooMany(1), ResetBefore()], ids=repr)
async def test_menus_that_could_not_be_set_are_set_later(unstarted: World, fault: Fault) -> None:
    unstarted.telegram.faults.add(method="setMyCommands", times=1, kind=fault)
    await unstarted.program.start()
    await unstarted.published()
    rows = unstarted.telegram.ledger.of(method="setMyCommands")
    set_ = {(row.payload["scope"]["type"], row.payload.get("language_code")) for row in rows if row.result}
    languages = (None, "en", "es")
    assert set_ == {(scope, code) for scope in ("all_private_chats", "all_group_chats") for code in languages}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_programs_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    for round_ in range(20):
        folder = tmp_path / str(round_)
        folder.mkdir()
        with ThreadPoolExecutor(8) as threads:
            keys = set(threads.map(kept_key, [folder] * 8))
        assert keys == {(folder / "hash.key").read_bytes().strip()}
        assert [file.name for file in folder.iterdir()] == ["hash.key"]


def test_the_key_is_long_kept_and_readable_by_us_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path)
    assert len(key) == 64
    assert kept_key(tmp_path) == key
    assert (tmp_path / "hash.key").stat().st_mode & 0o777 == 0o600


async def test_a_program_that_is_ready_leads_and_so_polls_at_once(unstarted: World) -> None:
    await unstarted.program.start()
    assert unstarted.program.core.lease.epoch is not None
