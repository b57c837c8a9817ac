"""The parts that need no answer of Telegram."""

from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from bot.clock import Clock
from bot.composition.delivery_classes import DeliveryClasses
from bot.composition.errors import StartError
from bot.composition.status import ProgramStatus
from bot.composition.timing import Timing
from bot.config import Settings
from bot.db.engine.session import Database
from bot.db.updates.heartbeat import Heartbeat
from bot.domain.content.publication import Publication
from bot.metrics import Metrics
from bot.services.content.archive import Archive
from bot.services.content.pictures.conversion import Pictures
from bot.services.content.released_issues import ReleasedIssues
from bot.services.delivery.campaigns import Campaigns
from bot.services.delivery.cooldowns import Cooldowns
from bot.services.delivery.sending.lease import Lease
from bot.services.operations.database_clock import DatabaseClock
from bot.services.publishing.release_questions import ReleaseQuestions
from bot.services.publishing.releasing import Releasing
from bot.services.readers.admins import Admins
from bot.services.reading.cover_uploads import CoverUploads
from bot.services.reading.rich_refusals import RichRefusals
from bot.services.subscriptions.offers.closed_offers import ClosedOffers
from bot.services.updates.conflicts import UpdateConflicts
from bot.telegram.api.http.http_connection import HttpConnections
from bot.telegram.api.http.proxies import proxy_for
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport
from bot.telegram.application import App, build
from bot.telegram.updates.conflicts import ConflictPolicy
from bot.web.webhook import PATH


@dataclass(frozen=True, slots=True)
class Core:
    """Built once, before Telegram is asked for the bot's name; `Parts` are built after it."""

    settings: Settings
    timing: Timing
    delivery: DeliveryClasses
    status: ProgramStatus
    metrics: Metrics
    database: Database
    hours: DatabaseClock
    heartbeat: Heartbeat
    lease: Lease
    archive: Archive
    closed_offers: ClosedOffers
    releasing: Releasing
    campaigns: Campaigns
    release_questions: ReleaseQuestions
    admins: Admins
    request: AiohttpRequest
    wire: HttpConnections
    rate_limiter: RateLimiter
    cooldowns: Cooldowns
    transport: Transport
    application: App
    conflict_policy: ConflictPolicy
    covers: CoverUploads
    rich: RichRefusals

    @property
    def clock(self) -> Clock:
        return self.hours.clock

    def leads(self) -> bool:
        """Tell whether this process is the leader: it sends, polls and publishes."""
        return _leads(self.lease)

    def publication(self) -> Publication:
        """Return the publication as publication.toml says now."""
        return self.archive.publication

    @property
    def webhook_address(self) -> str | None:
        """The address at which Telegram is to deliver updates; None where they are polled."""
        return _webhook_address(self.settings)

    async def load_cooldowns(self) -> None:
        """Load cooldowns stored by other processes into the rate limiter; store new ones. DatabaseError."""
        self.rate_limiter.adopt(await self.cooldowns.new())


def build_core(settings: Settings, clock: Clock, timing: Timing, delivery: DeliveryClasses) -> Core:
    """Make these parts; nothing is opened yet. StartError where the token is missing."""
    if settings.bot_token is None:
        raise StartError("BOT_TOKEN is not set. @BotFather gives one: set it in .env or the environment.")
    status, metrics, database = ProgramStatus(), Metrics(), Database(settings.database_url)
    hours = DatabaseClock(database, clock, timing.real)
    heartbeat, lease = _heartbeat(settings, database)
    leads = partial(_leads, lease)
    released_issues = ReleasedIssues()
    archive = Archive(
        settings.content_dir,
        hours.clock,
        released_issues,
        monotonic=timing.monotonic,
        pictures=Pictures(database.folder / "pictures"),
    )
    request = AiohttpRequest(timing.deadline)
    proxy = proxy_for(settings.telegram_api_url)
    rate_limiter = RateLimiter(
        timing.spacing,
        send_rate=settings.send_rate,
        ceiling=timing.ceiling,
        paid=settings.paid_broadcast,
        monotonic=timing.pacing,
    )
    cooldowns = Cooldowns(database, hours.clock)
    return Core(
        settings=settings,
        timing=timing,
        delivery=delivery,
        status=status,
        metrics=metrics,
        database=database,
        hours=hours,
        heartbeat=heartbeat,
        lease=lease,
        archive=archive,
        closed_offers=ClosedOffers(database, archive),
        releasing=Releasing(database, archive, released_issues, hours.clock, leads=leads),
        campaigns=Campaigns(database, hours.clock, metrics),
        release_questions=ReleaseQuestions(database, archive, hours.clock),
        admins=Admins(database, hours.clock, settings.admin_ids),
        request=request,
        wire=delivery.wire(timing.deadline, through=request.exchange if proxy and proxy.is_usable else None),
        rate_limiter=rate_limiter,
        cooldowns=cooldowns,
        transport=Transport(
            request,
            settings.telegram_api_url,
            settings.bot_token,
            rate_limiter,
            cooldowns.note,
            dropped=metrics.dropped,
            sleep=timing.sleep,
        ),
        application=build(settings.bot_token, settings.telegram_api_url, request),
        conflict_policy=ConflictPolicy(UpdateConflicts(database, hours.clock), monotonic=timing.monotonic),
        covers=CoverUploads(database),
        rich=RichRefusals(),
    )


def _heartbeat(settings: Settings, database: Database) -> tuple[Heartbeat, Lease]:
    owner = uuid4().hex  # names this process among those that share the database
    seconds = settings.lease_seconds
    heartbeat = Heartbeat(database, owner, seconds, webhook=_webhook_address(settings))
    lease = Lease(database, owner, seconds, life=heartbeat)
    heartbeat.listen(lease.retry_now)
    return heartbeat, lease


def _webhook_address(settings: Settings) -> str | None:
    is_wanted = settings.webhook_secret and settings.public_url
    return f"{settings.public_url}{PATH}" if is_wanted else None


def _leads(lease: Lease) -> bool:
    return lease.epoch is not None
