"""Makes each handlers class with the services that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.delivery.broadcasting import Broadcasting
from bot.services.delivery.campaigns import Campaigns
from bot.services.operations.auditing import Auditing
from bot.services.operations.personal_data import PersonalData
from bot.services.publishing.release_questions import ReleaseQuestions
from bot.services.readers.feedback import Feedback
from bot.services.readers.readers import Readers
from bot.services.reading.reading import Reading
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.offers.offers import Offers
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.chat.capability import Capabilities, Capability
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.chat.thanks_limiter import ThanksLimiter
from bot.telegram.handlers.admin.audit import AuditHandlers
from bot.telegram.handlers.admin.broadcast import BroadcastHandlers
from bot.telegram.handlers.admin.campaigns import CampaignHandlers
from bot.telegram.handlers.admin.granting import GrantingHandlers
from bot.telegram.handlers.admin.newsroom import NewsroomHandlers
from bot.telegram.handlers.admin.offers import OfferHandlers
from bot.telegram.handlers.admin.refunding import RefundingHandlers
from bot.telegram.handlers.admin.releases import ReleaseHandlers
from bot.telegram.handlers.admin.revoking import RevokingHandlers
from bot.telegram.handlers.fallback import FallbackHandlers
from bot.telegram.handlers.help import HelpHandlers
from bot.telegram.handlers.readers.feedback import FeedbackHandlers
from bot.telegram.handlers.readers.own_data import OwnDataHandlers
from bot.telegram.handlers.readers.pay_support import PaySupportHandlers
from bot.telegram.handlers.readers.privacy import PrivacyHandlers
from bot.telegram.handlers.readers.settings import SettingsHandlers
from bot.telegram.handlers.readers.stopping import StoppingHandlers
from bot.telegram.handlers.reading.archive_search import ArchiveSearchHandlers
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.reading.section_names import SectionHandlers
from bot.telegram.handlers.subscriptions.account import AccountHandlers
from bot.telegram.handlers.subscriptions.cancelling import CancellingHandlers
from bot.telegram.handlers.subscriptions.paying import PayingHandlers
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices
from bot.telegram.handlers.subscriptions.payments import PaymentHandlers
from bot.telegram.handlers.subscriptions.promotions import PromotionHandlers
from bot.telegram.handlers.subscriptions.redeeming import RedeemingHandlers
from bot.telegram.handlers.subscriptions.star_cancelling import StarCancellingHandlers
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
    offers: Offers
    admin_names: AdminNames
    auditing: Auditing
    broadcasting: Broadcasting
    campaigns: Campaigns
    status_messages: StatusMessages
    release_questions: ReleaseQuestions
    waiting_issues: WaitingIssues
    feedback: Feedback
    payments: PaymentServices
    personal_data: PersonalData


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
    sections, codes = SectionHandlers(services.reading, pages), RedeemingHandlers(services.offers, pages)
    # Menus list commands in this order, readers' before admins'.
    capabilities = Capabilities(
        [
            pages.capability(),
            sections.capability(),
            *_of_readers(services, pages, codes),
            *_of_admins(services),
            codes.typed(),
            *more,
        ]
    )
    typed = TypedWordsHandlers(capabilities.words, sections)
    payments = PaymentHandlers(services.payments, services.reading, pages)
    return Handlers(capabilities, pages, payments, FallbackHandlers(services.readers, sections, typed))


def _of_readers(
    services: HandlerServices, pages: ReadingHandlers, codes: RedeemingHandlers
) -> list[Capability]:
    archive_search, account = ArchiveSearchHandlers(services.reading), AccountHandlers(services.subscriptions)
    subscribing = SubscribingHandlers(services.subscriptions, services.reading, pages, account)
    return [
        archive_search.capability(),
        TrialHandlers(services.subscriptions, pages).capability(),
        subscribing.capability(),
        codes.capability(),
        PromotionHandlers(services.offers, pages).capability(),
        account.capability(),
        SettingsHandlers(services.readers, services.reading).capability(),
        StoppingHandlers(services.readers, services.subscriptions).capability(),
        HelpHandlers(services.reading).capability(),
        PrivacyHandlers().capability(),
        OwnDataHandlers(
            services.personal_data,
            services.payments.subscriptions,
            services.payments.stars,
            services.subscriptions,
        ).capability(),
        FeedbackHandlers(services.feedback, archive_search).capability(),
        PayingHandlers(services.payments, subscribing.subscribe).capability(),
        StarCancellingHandlers(services.payments).capability(),
        CancellingHandlers(services.subscriptions).capability(),
        PaySupportHandlers(services.payments.charges, services.feedback).capability(),
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
        RefundingHandlers(services.payments).capability(),
        OfferHandlers(services.offers, services.admin_names).capability(),
        AuditHandlers(services.auditing, reading).capability(),
        ReleaseHandlers(services.release_questions, services.waiting_issues, reading).capability(),
    ]
