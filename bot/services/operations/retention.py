"""Retention: deletes what is not kept for ever, after its time."""

from datetime import timedelta

from bot.clock import Clock
from bot.db.delivery import drafts, reports
from bot.db.engine.session import Database
from bot.db.operations import notices
from bot.db.publishing import news, release_messages, sources
from bot.db.readers import feedback, feedback_posts, open_pages
from bot.db.subscriptions import checkouts, codes, reminders
from bot.db.updates import inbox
from bot.domain.readers.feedback import KEPT as FEEDBACK_KEPT
from bot.services.content.sources import KEPT as SOURCES_KEPT

UPDATES_KEPT = timedelta(days=2)
FAILURES_KEPT = timedelta(days=30)
OPEN_PAGES_KEPT = timedelta(days=60)
DRAFTS_KEPT = timedelta(days=30)
COVERS_KEPT = timedelta(days=30)
QUESTIONS_KEPT = timedelta(days=60)
TRIES_KEPT = timedelta(days=1)
CHECKOUTS_KEPT = timedelta(hours=1)
NEWS_KEPT = timedelta(days=60)
REMINDERS_KEPT = timedelta(days=60)
NOTICES_KEPT = timedelta(days=366)
"""Longer than a notice with the same key could come again."""


class Retention:
    """Deletes old rows. What a reader was sent stays in the ledger, and later in its totals."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def purge(self) -> None:
        """Delete all that is older than its time, in one transaction. DatabaseError.

        Handled and failed updates, open pages, drafts, covers of ended campaigns, questions, news, notices,
        last good sources, feedback, payments that were begun, wrong codes that were tried, who was reminded
        of which end.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            await inbox.forget(session, now - UPDATES_KEPT, failed_before=now - FAILURES_KEPT)
            await open_pages.forget(session, now - OPEN_PAGES_KEPT)
            await drafts.forget(session, now - DRAFTS_KEPT)
            await reports.forget_covers(session, now - COVERS_KEPT)
            await release_messages.forget(session, (now - QUESTIONS_KEPT).date())
            await news.forget(session, (now - NEWS_KEPT).date())
            await notices.forget(session, now - NOTICES_KEPT)
            await sources.forget(session, (now - SOURCES_KEPT).date())
            await feedback.forget(session, now - FEEDBACK_KEPT)
            await feedback_posts.forget(session, now - FEEDBACK_KEPT)
            await checkouts.forget(session, now - CHECKOUTS_KEPT)
            await codes.forget_tries(session, now - TRIES_KEPT)
            await reminders.forget(session, now - REMINDERS_KEPT)
