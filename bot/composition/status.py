"""Program status: what runs now, as the web server reports it."""

from typing import Any

from bot.services.delivery.sending.sender import Sender
from bot.services.updates.update_inbox import NotReadyError
from bot.telegram.updates.polling import Polling
from bot.telegram.updates.webhook import TelegramWebhook


class ProgramStatus:
    """Read by health, metrics, public pages and the webhook, which are served before Telegram answers.

    Until `connected` is called there is no name, nothing is polled or sent, and updates are refused.
    """

    def __init__(self) -> None:
        self._username: str | None = None
        self._updates: Polling | TelegramWebhook | None = None
        self._sender: Sender | None = None
        self._is_running = False

    def connected(self, username: str, updates: Polling | TelegramWebhook, sender: Sender) -> None:
        """Note that Telegram has answered and the parts are built."""
        self._username, self._updates, self._sender = username, updates, sender

    def began(self) -> None:
        """Note that the program has started."""
        self._is_running = True

    def ended(self) -> bool:
        """Note that the program stops; return whether it had started."""
        was_running, self._is_running = self._is_running, False
        return was_running

    def is_running(self) -> bool:
        return self._is_running

    def username(self) -> str | None:
        return self._username

    def poll_silence(self) -> float | None:
        """Return the seconds since Telegram answered a poll; None where this process does not poll."""
        return self._updates.silence if isinstance(self._updates, Polling) else None

    def webhook_is_set(self) -> bool:
        return isinstance(self._updates, TelegramWebhook) and self._updates.is_set

    def window_in_use(self) -> int:
        """Return how many claims have no outcome on disk."""
        return self._sender.in_use if self._sender else 0

    async def take(self, update: dict[str, Any]) -> None:
        """Store an update that the webhook brought. NotReadyError where none is set up yet; DatabaseError."""
        if not isinstance(self._updates, TelegramWebhook):
            raise NotReadyError
        await self._updates.take(update)
