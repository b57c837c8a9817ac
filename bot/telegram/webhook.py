"""The webhook, as Telegram knows it: where updates are to be brought, and what becomes of them."""

import asyncio
from typing import Any

import structlog
from pydantic import SecretStr

from bot.domain.delivery import NotSent, Sent
from bot.telegram.checkout import answer_checkout
from bot.telegram.intake import Intake
from bot.telegram.polling import ALLOWED_UPDATES
from bot.telegram.transport import Transport

log = structlog.get_logger(__name__)

CONNECTIONS = 100
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class TelegramWebhook:
    def __init__(self, transport: Transport, intake: Intake, address: str, secret: SecretStr) -> None:
        """`address` is where Telegram is to bring updates, with `secret` in a header."""
        self._transport = transport
        self._intake = intake
        self._address = address
        self._secret = secret
        self.is_set = False
        """Whether Telegram has accepted the address."""

    async def publish(self) -> None:
        """Tell Telegram the address, however long it takes: without it nobody is answered."""
        pause = FIRST_PAUSE_SECONDS
        payload = {
            "url": self._address,
            "secret_token": self._secret.get_secret_value(),
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": CONNECTIONS,
        }
        while not isinstance(outcome := await self._transport.call("setWebhook", payload), Sent):
            log.error("webhook not set", reason=outcome.reason)
            await asyncio.sleep(max(pause, outcome.wait) if isinstance(outcome, NotSent) else pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        self.is_set = True

    async def take(self, update: dict[str, Any]) -> None:
        """Keep an update that Telegram brought, before it is acknowledged; an error means: bring it again."""
        await answer_checkout(self._transport, update)
        await self._intake.receive(update)
