"""Which jobs run, and how often."""

from datetime import timedelta

from bot.composition.core import Core
from bot.composition.parts import Parts
from bot.jobs import Jobs
from bot.services.operations.database_clock import MEASURE_SECONDS
from bot.services.operations.outages import Outages
from bot.services.operations.retention import Retention
from bot.services.operations.rollup import Rollup
from bot.services.subscriptions.offers.closed_offers import SECONDS as OFFER_SECONDS
from bot.telegram.admin.release.waiting_issues import SECONDS as ASKING_SECONDS

HOUR = 3_600


def schedule(jobs: Jobs, core: Core, parts: Parts) -> None:
    """Add the program's jobs, with their intervals in seconds; the scheduler is not started yet."""
    tick, status_message = core.timing.tick_seconds, core.timing.status_message_seconds
    jobs.every(0.5, core.archive.scan)
    jobs.every(1, core.load_cooldowns)
    jobs.every(OFFER_SECONDS, core.closed_offers.refresh)
    jobs.every(5, core.database.terminate_idle)
    jobs.every(MEASURE_SECONDS, core.hours.measure)
    jobs.every(1, Outages(core.database, core.clock).note)
    jobs.every(HOUR, core.cooldowns.forget)
    jobs.every(HOUR, Retention(core.database, core.clock).purge)
    keep = timedelta(days=core.settings.deliveries_keep_days)
    jobs.every(HOUR, Rollup(core.database, core.clock, core.lease, keep).run, leader=True)
    jobs.every(tick, core.releasing.look)
    jobs.every(tick, parts.publishing.open_due, leader=True)
    jobs.every(60, parts.reminding.look, leader=True)
    jobs.every(3 * status_message, core.campaigns.reconcile, leader=True)
    jobs.every(min(1, status_message), parts.notices.tell, leader=True)
    jobs.every(status_message, parts.status_messages.refresh, leader=True)
    jobs.every(min(ASKING_SECONDS, status_message), parts.waiting_issues.refresh, leader=True)
    jobs.every(core.timing.news_seconds, parts.folder_news.tell, leader=True)
    jobs.every(min(1, status_message), parts.newsroom.tell, leader=True)
    jobs.every(60 * tick, parts.star_repair.look, leader=True)
