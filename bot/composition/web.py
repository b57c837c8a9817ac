"""The web server, and what metrics ask at each scrape."""

from bot.composition.core import Core
from bot.services.operations.stats import Stats
from bot.services.reading.public import PublicReading
from bot.web.health import Health
from bot.web.metrics import MetricsPage
from bot.web.pages import PublicPages
from bot.web.server import WebServer
from bot.web.webhook import Webhook


def build_health(core: Core) -> Health:
    return Health(
        core.database,
        core.status.poll_silence,
        core.status.is_running,
        lambda: core.conflict_policy.trouble,
        skew=lambda: core.hours.skew,
    )


def build_web(core: Core, health: Health) -> WebServer:
    """Build the web server: health, metrics, public pages, and the webhook where one is set up."""
    settings, status = core.settings, core.status
    _add_gauges(core)
    stats = Stats(core.database, core.archive, core.clock, core.metrics)
    secret = settings.webhook_secret if core.webhook_address else None
    return WebServer(
        public_pages(core),
        health,
        MetricsPage(core.metrics, stats, health),
        settings.http_host,
        settings.http_port,
        webhook=Webhook(secret, status.take) if secret else None,
    )


def public_pages(core: Core) -> PublicPages:
    reading = PublicReading(core.archive, core.clock)
    return PublicPages(reading, core.status.username, core.settings.public_url)


def _add_gauges(core: Core) -> None:
    metrics, status, rate_limiter = core.metrics, core.status, core.rate_limiter
    metrics.last_poll(status.poll_silence)
    metrics.leader(core.leads)
    metrics.clock_skew(lambda: core.hours.skew)
    if core.webhook_address:
        metrics.webhook(status.webhook_is_set)
    metrics.rate(rate_limiter.rate)
    metrics.waits(rate_limiter.longest_wait, lambda: rate_limiter.yielded_seconds)
    metrics.window(core.settings.window, status.window_in_use)
