"""The program as a process: how it starts, what it says when it cannot, how it ends."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
import tzdata

from bot.clock import MovableClock
from bot.config import Settings
from bot.db.delivery import campaigns, status_messages
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.status_messages import StatusMessage
from bot.db.engine.session import Database
from bot.demo import database_url, demo_settings, first_moment
from bot.domain.delivery.campaign import Kind
from telegram_simulator import Simulator, Status
from tests.databases import alone
from tests.files import MODULES, settle
from tests.world import PUBLICATION, TOKEN, World

ROOT = Path(__file__).parents[1]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a stranger's machine with these settings."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return inherited | {"PYTHONPATH": MODULES} | settings


def briefing(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def running(folder: Path, *words: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run until the block ends; yields the process and its first line on standard output."""
    command = [sys.executable, "-m", "bot", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen(command, cwd=folder, env=environment(**settings), **pipes)  # type: ignore[call-overload]  # noqa: S603  # our own program
    try:
        yield process, process.stdout.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_wrong_settings_are_all_named_and_nothing_starts(tmp_path: Path) -> None:
    answer = briefing(tmp_path, "bot", BOT_TOKEN="CANARY", HTTP_PORT="x", ADMIN_IDS="me")
    assert answer.returncode == 1
    for name in ("BOT_TOKEN", "HTTP_PORT", "ADMIN_IDS", "CONTENT_DIR"):
        assert f"{name}: expected " in answer.stderr
    assert "CANARY" not in answer.stderr + answer.stdout
    assert "Traceback" not in answer.stderr


def test_a_content_folder_without_a_publication_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    answer = briefing(tmp_path, "bot", BOT_TOKEN=TOKEN, HTTP_PORT="0")
    assert answer.returncode == 1
    assert "publication.toml" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = briefing(tmp_path, "bot", BOT_TOKEN=TOKEN, HTTP_PORT=str(port))
    assert answer.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in answer.stderr
    assert "Set HTTP_PORT to a free port." in answer.stderr


async def test_a_token_that_telegram_does_not_know_ends_in_one_sentence(
    tmp_path: Path, content: Path
) -> None:
    telegram = Simulator(MovableClock())
    await telegram.start()
    telegram.faults.add(method="getMe", times=None, kind=Status(401, "Unauthorized"))
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    answer = await asyncio.to_thread(briefing, tmp_path, "bot", **settings)
    await telegram.stop()
    assert answer.returncode == 1
    *before, sentence = answer.stderr.splitlines()
    issues = ("issue loaded", "issues that are out already")  # none where its folder was not quiet yet
    said = (*issues, "the start failed")
    assert all(any(words in line for words in said) for line in before)
    assert sentence == "Telegram does not know this BOT_TOKEN. Ask @BotFather for the right one."


async def test_an_address_that_is_no_bot_api_server_is_blamed_before_the_token(
    tmp_path: Path, content: Path
) -> None:
    telegram = Simulator(MovableClock())
    await telegram.start()
    address = f"{telegram.address}/somewhere/else"
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": address}
    for words in (("bot",), ("push", "--test-to", "1")):
        answer = await asyncio.to_thread(briefing, tmp_path, *words, **settings, ADMIN_IDS="1")
        assert answer.returncode == 1
        sentence = answer.stderr.splitlines()[-1]
        assert sentence.startswith(f"TELEGRAM_API_URL: {address} answers 404.")
        assert "BOT_TOKEN" in sentence
        assert "Traceback" not in answer.stderr
    await telegram.stop()


def test_a_database_that_cannot_be_used_ends_in_one_sentence(tmp_path: Path, content: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"This is no database. " * 100)
    settings = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}", "HTTP_PORT": "0"}
    for verb in ("bot", "migrate"):
        answer = briefing(tmp_path, verb, BOT_TOKEN=TOKEN, **settings)
        assert answer.returncode == 1
        sentence = answer.stderr.splitlines()[-1]
        assert sentence.startswith("The database ")
        assert "set DATABASE_URL to another file" in sentence
        assert "Traceback" not in answer.stderr


async def test_a_key_that_cannot_be_kept_ends_in_one_sentence(
    tmp_path: Path, content: Path, postgresql: str
) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    telegram = Simulator(MovableClock())
    await telegram.start()
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    answer = await asyncio.to_thread(briefing, tmp_path, "bot", DATABASE_URL=postgresql, **settings)
    await telegram.stop()
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == "The key cannot be kept in data (File exists). Set HASH_KEY."


def test_a_server_that_is_not_there_ends_in_one_sentence(tmp_path: Path, content: Path) -> None:
    address = "postgresql+asyncpg://briefing:CANARY@127.0.0.1:1/briefing"
    for verb in ("bot", "migrate"):
        answer = briefing(tmp_path, verb, BOT_TOKEN=TOKEN, HTTP_PORT="0", DATABASE_URL=address)
        assert answer.returncode == 1
        last = answer.stderr.splitlines()[-1]
        assert last.startswith("The database briefing at 127.0.0.1:1 cannot be used: the server does not")
        assert "Traceback" not in answer.stderr
        assert "CANARY" not in answer.stderr + answer.stdout


async def test_asked_to_end_while_telegram_does_not_answer_it_ends_at_once(
    tmp_path: Path, content: Path
) -> None:
    telegram = Simulator(MovableClock())
    await telegram.start()
    telegram.faults.add(method="getMe", times=None, kind=Status(502, "Bad Gateway"))
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    command = (sys.executable, "-m", "bot", "bot")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=environment(**settings), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while b"Telegram does not answer yet" not in await process.stderr.readline():
            assert not process.stderr.at_eof()
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
    await telegram.stop()


async def test_tables_of_a_newer_version_end_a_program_that_runs_in_one_sentence(
    tmp_path: Path, content: Path
) -> None:
    """As where it slept while a newer program started: it must not fail for ever."""
    telegram = Simulator(MovableClock())
    await telegram.start()
    settings = {"HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address, "LEASE_SECONDS": "5"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "bot"),
        cwd=tmp_path,
        env=environment(BOT_TOKEN=TOKEN, **settings),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while b" ready " not in await process.stderr.readline():
            assert not process.stderr.at_eof()
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'bot.db'}")
    await alone(database, "UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    await telegram.stop()
    assert process.returncode == 1
    assert errors.decode().count("the tables are of another version of this program") == 1
    assert b"Traceback" not in errors


async def test_hours_are_those_of_the_locked_package_whatever_zones_the_system_has(
    tmp_path: Path, content: Path
) -> None:
    """The system takes Asunción for UTC, and its own zone is one that nobody else knows."""
    folder = tmp_path / "zones"
    (folder / "America").mkdir(parents=True)
    for name in ("America/Asuncion", "Nowhere"):
        (folder / name).write_bytes(resources.files("tzdata.zoneinfo").joinpath("UTC").read_bytes())
    settle(content)
    telegram = Simulator(MovableClock())
    await telegram.start()
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "bot"),
        cwd=tmp_path,
        env=environment(PYTHONTZPATH=str(folder), TZ="Nowhere", **settings),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    lines: list[str] = []
    async with asyncio.timeout(30):
        while not any(" ready " in line for line in lines):
            lines.append((await process.stderr.readline()).decode())
            assert not process.stderr.at_eof(), lines
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 20)
    await telegram.stop()
    assert "out='2025-12-22 07:00-03:00'" in next(line for line in lines if "issue loaded" in line)
    assert f"time_zones={tzdata.IANA_VERSION}" in lines[-1]


def test_content_is_checked_with_file_line_and_cure(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "2025-12-22").mkdir(parents=True)
    (folder / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    (folder / "2025-12-22" / "en.md").write_text("---\ntitle: T\n---\n\n# A {#a}\n\nB.\n", encoding="utf-8")
    answer = briefing(tmp_path, "check")
    assert answer.returncode == 1
    assert "2025-12-22/en.md" in answer.stdout
    assert "<!-- paywall -->" in answer.stdout
    assert answer.stdout.endswith("\n1 issue, 2025-12-22: 2 errors, 2 warnings.\n")


def test_the_sample_content_is_sound() -> None:
    answer = briefing(ROOT, "check")
    assert answer.returncode == 0
    assert re.fullmatch(r"\d issues, 2026-[\d-]+ to 2026-[\d-]+: no errors, no warnings\.\n", answer.stdout)


def test_tables_are_made_and_made_again_without_harm(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    for _ in range(2):
        answer = briefing(tmp_path, "migrate")
        assert (answer.returncode, answer.stdout) == (0, "The tables are up to date.\n")
    assert (tmp_path / "data" / "bot.db").exists()


async def test_health_is_asked_here_whatever_proxy_leads_elsewhere(
    tmp_path: Path, content: Path, data_folder: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with World(content, data_folder, http_port=port):
        settings = {
            "HTTP_PORT": str(port),
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
        }
        answer = await asyncio.to_thread(briefing, tmp_path, "healthy", **settings)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == f"The bot at http://127.0.0.1:{port}/healthz is alive.\n"


def test_something_else_at_the_address_is_not_healthy(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as threads:
        port = str(server.getsockname()[1])
        answer = threads.submit(briefing, tmp_path, "healthy", HTTP_PORT=port)
        with server.accept()[0] as caller:
            caller.sendall(b"220 mail.example ESMTP\r\n")
    assert answer.result().returncode == 1
    assert "is not the bot (BadStatusLine)" in answer.result().stderr
    assert "Traceback" not in answer.result().stderr


async def test_another_web_server_at_the_address_is_not_taken_for_the_bot(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    telegram = Simulator(MovableClock())
    await telegram.start()
    port = telegram.address.rpartition(":")[2]
    answer = await asyncio.to_thread(briefing, tmp_path, "healthy", HTTP_PORT=port)
    await telegram.stop()
    assert answer.returncode == 1
    assert (
        answer.stderr == f"What answers at http://127.0.0.1:{port}/healthz is not the bot (404 Not Found).\n"
    )


def test_nothing_healthy_is_said_where_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        answer = briefing(tmp_path, "healthy", HTTP_PORT=str(unused.getsockname()[1]))
    assert answer.returncode == 1
    assert re.fullmatch(
        r"Nothing answers at http://127.0.0.1:\d+/healthz \(Connection refused\)\.\n", answer.stderr
    )


def test_two_demos_start_side_by_side_and_each_prints_its_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with (
        running(ROOT, "demo", "--port", port) as (_, first),
        running(ROOT, "demo", "--port", port) as (second, said),
    ):
        address = second.stdout.readline() if second.stdout else ""
        addresses = [re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in (first, address)]
        assert all(addresses), (first, address)
        own, other = (match[1] for match in addresses if match)
        assert said == f"Port {port} is taken by another program; I use {other}.\n"
        assert own == port != other


def test_a_demo_for_which_no_port_is_left_says_so() -> None:
    with socket.socket() as holder:
        with suppress(OSError):  # another program has it already
            holder.bind(("127.0.0.1", 65_535))
        answer = briefing(ROOT, "demo", "--port", "65535")
    assert answer.returncode == 1
    assert "No free port from 65535 to 65535. Give another with --port." in answer.stderr
    assert "Traceback" not in answer.stderr


async def test_a_demo_that_goes_on_with_its_data_does_not_run_backwards_in_time(tmp_path: Path) -> None:
    """The chats of the local Telegram that was are gone, and with them where status messages stood."""
    now = datetime(2027, 1, 4, 10, tzinfo=UTC)
    database = Database(database_url(tmp_path))
    assert await first_moment(database_url(tmp_path), now) == now
    async with database.write() as session:
        opened = await campaigns.add(session, Opening(Kind.ISSUE, "2027-01-04", "Title", now), now)
        assert opened is not None
        await status_messages.remember(session, StatusMessage(opened, 1, 8, "shown"))
    assert await first_moment(database_url(tmp_path), now - timedelta(hours=11)) == now
    async with database.read() as session:
        assert await status_messages.of(session, [opened]) == {}
    await database.close()


def test_the_program_ends_cleanly_when_it_is_asked_to() -> None:
    with running(ROOT, "demo", "--port", "0") as (process, line):
        assert line.startswith("Open http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        assert process.returncode == 0


@pytest.mark.parametrize("word", ["issue loaded", "this process sends campaigns", "ready", "Open http"])
async def test_ctrl_c_in_the_midst_of_a_start_ends_it_within_seconds(word: str) -> None:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bot", "demo", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment(), stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while word.encode() not in await process.stdout.readline():
            assert not process.stdout.at_eof()
    await asyncio.sleep(0.02)  # its first transactions are under way
    process.send_signal(signal.SIGINT)
    said, _ = await asyncio.wait_for(process.communicate(), 8)  # 2 s where nobody else works
    assert (process.returncode, b"stopped before all" in said, b"Traceback" in said) == (0, False, False)
    assert b"stopped" in said


@pytest.mark.parametrize("words", [("bot",), ("demo", "--port", "0")], ids=" ".join)
@pytest.mark.parametrize("module", ["typer", "bot.config", "bot.db.engine.session", "telegram", "bot.app"])
async def test_ctrl_c_while_modules_load_ends_it_with_a_sentence(module: str, words: tuple[str, ...]) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "bot", *words),
        cwd=ROOT,
        env=environment(BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:1", HTTP_PORT="0"),
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while not (line := await process.stdout.readline()).rstrip().endswith(f" {module}".encode()):
            assert line.startswith(b"import time:")
    process.send_signal(signal.SIGINT)
    said, _ = await asyncio.wait_for(process.communicate(), 8)
    lines = [line for line in said.decode().splitlines() if line and not line.startswith("import time:")]
    had_loaded = process.returncode == 0  # on a busy machine the signal comes late
    assert had_loaded or (lines, process.returncode) == (["Stopped before it had started."], 130)
    assert not had_loaded or "stopped before it was ready" in lines[-1]


def test_a_program_that_cannot_end_in_good_order_ends_all_the_same() -> None:
    """Something holds it up that no cancelling reaches, such as a driver's thread."""
    stuck = "import time; from bot.cli.main import end_within; end_within(0.1); time.sleep(60)"
    ended = subprocess.run([sys.executable, "-c", stuck], cwd=ROOT, timeout=30, check=False)  # noqa: S603  # ours
    assert ended.returncode == 1


def test_the_demo_stays_on_this_machine_whatever_the_settings_say(tmp_path: Path, content: Path) -> None:
    settings = Settings(http_host="0.0.0.0", content_dir=content)  # noqa: S104  # what is not to be used
    assert demo_settings(settings, "http://127.0.0.1:1", TOKEN, tmp_path).http_host == "127.0.0.1"


NO_SIMULATOR = (
    "The demo's local Telegram isn't installed here: ./run demo installs it, or pip install ./simulator in a "
    "checkout.\n"
)
MISSING = """
import sys
sys.modules[{module!r}] = None
from bot.__main__ import main
main()
"""


def without(module: str, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the program where this module is not installed."""
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", MISSING.format(module=module), *words],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("words", [(), ("demo",)], ids=["no verb", "demo"])
def test_a_demo_without_the_simulator_says_what_to_install(words: tuple[str, ...]) -> None:
    answer = without("telegram_simulator", ROOT, *words)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == NO_SIMULATOR


def test_a_demo_on_a_machine_that_telegrams_parser_is_not_built_for_says_so() -> None:
    answer = without("tdjson", ROOT, "demo", "--port", "0")
    assert answer.returncode == 1
    assert "The simulator needs tdjson" in answer.stderr
    assert "Traceback" not in answer.stderr


async def test_the_bot_runs_without_the_simulator(tmp_path: Path, content: Path) -> None:
    telegram = Simulator(MovableClock())
    await telegram.start()
    telegram.faults.add(method="getMe", times=None, kind=Status(401, "Unauthorized"))
    settings = {"BOT_TOKEN": TOKEN, "HTTP_PORT": "0", "TELEGRAM_API_URL": telegram.address}
    answer = await asyncio.to_thread(without, "telegram_simulator", tmp_path, "bot", **settings)
    await telegram.stop()
    assert "Telegram does not know this BOT_TOKEN." in answer.stderr


@pytest.mark.parametrize("word", ["bot", "demo", "migrate", "check", "healthy"])
def test_every_verb_says_what_it_does(word: str) -> None:
    answer = briefing(ROOT, word, "--help")
    assert answer.returncode == 0
    assert len(answer.stdout) > 100


async def test_a_check_that_watches_says_each_save_and_ends_in_silence(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    edition = folder / "2026-11-23" / "en.md"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--watch"),
        cwd=ROOT,
        env=environment(CONTENT_DIR=str(folder)),
        stdout=pipe,
        stderr=pipe,
    )
    assert process.stdout is not None
    async with asyncio.timeout(40):
        assert b": no errors, no warnings. Ctrl+C ends." in await process.stdout.readline()
        edition.write_text(
            edition.read_text(encoding="utf-8") + "\n\n#Sport: One {#sport}\n", encoding="utf-8"
        )
        assert b"opens no section" in await process.stdout.readline()
        assert b": 1 error, no warnings. Ctrl+C ends." in await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said, wrong = await process.communicate()
    assert (process.returncode, said, wrong) == (130, b"", b"")
