"""The composition root: makes every object, starts them in order, stops them in reverse."""

import asyncio
import os
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from bot.clock import Clock, SystemClock, own_zones
from bot.config import Settings
from bot.db.errors import DatabaseError, UnusableError
from bot.db.processes import Presence
from bot.db.session import Database
from bot.jobs import Jobs
from bot.metrics import Metrics
from bot.services.admins import Admins
from bot.services.archive import Archive
from bot.services.auditing import Auditing
from bot.services.broadcasting import Broadcasting
from bot.services.campaigns import Campaigns
from bot.services.claiming import Claiming
from bot.services.cover_uploads import CoverUploads
from bot.services.feedback import Feedback
from bot.services.feedback_desk import FeedbackDesk
from bot.services.figures import Figures
from bot.services.folder_news import FolderNewsDesk
from bot.services.granting import Granting
from bot.services.halts import Halts
from bot.services.hours import MEASURE_SECONDS, Hours
from bot.services.housekeeping import Housekeeping
from bot.services.lease import Lease
from bot.services.outages import Outages
from bot.services.outs import Outs
from bot.services.pictures import Pictures
from bot.services.public import PublicReading
from bot.services.publishing import Publishing
from bot.services.readers import Readers
from bot.services.reading import Reading
from bot.services.release_questions import ReleaseQuestions
from bot.services.releasing import Releasing
from bot.services.rich_refusals import RichRefusals
from bot.services.rivals import Rivals
from bot.services.rollup import Rollup
from bot.services.sending import Sender
from bot.services.subscriptions import Subscriptions
from bot.services.update_inbox import UpdateInbox
from bot.services.window import Window
from bot.telegram.application import App, build, connect, handle, kind_of, name_of, register
from bot.telegram.boards import SECONDS as BOARD_SECONDS
from bot.telegram.boards import Boards
from bot.telegram.carrier import TelegramCarrier
from bot.telegram.chat_pacing import SPACING_SECONDS
from bot.telegram.commands import COMMANDS
from bot.telegram.disputes import Disputes
from bot.telegram.envelope import Envelope
from bot.telegram.errors import TokenError, UnreachableError
from bot.telegram.folder_news import SECONDS as NEWS_SECONDS
from bot.telegram.folder_news import NewsTeller
from bot.telegram.gathering import Gathering
from bot.telegram.lanes import CEILING, Lanes
from bot.telegram.menus import Menus
from bot.telegram.newsroom import Newsroom
from bot.telegram.notices import Notices
from bot.telegram.polling import POLL_SECONDS, Polling
from bot.telegram.profile import Profile
from bot.telegram.proxies import proxy_for
from bot.telegram.request import DEADLINE_SECONDS, AiohttpRequest
from bot.telegram.showing import Showing
from bot.telegram.talk import Desk
from bot.telegram.thanks_limiter import ThanksLimiter
from bot.telegram.transport import Transport
from bot.telegram.update_handler import TelegramUpdateHandler
from bot.telegram.waiting_issues import SECONDS as ASKING_SECONDS
from bot.telegram.waiting_issues import WaitingIssues
from bot.telegram.webhook import WATCH_SECONDS, TelegramWebhook
from bot.telegram.wire import Wire
from bot.waiting import Backoff
from bot.web.health import Health
from bot.web.metrics import MetricsPage
from bot.web.pages import PublicPages
from bot.web.server import WebServer
from bot.web.webhook import PATH, Webhook

log = structlog.get_logger(__name__)

GREETING_TRIES = 6
GREETING_DELAYS = (1.0, 32.0)
"""The first and the longest wait between two tries, in seconds."""

TICK_SECONDS = 1.0
"""How often the process that leads asks what is due; its sender rests half as long when nothing is."""

STOP_SECONDS = 14.0
"""How long a stop waits for what is in flight and in hand; a SQLite file that is locked may add its five."""


class StartError(Exception):
    """The program cannot start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The classes that a program makes its delivery of: what kills it at a chosen moment gives others."""

    wire: type[Wire] = Wire
    publishing: type[Publishing] = Publishing
    claiming: type[Claiming] = Claiming
    window: type[Window] = Window


class Program:
    """The bot, whole. What comes after the clock is there for tests and benches."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        spacing: float = SPACING_SECONDS,
        ceiling: int = CEILING,
        parts: Parts | None = None,
        poll_seconds: int = POLL_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        board_seconds: float = BOARD_SECONDS,
        news_seconds: float = NEWS_SECONDS,
        tick_seconds: float = TICK_SECONDS,
        watch_seconds: float = WATCH_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        real: Callable[[], float] = time.time,
        backoff: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if settings.bot_token is None:
            raise StartError("BOT_TOKEN is not set. @BotFather gives one.")
        self.settings = settings
        self.metrics = Metrics([command.name for command in COMMANDS])
        self._running = False
        self._backoff = backoff
        self.database = Database(settings.database_url)
        self._hours = Hours(self.database, clock or SystemClock(), real)
        self.clock = self._hours.clock
        outs = Outs()
        self.archive = Archive(
            settings.content_dir,
            self.clock,
            outs,
            monotonic=monotonic,
            pictures=Pictures(self.database.folder / "pictures"),
        )
        self.releasing = Releasing(self.database, self.archive, outs, self.clock, leads=self._leads)
        self._parts = parts or Parts()
        self._request = AiohttpRequest(deadline)
        proxy = proxy_for(settings.telegram_api_url)
        through = self._request if proxy and proxy.is_usable else None
        self._wire = self._parts.wire(deadline, through=through)
        self.lanes = Lanes(
            spacing, send_rate=settings.send_rate, ceiling=ceiling, paid=settings.paid_broadcast
        )
        self.halts = Halts(self.database, self.clock)
        self.transport = Transport(
            self._request,
            settings.telegram_api_url,
            settings.bot_token,
            self.lanes,
            self.halts.note,
            dropped=self.metrics.dropped,
            sleep=backoff,
        )
        self._application: App = build(settings.bot_token, settings.telegram_api_url, self._request)
        self.owner = uuid4().hex
        """Names this process among those that share the database."""
        presence = Presence(self.database, self.owner, settings.lease_seconds, webhook=self._webhook_address)
        self.lease = Lease(self.database, self.owner, settings.lease_seconds, life=presence)
        presence.listen(self.lease.hurry)
        gathering = Gathering(self.database, self.clock, backoff)
        handler = TelegramUpdateHandler(self._handle, gathering, monotonic)
        self.intake = UpdateInbox(self.database, self.clock, presence, handler)
        self._disputes = Disputes(Rivals(self.database, self.clock), monotonic=monotonic)
        self._webhook = self._telegram_webhook(watch_seconds)
        self._polling = Polling(
            self.transport,
            self.intake,
            self._leads,
            self._disputes,
            poll_seconds=poll_seconds,
            monotonic=monotonic,
        )
        self._jobs = Jobs(self._leads)
        self._covers = CoverUploads(self.database)
        self._rich = RichRefusals()
        self._board_seconds = board_seconds
        self._news_seconds = news_seconds
        self._tick_seconds = tick_seconds
        self.campaigns = Campaigns(self.database, self.clock, self.metrics)
        self.release_questions = ReleaseQuestions(self.database, self.archive, self.clock)
        self._admins = Admins(self.database, self.clock, settings.admin_ids)
        self.sender: Sender | None = None
        self._sending: asyncio.Task[None] | None = None
        self.health = Health(
            self.database,
            lambda: self._polling.silence,
            lambda: self._running,
            lambda: self._disputes.trouble,
            skew=lambda: self._hours.skew,
        )
        self.web = self._web_server()
        self._tasks: Sequence[asyncio.Task[None]] = ()

    async def start(self) -> None:
        """Be ready: database, content, web, Telegram, clock. StartError says what is missing."""
        try:
            await self.database.migrate()
            await self._hours.measure()
            await self._start()
        except UnusableError as error:
            raise StartError(str(error)) from None
        except DatabaseError as error:  # it was there a moment ago, or another program holds it
            raise StartError(str(self.database.unusable(error))) from None

    async def _start(self) -> None:
        zones = own_zones()
        await self.archive.look()
        await self.releasing.begin()
        await self.archive.open()
        await self._open_web()
        await self._greet_telegram()
        menus = Menus(self.transport, self.settings.admin_ids, lambda: self.archive.publication)
        reading = Reading(self.database, self.archive, self.clock, self.settings.admin_ids)
        envelope = Envelope(str(self._application.bot.username), self.settings.public_url)
        self.sender = self._new_sender()
        self.publishing = self._parts.publishing(
            self.database,
            self.archive,
            reading,
            self.clock,
            envelope=envelope,
            releasing=self.releasing,
        )
        boards = self._boards(reading)
        waiting = self._waiting_issues(reading)
        desk = await self._desk(menus, reading, envelope, boards, waiting)
        register(self._application, desk, self.metrics)
        await self._application.start()
        await self._follow_halts()
        await self.intake.resume()
        await self.lease.attempt()  # of those who are known to live: polling begins at once
        await self.releasing.look()
        self._start_jobs(boards, waiting, reading)
        updates = self._webhook.run() if self._webhook else self._polling.run()
        profile = Profile(self.transport, self.database, self.clock, lambda: self.archive.publication)
        background = (
            updates,
            self.archive.load_rest(),
            menus.publish(self._admins.reachable),
            profile.publish(),
            self.lease.keep(),
        )
        self._tasks = [asyncio.create_task(one) for one in background]
        for task in self._tasks:
            task.add_done_callback(_say_if_failed)
        self._sending = asyncio.create_task(self.sender.run())
        self._sending.add_done_callback(_say_if_failed)
        self._running = True
        log.info(
            "ready",
            bot=self._application.bot.username,
            web=self.address,
            content=str(self.settings.content_dir),
            admins=len(self.settings.admin_ids),
            time_zones=zones,
        )

    @property
    def address(self) -> str:
        return f"http://{self.settings.http_host}:{self.web.port}"

    async def stop(self) -> None:
        """Stop taking updates, finish what is in hand, then close everything."""
        ran, self._running = self._running, False
        self._polling.stop()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(self._stop_sending(), self._stop_taking())
        except TimeoutError:
            log.warning("stopped before all was in order: what is left is taken up by the next start")
        if self._application.running:
            await self._application.stop()
        await self._application.shutdown()
        await self.web.stop()
        await self._wire.close()
        await self._request.shutdown()
        self.archive.close()
        await self.database.close()
        if ran:
            log.info("stopped")

    async def _handle(self, update: dict[str, object], *, last: bool) -> str | None:
        self.metrics.update(kind_of(update))
        return await handle(self._application, update, last=last)

    def _new_sender(self) -> Sender:
        settings = self.settings
        claiming = self._parts.claiming(
            self.database, self.clock, self.lease, lambda: self.archive.publication, self.metrics
        )
        paid = settings.paid_broadcast
        return Sender(
            self.database,
            self.clock,
            self.lease,
            claiming,
            carrier=TelegramCarrier(self._wire, self.transport, self.lanes, self._covers, paid=paid),
            metrics=self.metrics,
            window=self._parts.window(settings.window, settings.send_rate),
            rate=settings.send_rate,
            begin=self._follow_halts,
            rich=self._rich,
            rest=self._tick_seconds / 2,
        )

    def _start_jobs(self, boards: Boards, waiting: WaitingIssues, reading: Reading) -> None:
        self._jobs.every(0.5, self.archive.scan)
        self._jobs.every(1, self._follow_halts)
        self._jobs.every(5, self.database.end_sleepers)
        self._jobs.every(MEASURE_SECONDS, self._hours.measure)
        self._jobs.every(1, Outages(self.database, self.clock).note)
        self._jobs.every(3_600, self.halts.forget)
        self._jobs.every(3_600, Housekeeping(self.database, self.clock).tidy)
        keep = timedelta(days=self.settings.deliveries_keep_days)
        rollup = Rollup(self.database, self.clock, self.lease, keep)
        self._jobs.every(3_600, rollup.run, leader=True)
        self._jobs.every(self._tick_seconds, self.releasing.look)
        self._jobs.every(self._tick_seconds, self.publishing.open_due, leader=True)
        self._jobs.every(3 * self._board_seconds, self.campaigns.settle, leader=True)
        self._jobs.every(min(1, self._board_seconds), self._notices(reading).tell, leader=True)
        self._jobs.every(self._board_seconds, boards.refresh, leader=True)
        self._jobs.every(min(ASKING_SECONDS, self._board_seconds), waiting.refresh, leader=True)
        self._jobs.every(self._news_seconds, self._news().tell, leader=True)
        self._jobs.every(min(1, self._board_seconds), self._newsroom().tell, leader=True)
        self._jobs.start()

    def _leads(self) -> bool:
        """Tell whether this is the process that sends; polling and publishing are its as well."""
        return self.lease.epoch is not None

    async def _follow_halts(self) -> None:
        """Another process may have been told to wait."""
        self.lanes.adopt(await self.halts.news())

    async def _stop_sending(self) -> None:
        """No new claims; what is in flight gets its outcome on disk; another process may go on at once."""
        if self.sender and self._sending:
            self.sender.stop()
            await self._sending
        self.lease.stop()
        with suppress(DatabaseError):
            await self.lease.give_back()

    async def _stop_taking(self) -> None:
        """No new work of any kind; what readers wait for is finished."""
        await self._jobs.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.intake.stop()

    async def _open_web(self) -> None:
        try:
            await self.web.start()
        except OSError as error:
            place = f"{self.settings.http_host}:{self.settings.http_port}"
            raise StartError(
                f"Cannot listen on {place} ({error.strerror}). Set HTTP_PORT to a free port."
            ) from None

    def _say_the_way(self) -> None:
        """Say whether a proxy stands between; what it may say of itself holds no password."""
        proxy = proxy_for(self.settings.telegram_api_url)
        if proxy and proxy.is_usable:
            log.info("Telegram is asked through a proxy", proxy=proxy.place)
        elif proxy:
            log.warning(
                "the proxy is not used, and Telegram is asked directly: only http:// proxies can be used. "
                "Name one in HTTPS_PROXY, or Telegram's host in NO_PROXY",
                proxy=proxy.place,
            )

    async def _greet_telegram(self) -> None:
        """Learn the bot's own name; while Telegram is away, try again for about a minute."""
        self._say_the_way()
        delays = Backoff(*GREETING_DELAYS)
        for _ in range(GREETING_TRIES):
            try:
                await connect(self._application)
            except TokenError as error:
                raise StartError(error.sentence(self.settings.telegram_api_url)) from None
            except UnreachableError as error:
                log.warning("Telegram does not answer yet", error=str(error))
                await self._backoff(next(delays))
            else:
                return
        raise StartError("Telegram does not answer. Check the network and TELEGRAM_API_URL.")

    def _boards(self, reading: Reading) -> Boards:
        return Boards(
            self.campaigns,
            self._admins,
            self.transport,
            self.lanes,
            self.clock,
            username=str(self._application.bot.username),
            publication=lambda: self.archive.publication,
            titled=reading.titled,
            leads=self._leads,
        )

    def _waiting_issues(self, reading: Reading) -> WaitingIssues:
        return WaitingIssues(
            self.release_questions,
            self._admins,
            self.transport,
            self.lanes,
            self.clock,
            username=str(self._application.bot.username),
            publication=lambda: self.archive.publication,
            title=reading.title,
            leads=self._leads,
            edit_seconds=self._board_seconds,
        )

    def _notices(self, reading: Reading) -> Notices:
        return Notices(
            self.campaigns,
            self._admins,
            self.transport,
            self.lanes,
            username=str(self._application.bot.username),
            has_issue=lambda day: self.archive.facts(day) is not None,
            title=reading.title,
            titled=reading.titled,
            leads=self._leads,
        )

    def _news(self) -> NewsTeller:
        desk = FolderNewsDesk(self.database, self.archive, self.clock, self._admins)
        return NewsTeller(desk, self.archive, self.transport, self.lanes, self.clock)

    def _newsroom(self) -> Newsroom:
        desk = FeedbackDesk(
            self.database,
            self.clock,
            self._admins,
            lambda: self.lease.epoch,
            lambda: self.archive.publication,
        )
        username = str(self._application.bot.username)
        return Newsroom(desk, self.archive, self.transport, self.lanes, username=username)

    async def _desk(
        self, menus: Menus, reading: Reading, envelope: Envelope, boards: Boards, waiting: WaitingIssues
    ) -> Desk:
        return Desk(
            clock=self.clock,
            reading=reading,
            readers=Readers(self.database, self.clock),
            subscriptions=Subscriptions(self.database, self.clock, self._hash_key()),
            granting=Granting(self.database, self.clock),
            auditing=Auditing(self.database),
            broadcasting=Broadcasting(
                self.database, self.clock, self.settings.admin_ids, lambda: self.archive.publication
            ),
            campaigns=self.campaigns,
            boards=boards,
            release_questions=self.release_questions,
            waiting_issues=waiting,
            feedback=Feedback(self.database, self.clock),
            transport=self.transport,
            showing=Showing(reading, envelope, self._covers, self._rich),
            menus=menus,
            thanks_limiter=ThanksLimiter(),
            username=str(self._application.bot.username),
            admins=self.settings.admin_ids,
        )

    def _public_pages(self) -> PublicPages:
        reading = PublicReading(self.archive, self.clock)
        return PublicPages(reading, lambda: name_of(self._application), self.settings.public_url)

    def _web_server(self) -> WebServer:
        """What a proxy, Prometheus and everyone may ask."""
        self.metrics.last_poll(lambda: self._polling.silence)
        self.metrics.leader(self._leads)
        self.metrics.clock_skew(lambda: self._hours.skew)
        if hook := self._webhook:
            self.metrics.webhook(lambda: hook.is_set)
        self.metrics.rate(self.lanes.rate)
        self.metrics.waits(self.lanes.waits, lambda: self.lanes.held_seconds)
        self.metrics.window(self.settings.window, lambda: self.sender.in_use if self.sender else 0)
        figures = Figures(self.database, self.archive, self.clock, self.metrics)
        page = MetricsPage(self.metrics, figures, self.health)
        settings = self.settings
        secret = settings.webhook_secret
        webhook = Webhook(secret, self._webhook.take) if secret and self._webhook else None
        return WebServer(
            self._public_pages(),
            self.health,
            page,
            settings.http_host,
            settings.http_port,
            webhook=webhook,
        )

    @property
    def _webhook_address(self) -> str | None:
        """Where Telegram is to bring updates, if it is to."""
        has_one = self.settings.webhook_secret and self.settings.public_url
        return f"{self.settings.public_url}{PATH}" if has_one else None

    def _telegram_webhook(self, watch_seconds: float) -> TelegramWebhook | None:
        """Return the webhook that is to be used instead of polling, if one is."""
        secret, address = self.settings.webhook_secret, self._webhook_address
        if secret is None or address is None:
            return None
        return TelegramWebhook(
            self.transport, self.intake, address, secret, self._disputes, watch_seconds=watch_seconds
        )

    def _hash_key(self) -> bytes:
        if given := self.settings.hash_key:
            return given.get_secret_value().encode()
        folder = self.database.folder
        try:
            return kept_key(folder)
        except OSError as error:
            sentence = f"The key cannot be kept in {folder} ({error.strerror}). Set HASH_KEY."
            raise StartError(sentence) from None


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, but break it off when the program is to stop."""
    working, ending = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        log.info("stopped before it was ready")
    with suppress(asyncio.CancelledError):
        await working


def _say_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a background task has ended", exc_info=error)


def kept_key(folder: Path) -> bytes:
    """Return the key beside the database, made at the first start and readable by us alone."""
    file = folder / "hash.key"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="hash.key.") as draft:
            draft.write(secrets.token_hex(32).encode())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # another program that started with us was first
                os.link(draft.name, file)
    return file.read_bytes().strip()
