"""The parts that are made once Telegram has told the bot's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.composition.core import Core
from bot.composition.hash_key import hash_key
from bot.metrics import Metrics
from bot.services.auditing import Auditing
from bot.services.broadcasting import Broadcasting
from bot.services.feedback import Feedback
from bot.services.feedback_desk import FeedbackDesk
from bot.services.folder_news import FolderNewsDesk
from bot.services.granting import Granting
from bot.services.publishing import Publishing
from bot.services.readers import Readers
from bot.services.reading import Reading
from bot.services.sending import Sender
from bot.services.subscriptions import Subscriptions
from bot.services.update_inbox import UpdateInbox
from bot.telegram.application import App, handle, kind_of, register
from bot.telegram.boards import Boards
from bot.telegram.capabilities import Handlers, HandlerServices, make_handlers
from bot.telegram.capability import Capability
from bot.telegram.carrier import TelegramCarrier
from bot.telegram.envelope import Envelope
from bot.telegram.folder_news import NewsTeller
from bot.telegram.gathering import Gathering
from bot.telegram.menus import Menus
from bot.telegram.newsroom import Newsroom
from bot.telegram.notices import Notices
from bot.telegram.polling import Polling
from bot.telegram.profile import Profile
from bot.telegram.router import Router
from bot.telegram.showing import Showing
from bot.telegram.talk import ConversationContext
from bot.telegram.update_handler import TelegramUpdateHandler
from bot.telegram.waiting_issues import WaitingIssues
from bot.telegram.webhook import TelegramWebhook


@dataclass(frozen=True, slots=True)
class Parts:
    """`updates` brings them in: by polling, or by a webhook where one is set up."""

    username: str
    handlers: Handlers
    menus: Menus
    profile: Profile
    intake: UpdateInbox
    updates: Polling | TelegramWebhook
    sender: Sender
    publishing: Publishing
    boards: Boards
    waiting_issues: WaitingIssues
    notices: Notices
    folder_news: NewsTeller
    newsroom: Newsroom


def build_parts(core: Core, username: str, more: Sequence[Capability] = ()) -> Parts:
    """Make these parts; nothing is started yet. `more` capabilities come after the bot's own."""
    reading = Reading(core.database, core.archive, core.clock, core.settings.admin_ids)
    envelope = Envelope(username, core.settings.public_url)
    boards, waiting = _boards(core, username, reading), _waiting_issues(core, username, reading)
    readers, showing = Readers(core.database, core.clock), Showing(reading, envelope, core.covers, core.rich)
    services = _handler_services(
        core, reading=reading, readers=readers, showing=showing, boards=boards, waiting=waiting
    )
    handlers = make_handlers(services, more)
    menus = Menus(core.transport, core.settings.admin_ids, core.publication, handlers.capabilities)
    context = ConversationContext(
        clock=core.clock,
        readers=readers,
        transport=core.transport,
        showing=showing,
        menus=menus,
        publication=core.publication,
        username=username,
        admins=core.settings.admin_ids,
    )
    intake = _intake(core, handlers, context)
    return Parts(
        username=username,
        handlers=handlers,
        menus=menus,
        profile=Profile(core.transport, core.database, core.clock, core.publication),
        intake=intake,
        updates=_updates(core, intake),
        sender=_sender(core),
        publishing=core.delivery.publishing(
            core.database,
            core.archive,
            reading,
            core.clock,
            envelope=envelope,
            releasing=core.releasing,
        ),
        boards=boards,
        waiting_issues=waiting,
        notices=_notices(core, username, reading),
        folder_news=_folder_news(core),
        newsroom=_newsroom(core, username),
    )


def _intake(core: Core, handlers: Handlers, context: ConversationContext) -> UpdateInbox:
    router = Router(handlers, core.metrics.of_commands(handlers.capabilities.names))
    register(core.application, router, context)
    handler = TelegramUpdateHandler(
        partial(_handle, core.application, core.metrics),
        Gathering(core.database, core.clock, core.timing.sleep),
        core.timing.monotonic,
    )
    return UpdateInbox(core.database, core.clock, core.presence, handler)


async def _handle(application: App, metrics: Metrics, update: dict[str, object], *, last: bool) -> str | None:
    metrics.update(kind_of(update))
    return await handle(application, update, last=last)


def _updates(core: Core, intake: UpdateInbox) -> Polling | TelegramWebhook:
    secret, address, timing = core.settings.webhook_secret, core.webhook_address, core.timing
    if secret is not None and address is not None:
        return TelegramWebhook(
            core.transport, intake, address, secret, core.disputes, watch_seconds=timing.watch_seconds
        )
    return Polling(
        core.transport,
        intake,
        core.leads,
        core.disputes,
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
        carrier=TelegramCarrier(
            core.wire, core.transport, core.lanes, core.covers, paid=settings.paid_broadcast
        ),
        metrics=core.metrics,
        rate=settings.send_rate,
        window=core.delivery.window(settings.window, settings.send_rate),
        begin=core.follow_halts,
        rich=core.rich,
        rest=core.timing.tick_seconds / 2,
    )


def _handler_services(
    core: Core,
    *,
    reading: Reading,
    readers: Readers,
    showing: Showing,
    boards: Boards,
    waiting: WaitingIssues,
) -> HandlerServices:
    database, clock = core.database, core.clock
    return HandlerServices(
        reading=reading,
        showing=showing,
        readers=readers,
        subscriptions=Subscriptions(database, clock, hash_key(core.settings, database.folder)),
        granting=Granting(database, clock),
        auditing=Auditing(database),
        broadcasting=Broadcasting(database, clock, core.settings.admin_ids, core.publication),
        campaigns=core.campaigns,
        boards=boards,
        release_questions=core.release_questions,
        waiting_issues=waiting,
        feedback=Feedback(database, clock),
    )


def _boards(core: Core, username: str, reading: Reading) -> Boards:
    return Boards(
        core.campaigns,
        core.admins,
        core.transport,
        core.lanes,
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
        core.lanes,
        core.clock,
        username=username,
        publication=core.publication,
        title=reading.title,
        leads=core.leads,
        edit_seconds=core.timing.board_seconds,
    )


def _notices(core: Core, username: str, reading: Reading) -> Notices:
    return Notices(
        core.campaigns,
        core.admins,
        core.transport,
        core.lanes,
        username=username,
        has_issue=lambda day: core.archive.facts(day) is not None,
        title=reading.title,
        titled=reading.titled,
        leads=core.leads,
    )


def _folder_news(core: Core) -> NewsTeller:
    desk = FolderNewsDesk(core.database, core.archive, core.clock, core.admins)
    return NewsTeller(desk, core.archive, core.transport, core.lanes, core.clock)


def _newsroom(core: Core, username: str) -> Newsroom:
    desk = FeedbackDesk(core.database, core.clock, core.admins, lambda: core.lease.epoch, core.publication)
    return Newsroom(desk, core.archive, core.transport, core.lanes, username=username)
