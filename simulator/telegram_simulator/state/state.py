"""The simulator's state: bots, chats, files, faults, rates and events."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram_simulator.api.ledger import Ledger
from telegram_simulator.clock import Clock
from telegram_simulator.condition import Condition
from telegram_simulator.network.cooldowns import Moment
from telegram_simulator.network.faults import Faults
from telegram_simulator.network.rates import Rates
from telegram_simulator.network.updates import UpdateQueue
from telegram_simulator.payments.payments import Payments
from telegram_simulator.state.account import Account, Webhook
from telegram_simulator.state.events import Events
from telegram_simulator.state.files import Files
from telegram_simulator.state.interning import InternCache
from telegram_simulator.state.messages import Content
from telegram_simulator.text.texts import Parser

TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
SUPERGROUPS = -1_000_000_000_000


class State:
    def __init__(
        self,
        clock: Clock,
        *,
        strict: bool,
        ledger_rows: int | None,
        zone: str | None,
        tap_seconds: float,
        webhook_pause: float,
    ) -> None:
        self.clock = clock
        self.tap_seconds = tap_seconds
        self.webhook_pause = webhook_pause
        self.strict = strict
        self.zone = zone
        self.parser = Parser()
        self.files = Files()
        self.events = Events()
        self.faults = Faults()
        self.rates = Rates()
        self.ledger = Ledger(ledger_rows)
        self.payments = Payments(clock, self.events)
        self.contents: InternCache[Content] = InternCache()
        self.keyboards: InternCache[Mapping[str, Any] | None] = InternCache()
        self.accounts: dict[str, Account] = {}
        self.busy = 0
        self.changed = Condition()
        self.deliver: Callable[[Account], None] = lambda _: None
        self.on_new_account: Callable[[Account], None] = lambda _: None
        self.run_call: Callable[[Account, dict[str, Any]], Awaitable[None]] = _nothing
        self._closing = asyncio.Event()

    def account(self, token: str) -> Account | None:
        """Return the bot of a well-formed token, made when it is new; None for any other text."""
        if not TOKEN.fullmatch(token):
            return None
        if token not in self.accounts:
            self.accounts[token] = Account(token, self.events, UpdateQueue(self.clock))
            self.on_new_account(self.accounts[token])
        return self.accounts[token]

    def require_account(self, token: str) -> Account:
        account = self.account(token)
        if account is None:
            raise ValueError("This is no bot token: give one like those of @BotFather, as in 12345:AbC…")
        return account

    def knows(self, account: Account) -> bool:
        """Tell whether this bot has not been forgotten since."""
        return self.accounts.get(account.token) is account

    def now(self) -> float:
        """Monotonic seconds, for waits and rates."""
        return time.monotonic()

    def moment(self) -> Moment:
        return Moment(self.now(), self.clock.now())

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    async def pause(self, seconds: float) -> None:
        """Sleep for so many seconds, or until the simulator stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def reset(self) -> None:
        """Forget all bots with their chats, updates and webhooks, all files, calls, faults, rates and Stars.

        Polls end. Bots that call again are new. The clock stays where it is.
        """
        for account in self.accounts.values():
            account.webhook = Webhook()
            account.updates.clear()
            account.updates.close()
        self.accounts.clear()
        self.payments.reset()
        self.files, self.faults, self.rates = Files(), Faults(), Rates()
        self.ledger.clear()

    def close(self) -> None:
        """End every wait at once."""
        self._closing.set()
        self.payments.close()
        for account in self.accounts.values():
            account.updates.close()
        self.events.close()


async def _nothing(_account: Account, _call: dict[str, Any]) -> None:
    pass
