"""The simulator: the HTTP server and its interface for tests."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import ClientSession, web

from telegram_simulator.api import responses
from telegram_simulator.api.handler import NOT_FOUND, ApiHandler
from telegram_simulator.api.ledger import CAPACITY, Ledger
from telegram_simulator.clock import Clock
from telegram_simulator.control import app as control
from telegram_simulator.control.guard import add_headers, guard
from telegram_simulator.network.disruptions import Disruptions
from telegram_simulator.network.faults import Faults
from telegram_simulator.network.rates import Rates
from telegram_simulator.network.webhooks import WebhookDelivery
from telegram_simulator.payments.settings import PaymentSettings
from telegram_simulator.payments.telegram_side import TelegramSide
from telegram_simulator.state.bulk_people import FIRST_ID, LANGUAGES, make_people
from telegram_simulator.state.people import Group, Person
from telegram_simulator.state.registry import Registry
from telegram_simulator.state.seeding import Seed
from telegram_simulator.state.state import State
from telegram_simulator.state.visible_history import HistoryEntry, visible_history

BODY_LIMIT = 60 * 1024 * 1024
TAP_SECONDS = 15.0
"""The real figure is the server's, and unknown."""

WEBHOOK_PAUSE = 1.0
BACKLOG = 4096
"""Connections that may wait to be accepted. Of more the system drops the first packet, and the client tries
again after 1, 3, 7 … s: a crowd that connects at once would keep everyone else out for so long.
"""
TICK = 0.05
"""After so many seconds it is seen that somebody has moved the clock."""

GRACE = 0.5  # seconds that answers on their way have when the simulator stops


class Simulator:
    """Made with a clock for the time of day; waits and rates run on monotonic time.

    `strict` refuses parameters that no method documents, as no real server does. `webhook_retry` is the
    first wait, in seconds, before an update is brought to a webhook again. The ledger holds the last
    `ledger_rows` calls (None: all). `zone` is where the chat page's clock hangs. A tap may be answered for
    `tap_seconds`. A bot sets a webhook at most once in `webhook_pause` seconds.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        strict: bool = False,
        webhook_retry: float = 1.0,
        ledger_rows: int | None = CAPACITY,
        zone: str | None = None,
        tap_seconds: float = TAP_SECONDS,
        webhook_pause: float = WEBHOOK_PAUSE,
    ) -> None:
        self._state = State(
            clock,
            strict=strict,
            ledger_rows=ledger_rows,
            zone=zone,
            tap_seconds=tap_seconds,
            webhook_pause=webhook_pause,
        )
        self._registry = Registry(self._state)
        self._calls = ApiHandler(self._state)
        self._webhook_retry = webhook_retry
        self.address = ""

    @property
    def faults(self) -> Faults:
        return self._state.faults

    @property
    def rates(self) -> Rates:
        return self._state.rates

    @property
    def payments(self) -> PaymentSettings:
        """How payments go, until the next reset."""
        return self._state.payments.settings

    @property
    def ledger(self) -> Ledger:
        return self._state.ledger

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve the Bot API, the control API and the chat page.

        OSError when the port is taken; another one may be tried then.
        """
        self._session = ClientSession()
        self._webhooks = WebhookDelivery(self._state, self._session, self._webhook_retry)
        self._state.deliver = self._webhooks.deliver
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, backlog=BACKLOG).start()
        except OSError:
            await self._leave()
            raise
        self._ticking = asyncio.create_task(self._tick())
        bound = self._runner.addresses[0]
        self.address = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """End every poll, stream and wait at once, then close."""
        self._state.close()
        await self._ticking
        await self._leave()

    async def _leave(self) -> None:
        await self._webhooks.stop()
        await self._runner.cleanup()
        await self._session.close()

    def name_bot(self, token: str, name: str) -> None:
        """Give a bot the name that @BotFather would have asked for."""
        self._state.require_account(token).words["name", ""] = name

    def person(
        self,
        *,
        id: int,  # noqa: A002  # Telegram's word
        first_name: str,
        token: str,
        language_code: str | None = None,
        note: str = "",
        stars: int | None = None,
    ) -> Person:
        """Return the person in a private chat with this bot, made when new, with so many `stars` if given.

        `note` is for the chat page.
        """
        account = self._state.require_account(token)
        if not self._registry.knows(id):
            self._registry.introduce(id, first_name, language_code, note)
        person = self._registry.person(account, id)
        if stars is not None:
            person.stars.balance = stars
        return person

    def crowd(
        self,
        count: int,
        *,
        token: str,
        first_id: int = FIRST_ID,
        languages: Sequence[str] = LANGUAGES,
        starts: bool = False,
    ) -> list[Person]:
        """Make many people, their languages in turn; with `starts` they all write /start now."""
        account = self._state.require_account(token)
        return make_people(self._registry, account, count, first_id, languages, starts=starts)

    def seen(self, chat_id: int, *, token: str) -> list[HistoryEntry]:
        """Return what of this bot was ever seen in a chat, in short; nothing of it is forgotten."""
        chat = self._state.require_account(token).chats.get(chat_id)
        return [] if chat is None else visible_history(chat)

    def content_of(self, file_id: str) -> bytes:
        """Return what stands in a file that somebody sent; ApiError 400 for an id that was never given."""
        return self._state.files.of_any(file_id).content

    def group(self, *, id: int, title: str, token: str) -> Group:  # noqa: A002  # Telegram's word
        """Return the group, made when new, with this bot in it."""
        return self._registry.group(self._state.require_account(token), id, title)

    def channel(self, *, id: int, title: str, token: str) -> Group:  # noqa: A002  # Telegram's word
        """Return the channel, made when new, with this bot as an administrator; people post as it."""
        return self._registry.group(self._state.require_account(token), id, title, channel=True)

    def plant(self, seed: Seed) -> None:
        """Start with these people and groups; each bot that calls from now on is in the groups."""
        self._registry.plant(seed)

    def reset(self) -> None:
        """Forget all bots, chats, people, files, calls, faults and rates, as between two tests."""
        self._state.reset()
        self._registry.reset()

    def introduce(
        self, count: int, *, first_id: int = FIRST_ID, languages: Sequence[str] = LANGUAGES
    ) -> None:
        """Make people whom every bot knows, none of whom has started one."""
        for number in range(count):
            language = languages[number % len(languages)]
            self._registry.introduce(first_id + number, f"Reader {number + 1}", language)

    def pushes(self, token: str, update: dict[str, Any]) -> int:
        """Queue a raw update, also of a kind the bot did not ask for; returns its id, given or new."""
        account = self._state.require_account(token)
        account.remember_mentioned(update, self._state.now())
        return account.updates.push(update)

    def loses_synchronization(self, token: str) -> None:
        """Let getWebhookInfo say that the Bot API server was cut off from Telegram until now."""
        now = self._state.clock.now()
        self._state.require_account(token).synchronization_failed_at = int(now.timestamp())

    async def until(self, condition: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109  # a test's deadline
        """Wait until a condition of what has been called or seen holds; TimeoutError when it does not."""
        await self._state.changed.wait_for(condition, timeout)

    def stars(self, token: str) -> TelegramSide:
        """Return a bot's Stars as Telegram sees them: refunds, transactions of other kinds."""
        payments = self._state.payments
        return TelegramSide(payments, payments.of(self._state.require_account(token)))

    def disruptions(self, token: str) -> Disruptions:
        """Return what loses, doubles or holds back a bot's updates."""
        return self._state.require_account(token).updates.disruptions

    def release(self, token: str, kind: str | None = None, *, backwards: bool = False) -> int:
        """Let held updates of a kind (None: all) come, newest first if `backwards`; returns how many."""
        return self._state.require_account(token).updates.release(kind, backwards=backwards)

    def tokens(self) -> list[str]:
        """Return the tokens of the bots that have called or been named, in that order."""
        return list(self._state.accounts)

    def webhook(self, token: str) -> str:
        """Return the address of a bot's webhook, "" without one."""
        return self._state.require_account(token).webhook.url

    def open_taps(self, token: str) -> list[str]:
        """Return the ids of the taps that nobody has answered yet."""
        return list(self._state.require_account(token).queries)

    async def wait_until_idle(self, token: str, timeout: float = 5.0) -> None:  # noqa: ASYNC109  # a test's deadline
        """Wait until the bot has confirmed every update and no request of it is in flight."""
        account = self._state.require_account(token)
        self._state.payments.catch_up()
        async with asyncio.timeout(timeout):
            while len(account.updates) or self._state.busy:
                await account.updates.changed.wait_for(lambda: len(account.updates) == 0, None)
                await self._state.changed.wait_for(lambda: self._state.busy == 0, None)

    async def _tick(self) -> None:
        while not self._state.closing:
            self._state.payments.catch_up()
            await self._state.pause(TICK)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_LIMIT, middlewares=[guard, control.error_answers])
        application.on_response_prepare.append(add_headers)
        for verb in ("GET", "POST"):
            application.router.add_route(verb, "/bot{token:[^/]+}/{method:[^/]*}", self._calls.answer)
        application.router.add_route("*", "/bot{rest:.*}", _not_found)
        application.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        application.add_routes(control.routes(self._state, self._registry, self._session))
        return application

    async def _download(self, request: web.Request) -> web.StreamResponse:
        account = self._state.account(request.match_info["token"])
        file = self._state.files.at(request.match_info["path"])
        if account is None or file is None or file.bot != account.id:
            return responses.response(NOT_FOUND.body(), NOT_FOUND.code)
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _not_found(_request: web.Request) -> web.Response:
    return responses.response(NOT_FOUND.body(), NOT_FOUND.code)
