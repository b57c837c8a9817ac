"""The campaigns' connections: one is used again and again, and whatever goes wrong has a name."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from bot.telegram.api.errors import AnswerLostError, NeverSentError
from bot.telegram.api.http.http_connection import HttpConnection, HttpConnections
from tests.telegram.peer import CHUNKED, LAST, WHOLE, Peer


@asynccontextmanager
async def connection(deadline: float = 5.0) -> AsyncIterator[HttpConnection]:
    wire = HttpConnections(deadline)
    yield wire.connection()
    await wire.close()


@pytest.mark.parametrize("answer", [[WHOLE], [CHUNKED], [WHOLE[:20], WHOLE[20:-1], WHOLE[-1:]]])
async def test_a_connection_serves_one_message_after_another(answer: list[bytes]) -> None:
    async with Peer(*answer).open() as peer, connection() as ours:
        for body in (b'{"chat_id": 1}', b'{"chat_id": 22}'):
            assert await ours.post(peer.address, body) == (200, b"{}")
        assert peer.bodies == [b'{"chat_id": 1}', b'{"chat_id": 22}']
        assert peer.connections == 1


async def test_one_that_is_ready_writes_without_connecting() -> None:
    async with Peer(WHOLE).open() as peer, connection() as ours:
        await ours.ready(peer.address)
        assert ours.is_fresh
        begun = asyncio.ensure_future(ours.post(peer.address, b"{}"))
        await asyncio.sleep(0)  # a connection takes longer
        assert not ours.is_fresh  # it waits for its answer
        assert await begun == (200, b"{}")
        await ours.ready(peer.address)
        assert peer.connections == 1


async def test_after_a_last_answer_there_is_a_new_connection() -> None:
    async with Peer(LAST).open() as peer, connection() as ours:
        for _ in range(2):
            assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


async def test_what_comes_unasked_ends_the_connection_and_answers_nothing() -> None:
    async with Peer(WHOLE + WHOLE.replace(b"{}", b"[]")).open() as peer, connection() as ours:
        for _ in range(2):
            assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


STRAY = pytest.mark.parametrize("stray", [WHOLE, WHOLE[:17], b"HTTP/1.1 ", b"rubbish", b"\r\n", b"\0"])
"""What nobody has asked for: a whole answer, the beginning of one, or neither."""


@STRAY
async def test_a_connection_that_says_something_before_it_is_asked_is_not_used(stray: bytes) -> None:
    async with Peer(WHOLE).open() as peer, connection() as ours:
        await ours.ready(peer.address)
        await peer.say(stray)
        assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


@STRAY
async def test_a_connection_that_goes_on_after_its_answer_is_not_used_again(stray: bytes) -> None:
    async with Peer(WHOLE).open() as peer, connection() as ours:
        assert await ours.post(peer.address, b"{}") == (200, b"{}")
        await peer.say(stray)
        assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


@pytest.mark.parametrize("stray", [WHOLE, WHOLE[:17], b"HTTP/1.1 ", b"rubbish", b"\0"])
async def test_what_comes_in_one_piece_with_an_answer_ends_the_connection_too(stray: bytes) -> None:
    async with Peer(WHOLE + stray).open() as peer, connection() as ours:
        for _ in range(2):
            assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


@pytest.mark.parametrize("answer", [b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
async def test_an_answer_that_is_none_or_never_ends_is_lost_and_its_connection_closed(answer: bytes) -> None:
    async with Peer(answer).open() as peer, connection(deadline=0.2) as ours:
        with pytest.raises(AnswerLostError) as lost:
            await ours.post(peer.address, b"{}")
        assert "TOKEN" not in str(lost.value)
        peer.pieces = (WHOLE,)
        assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with Peer(WHOLE).open() as peer:
        gone = peer.address
    async with connection() as ours:
        with pytest.raises(NeverSentError):
            await ours.post(gone, b"{}")


async def test_a_message_that_is_given_up_leaves_no_connection_to_another() -> None:
    async with Peer().open() as peer, connection() as ours:
        given_up = asyncio.create_task(ours.post(peer.address, b"{}"))
        async with asyncio.timeout(5):
            await peer.asked.wait()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        peer.pieces = (WHOLE,)
        assert await ours.post(peer.address, b"{}") == (200, b"{}")
        assert peer.connections == 2


@pytest.fixture
def secure() -> ssl.SSLContext:
    """A server's certificate, of an authority of its own."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    return context


@pytest.fixture
def trusted(secure: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine trusts: the server's authority."""
    (authority,) = secure.get_ca_certs(binary_form=True)
    (tmp_path / "authority.pem").write_text(ssl.DER_cert_to_PEM_cert(authority), encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("answer", [[WHOLE], [CHUNKED], [WHOLE[:20], WHOLE[20:-1], WHOLE[-1:]]])
async def test_over_https_a_connection_serves_one_message_after_another_too(
    secure: ssl.SSLContext, answer: list[bytes]
) -> None:
    async with Peer(*answer, secure=secure).open() as peer, connection() as ours:
        for body in (b'{"chat_id": 1}', b'{"chat_id": 22}'):
            assert await ours.post(peer.address, body) == (200, b"{}")
        assert peer.bodies == [b'{"chat_id": 1}', b'{"chat_id": 22}']
        assert peer.connections == 1


@pytest.mark.usefixtures("trusted")
async def test_over_https_an_answer_that_is_cut_is_lost(secure: ssl.SSLContext) -> None:
    async with Peer(WHOLE[:-1], secure=secure).open() as peer, connection(deadline=0.2) as ours:
        with pytest.raises(AnswerLostError):
            await ours.post(peer.address, b"{}")


async def test_one_whose_certificate_is_not_trusted_is_handed_nothing(secure: ssl.SSLContext) -> None:
    async with Peer(WHOLE, secure=secure).open() as peer, connection() as ours:
        with pytest.raises(NeverSentError):
            await ours.post(peer.address, b'{"chat_id": 1}')
        assert peer.bodies == []
