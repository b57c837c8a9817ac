"""The program's web server: health, metrics, webhook and public pages."""

from aiohttp import web

from bot.web import pages
from bot.web.health import Health
from bot.web.metrics import MetricsPage
from bot.web.pages import PublicPages
from bot.web.webhook import PATH, Webhook

HEAD_SECONDS = 10.0
"""How long a connection may take until its next request is complete, the first included."""

LINGER_SECONDS = 2.0
"""How long the rest of a refused body is read, so that the answer arrives."""

STOP_SECONDS = 1.0
"""How long a stop waits: once for answers under way, once for open connections."""


class WebServer:
    def __init__(
        self,
        public_pages: PublicPages,
        health: Health,
        metrics: MetricsPage,
        host: str,
        port: int,
        *,
        webhook: Webhook | None = None,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        """Serve on `host` and `port`; 0 takes any free port (see `port` once started)."""
        self._host = host
        self._asked_port = port
        self._pages = public_pages
        self._health = health
        self._metrics = metrics
        self._webhook = webhook
        self._head_seconds = head_seconds
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Open the port; OSError when it is taken."""
        application = web.Application(client_max_size=1024)
        application.router.add_get("/healthz", self._health.healthz)
        application.router.add_get("/readyz", self._health.readyz)
        application.router.add_get("/metrics", self._metrics.scrape)
        pages.add_routes(application, self._pages)
        if self._webhook:
            application.router.add_post(PATH, self._webhook.receive)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=STOP_SECONDS,
            keepalive_timeout=self._head_seconds,
            lingering_time=LINGER_SECONDS,
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
