"""What is done to the program from outside, small: every promise holds (`./run soak attack` is the whole)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tools.soak.attack.harness.calls import longest_gap, slowest
from tools.soak.attack.harness.findings import Finding, all_of, at_least, at_most, broken, table
from tools.soak.attack.harness.proxy import Proxy
from tools.soak.attack.listed import ATTACKS, Play

pytestmark = pytest.mark.apart


def _listed() -> list[object]:
    return [
        pytest.param(attack.small, kind, id=f"{attack.name}-{kind}")
        for attack in ATTACKS
        for kind in attack.on
        if attack.small is not None
    ]


@pytest.mark.parametrize(("attack", "data_folder"), _listed(), indirect=["data_folder"])
async def test_what_is_promised_holds_against_an_attack(
    attack: Play, tmp_path: Path, database_url: str
) -> None:
    figures = await attack(database_url, tmp_path)
    assert broken(figures.findings()) == []


def test_figures_are_judged_by_their_promises() -> None:
    good = [at_most("waits", 2.0, 3.0, " s"), at_least("rate", 5.0, 5.0), all_of("stops", 40, 40)]
    bad = [at_most("waits", 3.1, 3.0, " s"), at_least("rate", 4.9, 5.0), all_of("stops", 39, 40)]
    assert broken(good) == []
    assert broken(bad) == [
        "waits: 3.1 s, promised is at most 3 s.",
        "rate: 4.9, promised is at least 5.",
        "stops: 39 of 40, promised is 40 of 40.",
    ]


def test_the_table_has_a_line_for_each_figure() -> None:
    lines = table([("search", Finding("words", "12", "at most 0", held=False))]).splitlines()
    assert [cell.strip() for cell in lines[1].split("|")] == ["search", "words", "12", "at most 0", "NO"]


def test_the_slowest_span_and_the_longest_gap_are_found() -> None:
    even = [second / 10 for second in range(1, 101)]
    assert slowest(even, 0.0, 10.0, 2.0) == pytest.approx(10, abs=0.5)
    assert longest_gap(even, 0.0, 10.0) == pytest.approx(0.1)
    torn = [moment for moment in even if not 4.0 < moment < 7.0]
    assert slowest(torn, 0.0, 10.0, 2.0) == 0
    assert longest_gap(torn, 0.0, 10.0) == pytest.approx(3.0)
    assert slowest([], 0.0, 10.0, 2.0) == 0
    assert longest_gap([], 0.0, 10.0) == 10.0


async def test_a_proxy_that_is_cut_tells_nobody_and_passes_on_what_waits_when_it_is_mended() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(100):
            writer.write(piece)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with Proxy(f"postgresql+asyncpg://root@127.0.0.1:{port}/test") as proxy:
        place = make_url(proxy.url)
        reader, writer = await asyncio.open_connection(place.host, place.port)
        writer.write(b"one")
        assert await reader.readexactly(3) == b"one"
        proxy.cut()
        writer.write(b"two")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        proxy.mend()
        assert await reader.readexactly(3) == b"two"
        writer.close()
        await reader.read()
    server.close()
