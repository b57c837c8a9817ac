"""The webhook: where Telegram brings updates, set and watched."""

import asyncio
from typing import Any

import structlog
from pydantic import SecretStr

from bot.domain.delivery.outcome import NotSent, Sent
from bot.services.updates.conflicts import ConflictKind
from bot.services.updates.update_inbox import UpdateInbox
from bot.telegram.api.transport import Transport
from bot.telegram.updates.checkout import CheckoutAnswers
from bot.telegram.updates.conflicts import ConflictPolicy, webhook_of
from bot.telegram.updates.polling import ALLOWED_UPDATES
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

WATCH_SECONDS = 30.0
"""How often to ask Telegram whether the webhook is still ours."""

CONNECTIONS = 100
"""How many updates Telegram may send at the same time; its maximum."""

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 60.0


class TelegramWebhook:
    def __init__(
        self,
        transport: Transport,
        update_inbox: UpdateInbox,
        address: str,
        secret: SecretStr,
        conflict_policy: ConflictPolicy,
        *,
        checkouts: CheckoutAnswers,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        """`address` is where Telegram is to bring updates, with `secret` in a header."""
        self._conflict_policy = conflict_policy
        self._checkouts = checkouts
        self._watch_seconds = watch_seconds
        self._transport = transport
        self._update_inbox = update_inbox
        self._address = address
        self._secret = secret
        self.is_set = False
        """Whether Telegram has accepted the address."""

    async def run(self) -> None:
        """Set the webhook, and set it again whenever another is set or ours was removed. Never returns."""
        await self.set_webhook()
        while True:
            await asyncio.sleep(self._watch_seconds)
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001  # whatever it is: it is looked up again
                log.warning("not known whether the webhook is set", error=type(error).__name__)

    async def _look(self) -> None:
        address = await webhook_of(self._transport)
        self.is_set = address == self._address
        if self.is_set:
            self._conflict_policy.calm()
        elif not (address and await self._conflict_policy.stands_back(address)):
            kind = ConflictKind.WEBHOOK if address else ConflictKind.REMOVED
            await asyncio.sleep(await self._conflict_policy.met(kind, address))
            await self.set_webhook()

    async def set_webhook(self) -> None:
        """Tell Telegram the address; try until it accepts, because without it nobody is answered."""
        backoff = Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        payload = {
            "url": self._address,
            "secret_token": self._secret.get_secret_value(),
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": CONNECTIONS,
        }
        while not isinstance(outcome := await self._transport.call("setWebhook", payload), Sent):
            log.error("webhook not set", reason=outcome.reason)
            asked_for = outcome.wait if isinstance(outcome, NotSent) else 0.0
            await asyncio.sleep(max(next(backoff), asked_for))
        self.is_set = True

    async def take(self, update: dict[str, Any]) -> None:
        """Store an update that Telegram sent, before it is acknowledged.

        After an error Telegram sends it again. A question before a payment that is answered is not stored:
        while the database is slow, the payer's next one would wait for that.
        """
        if not await self._checkouts.answer(update):
            await self._update_inbox.receive(update)
