"""A real browser before the chat page of the demo."""

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.browser.chat import Chat
from tests.world import World

SAMPLE_CONTENT = Path(__file__).parents[2] / "content"
SUNDAY_EVENING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
"""20:00 in Asunción, eleven hours before the newest sample issue is out."""
PATIENCE = 20_000
"""Milliseconds that a busy machine may take to show what is expected."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

OpenPage = Callable[..., Awaitable[Page]]
OpenChat = Callable[..., Awaitable[Chat]]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's chromium, started once for all tests."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("There is no chromium on this machine: apt-get install chromium.")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The sample issues of this repository."""
    return Path(shutil.copytree(SAMPLE_CONTENT, tmp_path / "content"))


@pytest.fixture
def data_folder(blank_database: Path, tmp_path: Path) -> Path:
    """The chat page asks no database: one kind is enough."""
    return Path(shutil.copytree(blank_database, tmp_path / "data"))


@pytest_asyncio.fixture(loop_scope="session")
async def world(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """The bot on the Sunday evening before the newest sample issue, with its public pages."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    async with World(
        content, data_folder, SUNDAY_EVENING, http_port=port, public_url=address, menus=True
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Open an address in a window of its own; at the end, nothing may have gone wrong in any of them."""
    contexts, errors = [], list[str]()

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            errors.append(message.text)

    async def opened(address: str, width: int = 1280, height: int = 800, *, dark: bool = False) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = await context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def open_chat(world: World, open_page: OpenPage) -> OpenChat:
    """Open the chat page as a new person, or one who has been there before."""

    async def opened(
        number: int = 5_000_000_001,
        language: str = "en",
        name: str = "Emma",
        width: int = 1280,
        height: int = 800,
        *,
        dark: bool = False,
    ) -> Chat:
        world.person(number, language, name)
        page = await open_page(f"{world.telegram.address}/#as={number}", width, height, dark=dark)
        return Chat(page)

    return opened


def _free_port() -> int:
    """Return a port for the public pages, which must be known before anyone can link to them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
