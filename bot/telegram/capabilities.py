"""Makes each handlers class with the services that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.auditing import Auditing
from bot.services.broadcasting import Broadcasting
from bot.services.campaigns import Campaigns
from bot.services.feedback import Feedback
from bot.services.granting import Granting
from bot.services.readers import Readers
from bot.services.reading import Reading
from bot.services.release_questions import ReleaseQuestions
from bot.services.subscriptions import Subscriptions
from bot.telegram.boards import Boards
from bot.telegram.capability import Capabilities, Capability
from bot.telegram.handlers.account import AccountHandlers
from bot.telegram.handlers.audit import AuditHandlers
from bot.telegram.handlers.broadcast import BroadcastHandlers
from bot.telegram.handlers.campaigns import CampaignHandlers
from bot.telegram.handlers.feedback import FeedbackHandlers
from bot.telegram.handlers.finding import FindingHandlers
from bot.telegram.handlers.granting import GrantingHandlers
from bot.telegram.handlers.guide import GuideHandlers
from bot.telegram.handlers.named import NamedHandlers
from bot.telegram.handlers.newsroom import NewsroomHandlers
from bot.telegram.handlers.other import FallbackHandlers
from bot.telegram.handlers.privacy import PrivacyHandlers
from bot.telegram.handlers.reading import ReadingHandlers
from bot.telegram.handlers.releases import ReleaseHandlers
from bot.telegram.handlers.revoking import RevokingHandlers
from bot.telegram.handlers.settings import SettingsHandlers
from bot.telegram.handlers.stopping import StoppingHandlers
from bot.telegram.handlers.subscribing import SubscribingHandlers
from bot.telegram.handlers.thanks import ThanksHandlers
from bot.telegram.handlers.trial import TrialHandlers
from bot.telegram.handlers.typed import TypedHandlers
from bot.telegram.showing import Showing
from bot.telegram.thanks_limiter import ThanksLimiter
from bot.telegram.waiting_issues import WaitingIssues


@dataclass(frozen=True, slots=True)
class HandlerServices:
    """What handlers are made of. Each gets its own services, none gets all of them."""

    reading: Reading
    showing: Showing
    readers: Readers
    subscriptions: Subscriptions
    granting: Granting
    auditing: Auditing
    broadcasting: Broadcasting
    campaigns: Campaigns
    boards: Boards
    release_questions: ReleaseQuestions
    waiting_issues: WaitingIssues
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Handlers:
    """All handlers. `pages` turns pages, and `fallback` answers what no capability declares."""

    capabilities: Capabilities
    pages: ReadingHandlers
    fallback: FallbackHandlers


def make_handlers(services: HandlerServices, more: Sequence[Capability] = ()) -> Handlers:
    """Make all handlers; `more` capabilities come last. ValueError where two claim the same name."""
    pages = ReadingHandlers(services.reading, services.showing)
    named = NamedHandlers(services.reading, pages)
    # Menus list commands in this order, readers' before admins'.
    capabilities = Capabilities(
        [
            pages.capability(),
            named.capability(),
            *_of_readers(services, pages),
            *_of_admins(services),
            *more,
        ]
    )
    typed = TypedHandlers(capabilities.words, named)
    return Handlers(capabilities, pages, FallbackHandlers(services.readers, named, typed))


def _of_readers(services: HandlerServices, pages: ReadingHandlers) -> list[Capability]:
    finding = FindingHandlers(services.reading)
    return [
        finding.capability(),
        TrialHandlers(services.subscriptions, services.reading, pages).capability(),
        AccountHandlers(services.subscriptions, pages).capability(),
        SettingsHandlers(services.readers, services.reading).capability(),
        StoppingHandlers(services.readers).capability(),
        GuideHandlers(services.reading).capability(),
        PrivacyHandlers().capability(),
        FeedbackHandlers(services.feedback, finding).capability(),
        SubscribingHandlers(services.subscriptions).capability(),
        ThanksHandlers(ThanksLimiter()).capability(),
    ]


def _of_admins(services: HandlerServices) -> list[Capability]:
    reading, campaigns, boards = services.reading, services.campaigns, services.boards
    return [
        NewsroomHandlers(services.feedback).capability(),  # answers to readers, before texts of drafts
        BroadcastHandlers(services.broadcasting, campaigns, boards).capability(),
        CampaignHandlers(campaigns, boards, reading).capability(),
        GrantingHandlers(services.granting).capability(),
        RevokingHandlers(services.granting).capability(),
        AuditHandlers(services.auditing, reading).capability(),
        ReleaseHandlers(services.release_questions, services.waiting_issues, reading).capability(),
    ]
