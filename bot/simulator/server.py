"""The simulator itself: a local Telegram that speaks the Bot API over HTTP."""

import asyncio
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.simulator.calls import Calls
from bot.simulator.faults import Faults
from bot.simulator.ledger import Ledger
from bot.simulator.people import Group, Person
from bot.simulator.rates import Rates
from bot.simulator.world import SUPERGROUPS, World

BODY_LIMIT = 60 * 1024 * 1024


class Simulator:
    """Made with a clock for the time of day; `strict` refuses parameters that no method documents."""

    def __init__(self, clock: Clock, *, strict: bool = False) -> None:
        self._world = World(clock, strict=strict)
        self._people: dict[tuple[str, int], Person] = {}
        self._groups: dict[tuple[str, int], Group] = {}
        self._runner: web.AppRunner | None = None
        self.address = ""

    @property
    def faults(self) -> Faults:
        return self._world.faults

    @property
    def rates(self) -> Rates:
        return self._world.rates

    @property
    def ledger(self) -> Ledger:
        return self._world.ledger

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve the Bot API, the control API and the chat page; OSError when the port is taken."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        self.address = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        self._world.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def person(
        self, *, id: int, first_name: str, token: str, language_code: str | None = None  # noqa: A002  # Telegram's word
    ) -> Person:
        """Return the person in a private chat with this bot, made when new."""
        if (token, id) not in self._people:
            account = self._world.known(token)
            user: dict[str, Any] = {"id": id, "is_bot": False, "first_name": first_name}
            if language_code:
                user["language_code"] = language_code
            chat = account.chat(id, {"first_name": first_name, "type": "private"})
            chat.people[id] = user
            self._people[token, id] = Person(self._world, account, chat, user)
        return self._people[token, id]

    def group(self, *, id: int, title: str, token: str) -> Group:  # noqa: A002  # Telegram's word
        """Return the group, made when new, with this bot in it."""
        if (token, id) not in self._groups:
            account = self._world.known(token)
            kind = "supergroup" if id < SUPERGROUPS else "group"
            chat = account.chat(id, {"title": title, "type": kind})
            chat.started = True
            self._groups[token, id] = Group(self._world, account, chat)
        return self._groups[token, id]

    def pushes(self, token: str, update: dict[str, Any]) -> int:
        """Queue a raw update, also of a kind the bot did not ask for; returns its id, given or new."""
        account = self._world.known(token)
        account.learn(update, self._world.now())
        return account.updates.push(update)

    async def settled(self, token: str, timeout: float = 5.0) -> None:  # noqa: ASYNC109  # a test's deadline
        """Wait until the bot has confirmed every update and no request of it is in flight."""
        account = self._world.known(token)
        async with asyncio.timeout(timeout):
            await account.updates.signal.until(lambda: len(account.updates) == 0, None)
            await self._world.signal.until(lambda: self._world.busy == 0, None)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_LIMIT)
        calls = Calls(self._world)
        for verb in ("GET", "POST"):
            application.router.add_route(verb, "/bot{token:[^/]+}/{method:[^/]*}", calls.answer)
        return application
