"""The pool of connections for replies: one is used again, others stand beside it, and deadlines hold."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.telegram.api.errors import AnswerLostError, NeverSentError
from bot.telegram.api.http.http_connection import CONNECT_SECONDS
from bot.telegram.api.http.http_pool import HttpPool
from tests.telegram.peer import LAST, WHOLE, Peer

LONG = 30.0
SHORT = 0.2
SOON = 5.0
"""The end of a test that waits for nothing."""


@pytest.fixture
async def pool() -> AsyncIterator[HttpPool]:
    made = HttpPool()
    yield made
    await made.close()


async def test_calls_that_come_one_by_one_share_a_connection(pool: HttpPool) -> None:
    async with Peer(WHOLE).open() as peer:
        for _ in range(3):
            assert await pool.post(peer.address, b"{}", LONG) == (200, b"{}")
        assert peer.connections == 1


async def test_calls_side_by_side_have_a_connection_each_and_leave_them_to_the_next(pool: HttpPool) -> None:
    async with Peer(WHOLE).open() as peer:
        for _ in range(2):
            await asyncio.gather(*(pool.post(peer.address, b"{}", LONG) for _ in range(5)))
        assert len(peer.bodies) == 10
        assert peer.connections == 5


async def test_a_call_never_goes_to_another_server_than_its_own(pool: HttpPool) -> None:
    async with Peer(WHOLE).open() as peer, Peer(WHOLE.replace(b"{}", b"[]")).open() as other:
        for _ in range(2):
            assert await pool.post(peer.address, b"{}", LONG) == (200, b"{}")
            assert await pool.post(other.address, b"{}", LONG) == (200, b"[]")


async def test_a_connection_that_the_server_closes_is_opened_anew(pool: HttpPool) -> None:
    async with Peer(LAST).open() as peer:
        for _ in range(2):
            await asyncio.gather(*(pool.post(peer.address, b"{}", LONG) for _ in range(3)))
        assert peer.connections == 6


async def test_where_all_are_in_use_a_call_waits_and_gives_up_at_its_deadline_with_nothing_sent() -> None:
    pool = HttpPool(most=1)
    async with Peer().open() as peer:
        first = asyncio.create_task(pool.post(peer.address, b'"first"', LONG))
        async with asyncio.timeout(SOON):
            await peer.asked.wait()
            with pytest.raises(NeverSentError):
                await pool.post(peer.address, b'"second"', SHORT)
            waiting = asyncio.create_task(pool.post(peer.address, b'"third"', LONG))
            await asyncio.sleep(0)
            peer.pieces = (WHOLE,)
            await peer.say(WHOLE)
            assert await first == await waiting == (200, b"{}")
        assert peer.bodies == [b'"first"', b'"third"']
    await pool.close()


async def test_a_short_deadline_holds_on_a_connection_that_had_a_long_one(pool: HttpPool) -> None:
    async with Peer(WHOLE).open() as peer:
        await pool.post(peer.address, b"{}", LONG)
        peer.pieces = ()
        async with asyncio.timeout(SOON):
            with pytest.raises(AnswerLostError):
                await pool.post(peer.address, b"{}", SHORT)


async def test_the_time_to_connect_counts(pool: HttpPool) -> None:
    async with Peer(WHOLE).open() as silent:  # it speaks no TLS, and says nothing until it is asked
        async with asyncio.timeout(CONNECT_SECONDS / 2):
            with pytest.raises(NeverSentError):
                await pool.post(silent.address.replace("http:", "https:"), b"{}", SHORT)
        assert silent.bodies == []
