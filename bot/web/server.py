"""The program's own web server: health for whoever runs it, public pages for everyone."""

from aiohttp import web

from bot.web import health, pages
from bot.web.pages import PublicPages

STOP_SECONDS = 1.0
"""How long a stop waits for those who still read: once for their answers, once for their connections."""


class WebServer:
    def __init__(self, public_pages: PublicPages, host: str, port: int) -> None:
        """Serve on `host` and `port`; 0 takes any free port (see `port` once started)."""
        self._host = host
        self._asked_port = port
        self._pages = public_pages
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Open the port; OSError when it is taken."""
        application = web.Application(client_max_size=1024)
        application.router.add_get("/healthz", health.healthz)
        pages.add_routes(application, self._pages)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=STOP_SECONDS
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._asked_port).start()

    @property
    def port(self) -> int:
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
