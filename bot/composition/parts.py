"""The parts that are made once Telegram has told the bot's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.composition.core import Core
from bot.composition.hash_key import hash_key
from bot.db.engine.session import Database
from bot.metrics import Metrics
from bot.services.delivery.broadcasting import Broadcasting
from bot.services.delivery.sending.sender import Sender
from bot.services.operations.auditing import Auditing
from bot.services.operations.personal_data import PersonalData
from bot.services.publishing.folder_news import NewsOutbox
from bot.services.publishing.publishing import Publishing
from bot.services.readers.feedback import Feedback
from bot.services.readers.feedback_outbox import FeedbackOutbox
from bot.services.readers.readers import Readers
from bot.services.reading.reading import Reading
from bot.services.subscriptions.checkouts import Checkouts
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.offers.offers import Offers
from bot.services.subscriptions.remembering import Remembering
from bot.services.subscriptions.reminding import Reminding
from bot.services.subscriptions.repair import Repair
from bot.services.subscriptions.subscriptions import Subscriptions
from bot.services.updates.update_inbox import UpdateInbox
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.folder_news import NewsTeller
from bot.telegram.admin.newsroom import Newsroom
from bot.telegram.admin.notices import Notices
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.admin.stars.star_repair import StarRepair
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.api.campaign_transport import TelegramCampaignTransport
from bot.telegram.api.page_request import PageRequests
from bot.telegram.application import App, handle, kind_of, register
from bot.telegram.chat.bot_profile import Profile
from bot.telegram.chat.capability import Capability
from bot.telegram.chat.conversation import ConversationContext
from bot.telegram.chat.menus import Menus
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.chat.words.reminder_messages import ReminderMessages
from bot.telegram.handlers.registry import Handlers, HandlerServices, make_handlers
from bot.telegram.handlers.router import Router
from bot.telegram.handlers.subscriptions.payment_services import PaymentServices, payment_services
from bot.telegram.updates.checkout import CheckoutAnswers
from bot.telegram.updates.grouping import MessageGrouping
from bot.telegram.updates.polling import Polling
from bot.telegram.updates.update_handler import TelegramUpdateHandler
from bot.telegram.updates.webhook import TelegramWebhook


@dataclass(frozen=True, slots=True)
class Parts:
    """Built once Telegram has told the bot's name. `updates`: polling, or the webhook where one is set."""

    username: str
    handlers: Handlers
    menus: Menus
    profile: Profile
    update_inbox: UpdateInbox
    updates: Polling | TelegramWebhook
    checkouts: CheckoutAnswers
    sender: Sender
    publishing: Publishing
    reminding: Reminding
    status_messages: StatusMessages
    waiting_issues: WaitingIssues
    notices: Notices
    folder_news: NewsTeller
    newsroom: Newsroom
    star_repair: StarRepair


def build_parts(core: Core, username: str, more: Sequence[Capability] = ()) -> Parts:
    """Build the parts; nothing is started yet. `more` capabilities come after the bot's own. StartError."""
    reading = Reading(core.database, core.archive, core.clock, core.settings.admin_ids)
    page_requests = PageRequests(username, core.settings.public_url)
    status_messages, waiting = (
        _status_messages(core, username, reading),
        _waiting_issues(core, username, reading),
    )
    remembering = Remembering(hash_key(core.settings, core.database.folder))
    readers, page_sender = (
        Readers(core.database, core.clock, remembering.remind),
        PageSender(reading, page_requests, core.covers, core.rich),
    )
    services = _handler_services(
        core,
        reading=reading,
        readers=readers,
        page_sender=page_sender,
        status_messages=status_messages,
        waiting=waiting,
    )
    handlers = make_handlers(services, more)
    menus = Menus(core.transport, core.settings.admin_ids, core.publication, handlers.capabilities.menu_items)
    context = ConversationContext(
        clock=core.clock,
        readers=readers,
        transport=core.transport,
        page_sender=page_sender,
        menus=menus,
        publication=core.publication,
        username=username,
        admins=core.settings.admin_ids,
    )
    update_inbox, checkouts = _update_inbox(core, handlers, context), _checkouts(core)
    return Parts(
        username=username,
        handlers=handlers,
        menus=menus,
        profile=Profile(core.transport, core.database, core.clock, core.publication),
        update_inbox=update_inbox,
        updates=_updates(core, update_inbox, checkouts),
        checkouts=checkouts,
        sender=_sender(core),
        publishing=core.delivery.publishing(
            core.database,
            core.archive,
            reading,
            core.clock,
            page_requests=page_requests,
            releasing=core.releasing,
        ),
        reminding=Reminding(
            core.database, core.clock, core.publication, ReminderMessages(core.publication, username)
        ),
        status_messages=status_messages,
        waiting_issues=waiting,
        notices=_notices(core, username, reading),
        folder_news=_folder_news(core),
        newsroom=_newsroom(core, username),
        star_repair=_star_repair(core),
    )


def _update_inbox(core: Core, handlers: Handlers, context: ConversationContext) -> UpdateInbox:
    router = Router(handlers, core.metrics.of_commands(handlers.capabilities.names))
    register(core.application, router, context)
    handler = TelegramUpdateHandler(
        partial(_handle, core.application, core.metrics),
        MessageGrouping(core.database, core.clock, core.timing.sleep),
        core.timing.monotonic,
    )
    return UpdateInbox(core.database, core.clock, core.heartbeat, handler)


async def _handle(application: App, metrics: Metrics, update: dict[str, object], *, last: bool) -> str | None:
    metrics.update(kind_of(update))
    return await handle(application, update, last=last)


def _checkouts(core: Core) -> CheckoutAnswers:
    own = Database(core.settings.database_url)
    core.database.on_close(own.close)
    key = hash_key(core.settings, core.database.folder)
    return CheckoutAnswers(core.transport, Checkouts(own, core.clock, key), core.publication)


def _updates(core: Core, update_inbox: UpdateInbox, checkouts: CheckoutAnswers) -> Polling | TelegramWebhook:
    secret, address, timing = core.settings.webhook_secret, core.webhook_address, core.timing
    if secret is not None and address is not None:
        return TelegramWebhook(
            core.transport,
            update_inbox,
            address,
            secret,
            core.conflict_policy,
            checkouts=checkouts,
            watch_seconds=timing.watch_seconds,
        )
    return Polling(
        core.transport,
        update_inbox,
        core.leads,
        core.conflict_policy,
        checkouts=checkouts,
        poll_seconds=timing.poll_seconds,
        monotonic=timing.monotonic,
    )


def _sender(core: Core) -> Sender:
    settings = core.settings
    return Sender(
        core.database,
        core.clock,
        core.lease,
        core.delivery.claiming(core.database, core.clock, core.lease, core.publication, core.metrics),
        campaign_transport=TelegramCampaignTransport(
            core.wire, core.transport, core.rate_limiter, core.covers, paid=settings.paid_broadcast
        ),
        metrics=core.metrics,
        rate=settings.send_rate,
        window=core.delivery.window(settings.window, settings.send_rate),
        outcome_writer=core.delivery.outcome_writer,
        begin=core.load_cooldowns,
        rich=core.rich,
        rest=core.timing.tick_seconds / 2,
    )


def _handler_services(
    core: Core,
    *,
    reading: Reading,
    readers: Readers,
    page_sender: PageSender,
    status_messages: StatusMessages,
    waiting: WaitingIssues,
) -> HandlerServices:
    database, clock = core.database, core.clock
    key = hash_key(core.settings, database.folder)
    return HandlerServices(
        reading=reading,
        page_sender=page_sender,
        readers=readers,
        subscriptions=Subscriptions(database, clock, key),
        offers=Offers(database, clock, key, core.publication, core.closed_offers.refresh),
        admin_names=AdminNames(core.transport),
        granting=Granting(database, clock),
        auditing=Auditing(database),
        broadcasting=Broadcasting(database, clock, core.settings.admin_ids, core.publication),
        campaigns=core.campaigns,
        status_messages=status_messages,
        release_questions=core.release_questions,
        waiting_issues=waiting,
        feedback=Feedback(database, clock),
        payments=_payments(core),
        personal_data=PersonalData(database, clock, key),
    )


def _status_messages(core: Core, username: str, reading: Reading) -> StatusMessages:
    return StatusMessages(
        core.campaigns,
        core.admins,
        core.transport,
        core.rate_limiter,
        core.clock,
        username=username,
        publication=core.publication,
        titled=reading.titled,
        leads=core.leads,
    )


def _waiting_issues(core: Core, username: str, reading: Reading) -> WaitingIssues:
    return WaitingIssues(
        core.release_questions,
        core.admins,
        core.transport,
        core.rate_limiter,
        core.clock,
        username=username,
        publication=core.publication,
        title=reading.title,
        leads=core.leads,
        edit_seconds=core.timing.status_message_seconds,
    )


def _notices(core: Core, username: str, reading: Reading) -> Notices:
    return Notices(
        core.campaigns,
        core.admins,
        core.transport,
        core.rate_limiter,
        username=username,
        has_issue=lambda day: core.archive.summary(day) is not None,
        title=reading.title,
        titled=reading.titled,
        leads=core.leads,
    )


def _folder_news(core: Core) -> NewsTeller:
    outbox = NewsOutbox(core.database, core.archive, core.clock, core.admins)
    return NewsTeller(outbox, core.archive, core.transport, core.rate_limiter, core.clock)


def _newsroom(core: Core, username: str) -> Newsroom:
    outbox = FeedbackOutbox(
        core.database, core.clock, core.admins, lambda: core.lease.epoch, core.publication
    )
    return Newsroom(outbox, core.archive, core.transport, core.rate_limiter, username=username)


def _payments(core: Core) -> PaymentServices:
    key = hash_key(core.settings, core.database.folder)
    return payment_services(core.database, core.clock, key, core.admins, core.transport, core.publication)


def _star_repair(core: Core) -> StarRepair:
    payments, key = _payments(core), hash_key(core.settings, core.database.folder)
    repair = Repair(core.database, core.clock, key, payments.ledger.page, payments.charges)
    return StarRepair(repair, payments.teller, core.clock, core.metrics, leads=core.leads)
