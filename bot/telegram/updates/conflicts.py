"""What to do when another webhook or poller takes our updates."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog

from bot.domain.delivery.outcome import Outcome, Sent
from bot.services.updates.conflicts import ConflictKind, UpdateConflicts
from bot.telegram.api.errors import AnswerLostError
from bot.telegram.api.transport import Transport
from bot.waiting import Backoff

log = structlog.get_logger(__name__)

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 30.0
"""The longest wait before updates are taken back, however often they are taken away."""

CALM_SECONDS = 600.0
"""A conflict that is met again after this counts as new: the waits begin small again."""

STANDS_SECONDS = 30.0
"""For so long after a conflict was last met, it counts as going on."""

CAUSES = {
    ConflictKind.WEBHOOK: "Somebody has set another webhook for this token; it is taken back",
    ConflictKind.REMOVED: "Somebody has removed the webhook; it is set again",
    ConflictKind.POLLER: "A second program fetches the updates of this token: stop it",
}
STAND_BACK = (
    "A process of this database has its updates brought to another address. Give all of them the same "
    "PUBLIC_URL and WEBHOOK_SECRET, or none of them"
)


class ConflictPolicy:
    """Decides how long to wait before updates are taken back, and tells admins of the conflict."""

    def __init__(
        self, update_conflicts: UpdateConflicts, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._update_conflicts = update_conflicts
        self._monotonic = monotonic
        self._met_at: float | None = None
        self._backoff = Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        self.trouble: str | None = None
        """What keeps updates away, as a sentence for /readyz; None when nothing does."""

    async def met(self, kind: ConflictKind, address: str = "") -> float:
        """Note that somebody took our updates; return how many seconds to wait before they are taken back.

        `address`: the other webhook. The wait doubles from meeting to meeting up to
        `LONGEST_DELAY_SECONDS`.
        """
        now, before = self._monotonic(), self._met_at
        if before is None or now - before > CALM_SECONDS:
            self._backoff.reset()
        self._met_at, delay = now, next(self._backoff)
        where = host_of(address)
        self.trouble = f"{CAUSES[kind]} ({where})." if where else f"{CAUSES[kind]}."
        told = await self._update_conflicts.note(kind, where)
        (log.error if told else log.warning)(self.trouble, seconds=delay)
        return delay

    async def stands_back(self, address: str) -> bool:
        """Tell whether the webhook `address` is one of our own processes'.

        Such a conflict is logged once, and the webhook stays.
        """
        if not await self._update_conflicts.are_ours(address):
            return False
        trouble = f"{STAND_BACK} ({host_of(address)})."
        if trouble != self.trouble:
            log.error(trouble)
        self.trouble, self._met_at = trouble, None
        return True

    def leave(self) -> None:
        """Note that this process no longer fetches updates."""
        self.trouble, self._met_at = None, None

    def calm(self) -> None:
        """Note that updates come. `trouble` ends `STANDS_SECONDS` after the conflict was last met."""
        if self._met_at is None or self._monotonic() - self._met_at >= STANDS_SECONDS:
            self.trouble = None


async def webhook_of(transport: Transport) -> str:
    """Ask Telegram for the address of the webhook; "" where none is set.

    AnswerLostError for any other answer.
    """
    outcome: Outcome = await transport.call("getWebhookInfo", {})
    address = outcome.answer.get("url") if isinstance(outcome, Sent) else None
    if not isinstance(address, str):
        raise AnswerLostError(f"Telegram does not say which webhook is set: {getattr(outcome, 'reason', '')}")
    return address


def host_of(address: str) -> str:
    """Return the host of an address, "" where it has none. The path may hold a secret and is never shown."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
