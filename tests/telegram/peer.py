"""A server at the other end of one connection: tests tell it what to say."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.waiting import until

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


class Peer:
    """A server that says to each request what it is told to, piece by piece."""

    def __init__(self, *pieces: bytes, secure: ssl.SSLContext | None = None) -> None:
        self.pieces = pieces
        self._secure = secure
        self.bodies: list[bytes] = []
        self.asked = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []
        self.connections = 0
        self.address = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Peer"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._secure)
        scheme = "https" if self._secure else "http"
        self.address = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/botTOKEN/sendMessage"
        yield self
        server.close()
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def say(self, words: bytes) -> None:
        """Write to the newest connection, and let it arrive."""
        await until(lambda: self._writers)
        self._writers[-1].write(words)
        for _ in range(3):  # it is there at once, and read when the loop comes to it
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"POST /botTOKEN/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
                length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                self.asked.set()
                for piece in self.pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
