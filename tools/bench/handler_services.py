"""The services of the handlers that are benched alone."""

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.metrics import Metrics
from bot.services.content.archive import Archive
from bot.services.delivery.broadcasting import Broadcasting
from bot.services.delivery.campaigns import Campaigns
from bot.services.operations.auditing import Auditing
from bot.services.operations.personal_data import PersonalData
from bot.services.publishing.release_questions import ReleaseQuestions
from bot.services.readers.admins import Admins
from bot.services.readers.feedback import Feedback
from bot.services.readers.readers import Readers
from bot.services.reading.reading import Reading
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.offers.offers import Offers
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.handlers.registry import HandlerServices
from bot.telegram.handlers.subscriptions.payment_services import payment_services


def services(
    clock: Clock,
    database: Database,
    archive: Archive,
    reading: Reading,
    *,
    readers: Readers,
    page_sender: PageSender,
    transport: Transport,
    username: str,
) -> HandlerServices:
    """Return services on this database, for a bot without admins."""
    admins = Admins(database, clock, frozenset())
    questions = ReleaseQuestions(database, archive, clock)
    campaigns = Campaigns(database, clock, Metrics())
    return HandlerServices(
        reading=reading,
        page_sender=page_sender,
        readers=readers,
        subscriptions=Subscriptions(database, clock, b"bench"),
        granting=Granting(database, clock),
        offers=Offers(database, clock, b"bench", lambda: reading.publication),
        admin_names=AdminNames(transport),
        auditing=Auditing(database),
        broadcasting=Broadcasting(database, clock, frozenset(), lambda: reading.publication),
        campaigns=campaigns,
        status_messages=StatusMessages(
            campaigns,
            admins,
            transport,
            RateLimiter(),
            clock,
            username=username,
            publication=lambda: reading.publication,
            titled=reading.titled,
        ),
        release_questions=questions,
        feedback=Feedback(database, clock),
        payments=payment_services(database, clock, b"bench", admins, transport, lambda: reading.publication),
        personal_data=PersonalData(database, clock, b"bench"),
        waiting_issues=WaitingIssues(
            questions,
            admins,
            transport,
            RateLimiter(),
            clock,
            username=username,
            publication=lambda: reading.publication,
            title=reading.title,
        ),
    )
