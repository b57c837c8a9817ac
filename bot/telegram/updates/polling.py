"""Long polling: updates are acknowledged once they are in the inbox."""

import asyncio
import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import structlog

from bot.db.errors import is_news
from bot.domain.delivery.outcome import NotSent, Outcome, Sent
from bot.services.updates.conflicts import ConflictKind
from bot.services.updates.update_inbox import UpdateInbox
from bot.telegram.api.errors import AnswerLostError, NeverSentError, answer_of, outcome_of, says
from bot.telegram.api.transport import Transport
from bot.telegram.updates.checkout import answer_checkout
from bot.telegram.updates.conflicts import ConflictPolicy, host_of, webhook_of
from bot.waiting import Backoff, sleep_unless

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
FIRST_DELAY_SECONDS = 0.1
STANDBY_SECONDS = 0.5
"""How often a process that does not lead looks whether it does by now."""

LONGEST_DELAY_SECONDS = 10.0
"""The longest wait between two polls after failures in a row."""

STAND_BACK_SECONDS = 5.0
"""The wait where a webhook of another process of ours is set."""

SHARED_SECONDS = 60.0
"""A second poll that ends ours within this time is another program's (see `_share`)."""

WEBHOOK_ACTIVE = ("while webhook is active", "terminated by setwebhook request")
OTHER_POLL = ("terminated by other getupdates request",)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "pre_checkout_query")


class Polling:
    """Fetches updates with getUpdates in the process that leads, and stores them.

    1. A webhook that is set is removed, because Telegram refuses getUpdates beside it.
    2. Updates are fetched and stored in the inbox, in one transaction.
    3. The next call acknowledges them by its offset. After a crash in between they come again.
    """

    def __init__(
        self,
        transport: Transport,
        update_inbox: UpdateInbox,
        leads: Callable[[], bool],
        conflict_policy: ConflictPolicy,
        *,
        poll_seconds: int = POLL_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._update_inbox = update_inbox
        self._leads = leads
        self._conflict_policy = conflict_policy
        self._poll_seconds = poll_seconds
        self._monotonic = monotonic
        self._answered: float | None = None
        self._shared_at: float | None = None
        self._offset = 0
        self._webhook = WebhookState.PERHAPS
        self._backoff = Backoff(FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Poll until `stop` while this process leads; whatever goes wrong is logged and tried again."""
        while not self._stopping.is_set():
            if not self._leads():
                self._answered = None
                if self._webhook is not WebhookState.PERHAPS:
                    self._webhook = WebhookState.SINCE
                self._conflict_policy.leave()
                await sleep_unless(self._stopping, STANDBY_SECONDS)
                continue
            self._answered = self._monotonic() if self._answered is None else self._answered
            await self._attempt()
        self._answered = None

    async def _attempt(self) -> None:
        try:
            await self._once()
            self._backoff.reset()
        except Exception as error:  # noqa: BLE001  # whatever it is: without polling nobody is answered
            await sleep_unless(self._stopping, await self._wait_after(error))

    async def _wait_after(self, error: Exception) -> float:
        """Return how many seconds to wait after an error, even where handling the error fails too."""
        try:
            return await self._complain(error)
        except Exception as another:  # noqa: BLE001  # the same holds here
            log.warning(
                "an error could not be handled", error=_sentence(error), because=type(another).__name__
            )
            return next(self._backoff)

    async def _complain(self, error: Exception) -> float:
        """Log an error, or note the conflict that it shows; return how many seconds to wait."""
        if isinstance(error, RefusedError) and error.says(WEBHOOK_ACTIVE):
            self._webhook = WebhookState.SET
        elif isinstance(error, RefusedError) and error.says(OTHER_POLL):
            return await self._share()
        elif not isinstance(error, StandBackError) and is_news(error):
            log.warning("no updates for now", error=_sentence(error))
        return max(next(self._backoff), getattr(error, "wait", 0.0))

    async def _share(self) -> float:
        """Note that another poll ended ours; return how many seconds to wait.

        The first time it may be a process of ours that has just stopped leading, so no conflict is told.
        """
        now, before = self._monotonic(), self._shared_at
        self._shared_at = now
        if before is None or now - before > SHARED_SECONDS:
            return FIRST_DELAY_SECONDS
        return await self._conflict_policy.met(ConflictKind.POLLER)

    def stop(self) -> None:
        self._stopping.set()

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered, or since polling began; None while nobody polls here."""
        return None if self._answered is None else self._monotonic() - self._answered

    async def _once(self) -> None:
        if self._webhook is not WebhookState.NONE and not await self._take_back():
            return
        updates = await self._ask(self._poll_seconds)
        self._answered = self._monotonic()
        self._conflict_policy.calm()
        await self._keep(updates)

    async def _take_back(self) -> bool:
        """Remove the webhook, which Telegram would prefer to polling; return whether none is set any more.

        Waits first where it was set while this process led (see `ConflictPolicy.met`). Raises StandBackError
        where the webhook is one of our own processes'.
        """
        address = await webhook_of(self._transport)
        if address and await self._conflict_policy.stands_back(address):
            raise StandBackError
        is_set = self._webhook is WebhookState.SET
        if is_set or (address and self._webhook is WebhookState.SINCE):
            await sleep_unless(self._stopping, await self._conflict_policy.met(ConflictKind.WEBHOOK, address))
        if self._stopping.is_set() or not self._leads():
            return False
        if address or is_set:
            log.warning("removes a webhook that was set for this token", host=host_of(address))
            _insist("deleteWebhook", await self._transport.call("deleteWebhook", {}))
        self._webhook = WebhookState.NONE
        return True

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        for update in updates:
            await answer_checkout(self._transport, update)
        if updates:
            await self._update_inbox.take(updates)
            # After a quiet week Telegram may begin with another id: the newest is the last, not the greatest.
            self._offset = int(updates[-1]["update_id"]) + 1

    async def _ask(self, seconds: int) -> list[dict[str, Any]]:
        request = {"offset": self._offset, "timeout": seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        status, body = await self._transport.fetch("getUpdates", request, deadline=seconds + 10.0)
        answer = answer_of(body)
        if status != 200 or answer is None or answer.get("ok") is not True:
            raise RefusedError("getUpdates", outcome_of(status, body))
        return _updates(answer.get("result"))


class WebhookState(Enum):
    """What this process knows of a webhook.

    PERHAPS: one may have been set before the start. SINCE: one may have been set since this process led last.
    SET: Telegram said so. NONE: none was set when it was last asked.
    """

    NONE = "none"
    PERHAPS = "perhaps"
    SINCE = "since"
    SET = "set"


class StandBackError(Exception):
    """Another process of ours gets the updates by its webhook."""

    wait = STAND_BACK_SECONDS


class RefusedError(Exception):
    """Telegram answered with an error. `wait`: how many seconds it wants no further call."""

    def __init__(self, method: str, outcome: Outcome) -> None:
        self._outcome = outcome
        super().__init__(f"Telegram refused {method}: {getattr(outcome, 'reason', '')}")
        self.wait = outcome.wait if isinstance(outcome, NotSent) else 0.0

    def says(self, phrases: Sequence[str]) -> bool:
        return says(self._outcome, *phrases)


def _insist(method: str, outcome: Outcome) -> None:
    if not isinstance(outcome, Sent):
        raise RefusedError(method, outcome)


def _updates(result: Any) -> list[dict[str, Any]]:
    """Return the items of an answer that are updates; others have no id that could be acknowledged.

    Raises AnswerLostError where there are items but no update, so that the next call waits.
    """
    items = result if isinstance(result, list) else [result]
    updates = [
        update for update in items if isinstance(update, dict) and type(update.get("update_id")) is int
    ]
    if items and not updates:
        raise AnswerLostError("The answer to getUpdates holds no updates.")
    return updates


def _sentence(error: Exception) -> str:
    """Return an error for the log.

    Of an error that is not ours only the type: its text may hold an update.
    """
    ours = isinstance(error, RefusedError | NeverSentError | AnswerLostError)
    return str(error) if ours else type(error).__name__
