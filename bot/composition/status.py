"""What of the program runs now, as its web server tells it."""

from typing import Any

from bot.services.delivery.sending.sender import Sender
from bot.services.updates.update_inbox import NotReadyError
from bot.telegram.updates.polling import Polling
from bot.telegram.updates.webhook import TelegramWebhook


class ProgramStatus:
    """Asked by health, metrics, public pages and the webhook, which are served before Telegram answers.

    Until `connected` there is no name, nothing is polled or sent, and an update is not taken.
    """

    def __init__(self) -> None:
        self._username: str | None = None
        self._updates: Polling | TelegramWebhook | None = None
        self._sender: Sender | None = None
        self._is_running = False

    def connected(self, username: str, updates: Polling | TelegramWebhook, sender: Sender) -> None:
        """Telegram has answered, and these parts are made."""
        self._username, self._updates, self._sender = username, updates, sender

    def began(self) -> None:
        """The program has started."""
        self._is_running = True

    def ended(self) -> bool:
        """The program stops; return whether it had started."""
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
        """Take an update that the webhook brought. NotReadyError until there is one."""
        if not isinstance(self._updates, TelegramWebhook):
            raise NotReadyError
        await self._updates.take(update)
