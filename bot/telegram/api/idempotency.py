"""Idempotency: which methods may be retried after a lost answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import inf

from bot.domain.delivery.outcome import Outcome
from bot.telegram.api.errors import MISSING_TO_DELETE, NOT_MODIFIED, STALE_CALLBACK, says

PATIENCE_SECONDS = 30.0
"""No retry begins later than this: by then the reader has asked again."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often a call may be retried, and until when."""

    pauses: tuple[float, ...] = ()
    """The seconds before each retry: as many retries as there are pauses."""

    within: float = PATIENCE_SECONDS
    """No retry begins later than so many seconds after the first attempt began."""

    deadline: float | None = None
    """The seconds that each attempt may take; None: the request's own deadline."""

    done: tuple[str, ...] = ()
    """Telegram's words for: it is so already, as where an earlier attempt has arrived."""


NEVER = RetryRule()

RETRY_RULES = {
    # Idempotent: the same text or the same menu twice is as good as once.
    "edit": RetryRule((1.0, 2.0, 4.0), done=(NOT_MODIFIED,)),
    "delete": RetryRule((1.0, 2.0, 4.0), done=(MISSING_TO_DELETE,)),
    "set": RetryRule((1.0, 2.0, 4.0)),
    # Telegram takes the first answer and refuses the others; the reader's button spins for some 15 s.
    "answerCallbackQuery": RetryRule((0.3, 1.0, 3.0), within=10.0, deadline=4.0, done=STALE_CALLBACK),
    # As above; but Telegram waits for only 10 s, and other updates wait meanwhile.
    "answerPreCheckoutQuery": RetryRule((0.3, 1.0), within=6.0, deadline=3.0, done=STALE_CALLBACK),
    # A charge is refunded once; what was refunded by an earlier attempt is refused as such.
    "refundStarPayment": RetryRule((1.0, 3.0)),
    # Not idempotent, and tried once more all the same: the same page twice is better than silence.
    "send": RetryRule((1.0,)),
}
"""Rules by method, or by how its name begins. A campaign's messages follow none of them:
`campaign_connection` calls once, because a delivery that may have arrived is never sent again unasked.
"""


class Retries:
    """The retries of one call, whose first attempt begins when this is made."""

    def __init__(self, method: str, monotonic: Callable[[], float]) -> None:
        self._rule = _rule(method)
        self._pauses = iter(self._rule.pauses)
        self._monotonic = monotonic
        self._until = monotonic() + self._rule.within
        self.deadline = self._rule.deadline

    def pause(self, wait: float = 0.0) -> float | None:
        """Return the seconds until the next attempt, at least `wait`; None where there is none."""
        pause = max(next(self._pauses, inf), wait)
        return pause if self._monotonic() + pause < self._until else None

    def are_done(self, outcome: Outcome) -> bool:
        """Tell whether a refusal says that there is nothing left to do."""
        return says(outcome, *self._rule.done)


@cache
def _rule(method: str) -> RetryRule:
    """Return the rule of a method: of several that fit, that with the longest name; by default NEVER."""
    names = [name for name in RETRY_RULES if method.startswith(name)]
    return RETRY_RULES[max(names, key=len)] if names else NEVER
