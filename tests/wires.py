"""A wire between a program and PostgreSQL: tests cut and mend it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url


class Wire:
    """Stands between a program and its server; `cut` leaves the connections open, and silent."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._speaks = asyncio.Event()
        self._speaks.set()
        self._pieces: int | None = None
        self.was_cut = asyncio.Event()
        """Set when `cut_behind` has cut it."""
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Wire"]:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.url = self._server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        yield self
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        self._speaks.clear()

    def cut_behind(self, pieces: int) -> None:
        """Let the program say so much more, and the server answer; what the program says then stays here."""
        self._pieces = pieces

    def mend(self) -> None:
        self._speaks.set()

    def seen(self, data: bytes) -> bytes:
        """Return what comes out at the other end."""
        return data

    def _count_piece(self) -> None:
        if self._pieces == 0:
            self.cut()
            self.was_cut.set()
        if self._pieces is not None:
            self._pieces -= 1

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(self._server.host, self._server.port or 5432)
        for source, sink, asks in ((reader, forth, True), (back, writer, False)):
            task = asyncio.create_task(self._pass_on(source, sink, asks=asks))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, asks: bool) -> None:
        try:
            while data := await source.read(65_536):
                if asks:
                    self._count_piece()
                await self._speaks.wait()
                sink.write(self.seen(data))
        except OSError:
            pass
        finally:
            sink.close()
