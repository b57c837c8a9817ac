"""The demo: bot, sample issues and local Telegram in one process."""

import asyncio
import secrets
import signal
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import Program, unless
from bot.clock import MovableClock
from bot.composition.errors import StartError
from bot.composition.timing import Timing
from bot.config import HIGHEST_PORT, Settings
from bot.db.delivery import status_messages
from bot.db.engine.session import Database
from bot.db.errors import UnusableError
from bot.db.operations import stats
from bot.db.publishing import release_messages
from bot.db.readers import open_pages
from bot.domain.content.publication import Publication
from bot.services.content.folder import Folder
from bot.services.content.publication_file import read_publication
from bot.services.operations.demo_address import published_address
from telegram_simulator import MissingParserError, Simulator

PORTS_TRIED = 50
EVENING = timedelta(hours=11)
"""How long before the newest issue's hour the demo begins."""

SEND_RATE = 500
"""Messages a second: the local Telegram takes them all, and 5,000 readers need not wait for minutes."""

ENGLISH_READER = 5_000_000_001
SPANISH_READER = 5_000_000_002
EDITOR = 5_000_000_003


async def run_demo(settings: Settings, port: int, data: Path | None, readers: int = 0) -> None:
    """Run until interrupted, with so many readers beside the three; StartError when something is missing."""
    stopping = _interruption()
    async with AsyncExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="briefing-demo-")))
        # A thread that brings a cover into form writes it there, and nothing cancels a thread.
        stack.push_async_callback(asyncio.get_running_loop().shutdown_default_executor)
        evening = _sunday_evening(settings.content_dir)
        clock = MovableClock(await first_moment(database_url(folder), evening))
        publication = read_publication(Folder(settings.content_dir))
        simulator = _simulator(clock, publication)
        await _listen(simulator, port)
        stack.push_async_callback(simulator.stop)
        token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)}"
        chosen = demo_settings(settings, simulator.address, token, folder)
        stack.enter_context(published_address(chosen))
        program = Program(chosen, clock, Timing(spacing=0.2, ceiling=1_000))
        stack.push_async_callback(program.stop)
        simulator.name_bot(token, publication.name)
        await unless(stopping, program.start())
        if not stopping.is_set():
            _people(simulator, token)
            simulator.crowd(readers, token=token, starts=True)
            _welcome(simulator, settings.content_dir, readers)
        await stopping.wait()


def _welcome(simulator: Simulator, content: Path, readers: int) -> None:
    sys.stdout.write(f"Open {simulator.address} and press Start. Ctrl+C ends the demo.\n")
    sys.stdout.write(
        f"Its issues are in {content.resolve()}: Edith, the editor, hears what you save there.\n"
    )
    if readers:
        sys.stdout.write(
            f"{readers:,} readers write /start first: move the clock when the page's calls rest.\n"
        )
    sys.stdout.flush()


def demo_settings(settings: Settings, address: str, token: str, folder: Path) -> Settings:
    port = _free_port()
    return settings.model_copy(
        update={
            "bot_token": SecretStr(token),
            "telegram_api_url": address,
            "database_url": database_url(folder),
            "admin_ids": frozenset({EDITOR}),
            "paid_broadcast": True,
            "send_rate": SEND_RATE,
            "http_host": "127.0.0.1",
            "http_port": port,
            "public_url": f"http://127.0.0.1:{port}",
        }
    )


def _people(simulator: Simulator, token: str) -> None:
    """Three people to be: each has done what brings her where she stands."""
    simulator.person(
        id=ENGLISH_READER,
        first_name="Emma",
        language_code="en",
        token=token,
        note="English reader without access",
    )
    spanish = simulator.person(
        id=SPANISH_READER,
        first_name="Lucía",
        language_code="es",
        token=token,
        note="Lectora en español, con prueba gratis",
    )
    editor = simulator.person(
        id=EDITOR, first_name="Edith", language_code="en", token=token, note="Editor (admin)"
    )
    started = spanish.writes("/start")
    spanish.taps(started.message_id, data="do:trial")
    editor.writes("/start")


def _sunday_evening(content: Path) -> datetime:
    """The evening before the newest issue comes out, so that its Monday can be played."""
    publication: Publication = read_publication(Folder(content))
    days = sorted(Folder(content).stamps())
    if not days:
        raise StartError(f"{content} holds no issue. Add a folder named by its date, as in 2025-12-22.")
    return publication.out_at(days[-1]) - EVENING


async def first_moment(address: str, evening: datetime) -> datetime:
    """Return when the demo begins. One that goes on with a database does not run backwards in time, and what
    stood in chats is gone with the local Telegram that was.
    """
    database = Database(address)
    try:
        await database.migrate()
        async with database.write() as session:
            last = await stats.latest(session)
            await status_messages.forget_all(session)
            await release_messages.forget_all(session)
            await open_pages.forget(session, (last or evening) + timedelta(days=1))
    except UnusableError as error:
        raise StartError(str(error)) from None
    finally:
        await database.close()
    if last is None:
        return evening
    sys.stdout.write("The bot remembers its readers and what they got; the chats begin anew.\n")
    return max(evening, last)


def database_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


def _simulator(clock: MovableClock, publication: Publication) -> Simulator:
    try:
        return Simulator(clock, zone=publication.zone.key)
    except MissingParserError as error:
        raise StartError(str(error)) from None


async def _listen(simulator: Simulator, port: int) -> None:
    """Take the port, or the next free one and say so."""
    last = min(port + PORTS_TRIED - 1, HIGHEST_PORT)
    for candidate in range(port, last + 1) if port else (0,):
        try:
            await simulator.start("127.0.0.1", candidate)
        except OSError:
            continue
        if candidate != port:
            sys.stdout.write(f"Port {port} is taken by another program; I use {candidate}.\n")
            sys.stdout.flush()
        return
    raise StartError(f"No free port from {port} to {last}. Give another with --port.")


def _free_port() -> int:
    """Return a port for the public pages, which must be known before anyone can link to them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interruption() -> asyncio.Event:
    """Return what is set when someone ends the program."""
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    return stopping
