"""The demo as a stranger starts it: one command, one address, one word in the chat."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat, loaded
from tests.browser.conftest import OpenPage
from tests.files import MODULES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 30


async def test_who_opens_the_demo_and_writes_latest_reads_the_sample_issue(
    tmp_path: Path, open_page: OpenPage
) -> None:
    async with _demo(tmp_path) as address:
        page = await open_page(address)
        chat = Chat(page)
        await expect(page.get_by_test_id("persona")).to_have_count(3)
        front = await chat.ask("/latest", "The River Answers the Minister")
        await loaded(front.get_by_test_id("preview").locator("img"))
        await page.get_by_test_id("persona").filter(has_text="Lucía").click()
        await expect(chat.bubbles.filter(has_text="Empezó tu prueba gratis")).to_be_visible()
        await page.goto("about:blank")


@asynccontextmanager
async def _demo(folder: Path) -> AsyncIterator[str]:
    """Start the demo on a free port, as its own process; it must end well when it is told to."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": MODULES, "CONTENT_DIR": str(ROOT / "content")}
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", cwd=folder, env=environment, stdout=PIPE
    )
    try:
        yield await asyncio.wait_for(_address(demo), SECONDS_TO_START)
    finally:
        demo.send_signal(signal.SIGTERM)
        await demo.communicate()
    assert demo.returncode == 0


async def _address(demo: Process) -> str:
    assert demo.stdout is not None
    async for line in demo.stdout:
        if match := re.search(r"Open (http://\S+) and press Start", line.decode()):
            where = (await demo.stdout.readline()).decode()
            assert where.startswith(f"Its issues are in {ROOT / 'content'}: Edith, the editor,")
            return match[1]
    raise AssertionError("The demo ended before it had an address.")
