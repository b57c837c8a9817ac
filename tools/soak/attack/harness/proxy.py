"""A TCP proxy before PostgreSQL: slow, or cut silently."""

import asyncio
from contextlib import suppress
from typing import Self

from sqlalchemy import make_url

PIECE = 65_536
POSTGRESQL_PORT = 5432


class Proxy:
    """`async with Proxy(url) as proxy`: whoever connects to `proxy.url` reaches the database of `url`.

    Each piece takes `delay` seconds either way. While it is cut nothing passes, new connections neither, and
    nobody is told; what waits passes once it is mended.
    """

    def __init__(self, url: str, delay: float = 0.0) -> None:
        self.delay = delay
        self._url = make_url(url)
        self._open = asyncio.Event()
        self._open.set()
        self._pumps: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return self._url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._url.host or "127.0.0.1", self._url.port or POSTGRESQL_PORT
        far_reader, far_writer = await asyncio.open_connection(host, port)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                while piece := await source.read(PIECE):
                    await asyncio.sleep(self.delay)
                    await self._open.wait()
                    sink.write(piece)
                    await sink.drain()
            finally:
                sink.close()
