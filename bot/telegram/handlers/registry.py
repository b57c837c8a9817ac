"""Makes each handlers class with the services that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.delivery.broadcasting import Broadcasting
from bot.services.delivery.campaigns import Campaigns
from bot.services.operations.auditing import Auditing
from bot.services.publishing.release_questions import ReleaseQuestions
from bot.services.readers.feedback import Feedback
from bot.services.readers.readers import Readers
from bot.services.reading.reading import Reading
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.refunds import Refunds
from bot.services.subscriptions.selling import Selling
from bot.services.subscriptions.star_subscriptions import StarSubscriptions
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.admin.stars.payer_teller import PayerTeller
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.api.star_ledger import StarLedger
from bot.telegram.api.stars import Stars
from bot.telegram.chat.capability import Capabilities, Capability
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.chat.thanks_limiter import ThanksLimiter
from bot.telegram.handlers.admin.audit import AuditHandlers
from bot.telegram.handlers.admin.broadcast import BroadcastHandlers
from bot.telegram.handlers.admin.campaigns import CampaignHandlers
from bot.telegram.handlers.admin.granting import GrantingHandlers
from bot.telegram.handlers.admin.newsroom import NewsroomHandlers
from bot.telegram.handlers.admin.refunding import RefundingHandlers
from bot.telegram.handlers.admin.releases import ReleaseHandlers
from bot.telegram.handlers.admin.revoking import RevokingHandlers
from bot.telegram.handlers.fallback import FallbackHandlers
from bot.telegram.handlers.help import HelpHandlers
from bot.telegram.handlers.readers.feedback import FeedbackHandlers
from bot.telegram.handlers.readers.pay_support import PaySupportHandlers
from bot.telegram.handlers.readers.privacy import PrivacyHandlers
from bot.telegram.handlers.readers.settings import SettingsHandlers
from bot.telegram.handlers.readers.stopping import StoppingHandlers
from bot.telegram.handlers.reading.archive_search import ArchiveSearchHandlers
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.reading.section_names import SectionHandlers
from bot.telegram.handlers.subscriptions.account import AccountHandlers
from bot.telegram.handlers.subscriptions.paying import PayingHandlers
from bot.telegram.handlers.subscriptions.payments import PaymentHandlers
from bot.telegram.handlers.subscriptions.star_cancelling import StarCancellingHandlers
from bot.telegram.handlers.subscriptions.stars_trouble import StarsTrouble
from bot.telegram.handlers.subscriptions.subscribing import SubscribingHandlers
from bot.telegram.handlers.subscriptions.trial import TrialHandlers
from bot.telegram.handlers.thanks import ThanksHandlers
from bot.telegram.handlers.typed_words import TypedWordsHandlers


@dataclass(frozen=True, slots=True)
class HandlerServices:
    """The services of all handlers. Each handlers class gets those that it needs."""

    reading: Reading
    page_sender: PageSender
    readers: Readers
    subscriptions: Subscriptions
    granting: Granting
    auditing: Auditing
    broadcasting: Broadcasting
    campaigns: Campaigns
    status_messages: StatusMessages
    release_questions: ReleaseQuestions
    waiting_issues: WaitingIssues
    feedback: Feedback
    selling: Selling
    charges: Charges
    star_subscriptions: StarSubscriptions
    stars: Stars
    stars_trouble: StarsTrouble
    refunds: Refunds
    star_ledger: StarLedger
    payer_teller: PayerTeller


@dataclass(frozen=True, slots=True)
class Handlers:
    """All handlers. `pages` turns pages, `payments` takes what Telegram says of payments, and `fallback`
    answers what no capability declares.
    """

    capabilities: Capabilities
    pages: ReadingHandlers
    payments: PaymentHandlers
    fallback: FallbackHandlers


def make_handlers(services: HandlerServices, more: Sequence[Capability] = ()) -> Handlers:
    """Make all handlers; `more` capabilities come last. ValueError where two claim the same name."""
    pages = ReadingHandlers(services.reading, services.page_sender)
    sections = SectionHandlers(services.reading, pages)
    # Menus list commands in this order, readers' before admins'.
    capabilities = Capabilities(
        [
            pages.capability(),
            sections.capability(),
            *_of_readers(services, pages),
            *_of_admins(services),
            *more,
        ]
    )
    typed = TypedWordsHandlers(capabilities.words, sections)
    payments = PaymentHandlers(
        services.charges,
        services.star_subscriptions,
        services.reading,
        pages,
        services.stars_trouble,
        services.payer_teller,
    )
    return Handlers(capabilities, pages, payments, FallbackHandlers(services.readers, sections, typed))


def _of_readers(services: HandlerServices, pages: ReadingHandlers) -> list[Capability]:
    archive_search, subscribing = (
        ArchiveSearchHandlers(services.reading),
        SubscribingHandlers(services.subscriptions),
    )
    return [
        archive_search.capability(),
        TrialHandlers(services.subscriptions, services.reading, pages).capability(),
        AccountHandlers(services.subscriptions, pages).capability(),
        SettingsHandlers(services.readers, services.reading).capability(),
        StoppingHandlers(services.readers).capability(),
        HelpHandlers(services.reading).capability(),
        PrivacyHandlers().capability(),
        FeedbackHandlers(services.feedback, archive_search).capability(),
        subscribing.capability(),
        PayingHandlers(services.selling, services.stars, subscribing.price).capability(),
        StarCancellingHandlers(
            services.star_subscriptions, services.stars, services.stars_trouble
        ).capability(),
        PaySupportHandlers(services.charges, services.feedback).capability(),
        ThanksHandlers(ThanksLimiter()).capability(),
    ]


def _of_admins(services: HandlerServices) -> list[Capability]:
    reading, campaigns, status_messages = services.reading, services.campaigns, services.status_messages
    return [
        NewsroomHandlers(services.feedback).capability(),  # before drafts, which take any text
        BroadcastHandlers(services.broadcasting, campaigns, status_messages).capability(),
        CampaignHandlers(campaigns, status_messages, reading).capability(),
        GrantingHandlers(services.granting).capability(),
        RevokingHandlers(services.granting).capability(),
        RefundingHandlers(
            services.refunds,
            services.charges,
            services.star_subscriptions,
            services.stars,
            services.star_ledger,
            services.payer_teller,
        ).capability(),
        AuditHandlers(services.auditing, reading).capability(),
        ReleaseHandlers(services.release_questions, services.waiting_issues, reading).capability(),
    ]
