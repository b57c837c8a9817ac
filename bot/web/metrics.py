"""The metrics of this process, for Prometheus."""

import asyncio

from aiohttp import web

from bot.metrics import Metrics
from bot.services.operations.stats import Stats
from bot.web.health import Health

FORM = "text/plain; version=0.0.4; charset=utf-8"


class MetricsPage:
    def __init__(self, metrics: Metrics, stats: Stats, health: Health) -> None:
        self._metrics = metrics
        self._stats = stats
        self._health = health

    async def scrape(self, _request: web.Request) -> web.Response:
        """Return all metrics.

        Waits for the database no longer than its checks do, whether or not it answers.
        """
        findings, _ = await asyncio.gather(self._health.look(), self._stats.refresh())
        self._metrics.ready(all(finding.good for finding in findings))
        return web.Response(body=self._metrics.text(), headers={"Content-Type": FORM})
