"""HTTP/1.1 connections that are kept alive, one request at a time."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from bot.telegram.api.errors import AnswerLostError, NeverSentError

DEADLINE_SECONDS = 15.0
CONNECT_SECONDS = 5.0

IDLE_SECONDS = 30.0
"""A connection that was idle for longer is not used again: the server may be closing it just then."""

NEXT_ADDRESS_SECONDS = 0.25
"""An address of the server that has not answered for so long is not waited for alone (a broken IPv6, say)."""

Post: TypeAlias = Callable[[str, bytes, float], Awaitable[tuple[int, bytes]]]
"""Posts JSON to a URL within so many seconds (see `HttpConnection.post_within`)."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes, and the beginning of its text (`head`), which holds the token."""

    host: str
    port: int
    secure: bool
    head: bytes = field(repr=False)


class HttpConnections:
    """Makes connections. `close` ends all that it made."""

    def __init__(
        self,
        deadline: float = DEADLINE_SECONDS,
        *,
        through: Post | None = None,
    ) -> None:
        """`deadline`: the most seconds from a request to the end of its answer. `through`: where there is a
        proxy, what posts through it; all requests then take that way.
        """
        self._through = through
        self.deadline = deadline
        self._addresses: dict[str, Address] = {}
        self._open: set[_Connection] = set()
        self._secure: ssl.SSLContext | None = None

    def connection(self) -> "HttpConnection":
        """Return another connection, not open yet."""
        return HttpConnection(self) if self._through is None else _ProxiedConnection(self, self._through)

    def address(self, url: str) -> Address:
        """Return the address of a URL; each URL is parsed once."""
        known = self._addresses.get(url)
        if known is None:
            known = self._addresses[url] = _address(url)
        return known

    async def close(self) -> None:
        """Abort all connections; requests under way raise AnswerLostError."""
        for connection in list(self._open):
            connection.end()
        await asyncio.sleep(0)  # the connections learn of it

    async def connect(self, address: Address) -> "_Connection":
        """Open a connection within five seconds. NeverSentError."""
        if address.secure and self._secure is None:
            self._secure = await asyncio.to_thread(ssl.create_default_context)
        secure = self._secure if address.secure else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(
                    lambda: _Connection(loop, self._open),
                    address.host,
                    address.port,
                    ssl=secure,
                    happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
                )
        except (OSError, TimeoutError) as error:
            raise NeverSentError(f"No connection to Telegram ({type(error).__name__}).") from None
        if connection.is_closing:
            raise NeverSentError("The connection to Telegram was closed at once.")
        return connection


class HttpConnection:
    """Posts JSON to one server, one request at a time. It connects again where its connection is closed."""

    def __init__(self, connections: HttpConnections) -> None:
        self._connections = connections
        self._connection: _Connection | None = None

    @property
    def is_fresh(self) -> bool:
        """Tell whether a request could be written at once."""
        return self._connection is not None and self._connection.is_fresh

    async def ready(self, url: str) -> None:
        """Connect, so that the next `post` writes at once. NeverSentError."""
        if not self.is_fresh:
            await self._connect(self._connections.address(url))

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Post `body`, once; return the HTTP status and the body of the answer.

        Raises NeverSentError where nothing left this machine, AnswerLostError where the answer was lost.
        """
        await self.ready(url)
        return await self._ask(url, body, self._connections.deadline)

    async def post_within(self, seconds: float, url: str, body: bytes) -> tuple[int, bytes]:
        """Post as `post` does, with a deadline for all of it, the time to connect included."""
        if not self.is_fresh:
            until = asyncio.get_running_loop().time() + seconds
            try:
                async with asyncio.timeout_at(until):
                    await self.ready(url)
            except TimeoutError:
                raise NeverSentError("No connection to Telegram in time.") from None
            seconds = until - asyncio.get_running_loop().time()
        return await self._ask(url, body, seconds)

    async def _ask(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        address, connection = self._connections.address(url), self._connection
        assert connection is not None
        answer = connection.ask(b"%b%d\r\n\r\n%b" % (address.head, len(body), body), seconds)
        try:
            return await answer
        finally:
            if not connection.is_done:
                answer.cancel()
                connection.end()

    def end(self) -> None:
        """Close the connection, where one is open."""
        if self._connection is not None:
            self._connection.end()

    async def _connect(self, address: Address) -> None:
        self.end()
        self._connection = await self._connections.connect(address)


class _ProxiedConnection(HttpConnection):
    """Posts through a proxy, with a client that has its own pool of connections."""

    def __init__(self, connections: HttpConnections, through: Post) -> None:
        super().__init__(connections)
        self._through = through

    @property
    def is_fresh(self) -> bool:
        return True

    async def ready(self, url: str) -> None:
        pass

    async def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        return await self._through(url, body, self._connections.deadline)

    async def post_within(self, seconds: float, url: str, body: bytes) -> tuple[int, bytes]:
        return await self._through(url, body, seconds)


class _Connection(asyncio.Protocol):
    """A TCP or TLS connection, and the request that is under way on it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, open_connections: set["_Connection"]) -> None:
        self._loop = loop
        self._open = open_connections
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = HttpResponseParser(self)
        self._body = b""
        self._timer: asyncio.TimerHandle | None = None
        self._used_at = 0.0
        self._until = 0.0  # the loop's time by which the whole answer must be here

    @property
    def is_done(self) -> bool:
        """Tell whether the answer is complete, and another request may follow."""
        return self._answer is not None and self._is_free and not self.is_closing

    @property
    def _is_free(self) -> bool:
        return self._answer is None or (self._answer.done() and not self._answer.cancelled())

    @property
    def _is_asked(self) -> bool:
        """Tell whether a request waits for its answer."""
        return self._answer is not None and not self._answer.done()

    @property
    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or being closed."""
        return self._transport is None or self._transport.is_closing()

    @property
    def is_fresh(self) -> bool:
        """Tell whether a request may be written now."""
        is_young = self._loop.time() - self._used_at < IDLE_SECONDS
        return is_young and self._is_free and not self.is_closing

    def ask(self, request: bytes, deadline: float) -> asyncio.Future[tuple[int, bytes]]:
        """Write a request; return a future of its status and body, with AnswerLostError where the whole
        answer does not come within `deadline` seconds.
        """
        assert self._transport is not None
        self._parser, self._body = HttpResponseParser(self), b""  # nothing of the last answer
        self._answer = self._loop.create_future()
        self._until = self._loop.time() + deadline
        # One timer for many requests: nearly all end long before it.
        if self._timer is not None and self._timer.when() > self._until:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._until, self._check_deadline)
        self._transport.write(request)
        return self._answer

    def end(self) -> None:
        """Abort the connection; a request under way fails with AnswerLostError."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._used_at = self._loop.time()
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._fail(type(exc or ConnectionError()).__name__)

    def data_received(self, data: bytes) -> None:
        if not self._is_asked:
            self.end()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(type(error).__name__)

    def on_message_begin(self) -> None:
        """Close a connection on which an answer begins without a request: the next one might be mistaken for
        another request's.
        """
        if not self._is_asked:
            self.end()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        status, body = self._parser.get_status_code(), self._body
        self._body = b""
        if status < 200 or self._answer is None or self._answer.done():
            return
        self._used_at = self._loop.time()
        self._answer.set_result((status, body))
        if not self._parser.should_keep_alive():
            self.end()

    def _check_deadline(self) -> None:
        """Give up an overdue request; where one is under way and has time left, set the timer again."""
        self._timer = None
        if self._answer is None or self._answer.done():
            return
        if self._loop.time() < self._until:
            self._timer = self._loop.call_at(self._until, self._check_deadline)
        else:
            self._fail("TimeoutError")

    def _fail(self, why: str) -> None:
        """Give up the request that is under way: it may have arrived."""
        self.end()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(AnswerLostError(f"Telegram's answer was lost ({why})."))


def _address(url: str) -> Address:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )
    return Address(host, port, secure, head.encode())
