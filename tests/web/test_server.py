"""The web server: what it lets others keep, and how it ends."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.world import World, write_cover


@pytest.fixture
async def public(content: Path, data_folder: Path) -> AsyncIterator[World]:
    write_cover(content, "2025-12-22")
    async with World(content, data_folder, public_url="https://post.example") as running:
        yield running


async def test_nobody_keeps_a_page_that_may_be_called_back(public: World) -> None:
    assert (await public.web("/")).headers["Cache-Control"] == "no-cache"
    assert (await public.web("/i/2025-12-22/en")).headers["Cache-Control"] == "no-cache"
    assert (await public.web("/covers/2025-12-22")).headers["Cache-Control"] == "public, max-age=300"


async def test_a_page_lets_no_other_frame_it_nor_change_where_it_leads(public: World) -> None:
    policy = (await public.web("/i/2025-12-22/en")).headers["Content-Security-Policy"]
    for rule in ("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"):
        assert rule in policy


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/i/2025-12-22/fr",
            "/i/2025-13-40/en",
            "/i/0000-00-00/en",
            "/i/../../etc/passwd",
            "/i/2025-12-22/",
        ),
        *(
            "/covers/2025-12-22/../../hash.key",
            "/covers/%2e%2e%2fbot.db",
            "/i/٢٠٢٥-12-22/en",
            "/covers/2026-01-05",
        ),
    ],
)
async def test_other_addresses_lead_nowhere(public: World, path: str) -> None:
    assert (await public.web(path)).status == 404


async def test_it_ends_though_somebody_reads_slowly_or_says_nothing(content: Path, data_folder: Path) -> None:
    picture = Image.frombytes("RGB", (1_700, 1_600), os.urandom(1_700 * 1_600 * 3))
    picture.save(content / "2025-12-22" / "cover.png")
    async with World(content, data_folder) as world:
        host, port = urlsplit(world.program.address).hostname, urlsplit(world.program.address).port
        silent = await asyncio.open_connection(host, port)
        half = await asyncio.open_connection(host, port)
        half[1].write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Never: ")
        slow = await asyncio.open_connection(host, port, limit=1024)
        slow[1].write(b"GET /covers/2025-12-22 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in await slow[0].readline()
        started = monotonic()
        await world.program.web.stop()
        assert monotonic() - started < 5
        for _, writer in (silent, half, slow):
            writer.close()
