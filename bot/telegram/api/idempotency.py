"""Retries after a lost answer: which method allows them, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from bot.domain.delivery.outcome import Outcome
from bot.telegram.api.errors import MISSING_TO_DELETE, NOT_MODIFIED, STALE_CALLBACK, says

PATIENCE_SECONDS = 30.0
"""By then the reader has asked again."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often a call is made again, and until when."""

    pauses: tuple[float, ...] = ()
    """Seconds before each further try."""

    within: float = PATIENCE_SECONDS
    """No further try begins so many seconds after the first one began."""

    deadline: float | None = None
    """Seconds for each try, where they are fewer than usual."""

    done: tuple[str, ...] = ()
    """Telegram's words for: there is nothing left to do, as where an earlier try has arrived."""


NEVER = RetryRule()

RETRY_RULES = {
    # The same text, the same menu: what is done twice is as if it was done once.
    "edit": RetryRule((1.0, 2.0, 4.0), done=(NOT_MODIFIED,)),
    "delete": RetryRule((1.0, 2.0, 4.0), done=(MISSING_TO_DELETE,)),
    "set": RetryRule((1.0, 2.0, 4.0)),
    # Telegram takes the first answer and refuses the others; the reader's button spins for some 15 s.
    "answerCallbackQuery": RetryRule((0.3, 1.0, 3.0), within=10.0, deadline=4.0, done=STALE_CALLBACK),
    # The same, but Telegram waits for 10 s, and other updates wait for this.
    "answerPreCheckoutQuery": RetryRule((0.3, 1.0), within=6.0, deadline=3.0, done=STALE_CALLBACK),
    # A reply may have arrived: once more only, because two pages are better than silence.
    "send": RetryRule((1.0,)),
}
"""By the name of a method, or how it begins. A campaign's copy is none of these: `campaign_connection`
makes each call once, because a copy that may have arrived is never sent again unasked.
"""


class Retries:
    """The tries of one call: how long until the next one, if there is to be one."""

    def __init__(self, method: str, monotonic: Callable[[], float]) -> None:
        self._rule = _rule(method)
        self._pauses = iter(self._rule.pauses)
        self._monotonic = monotonic
        self._until = monotonic() + self._rule.within
        self.deadline = self._rule.deadline

    def pause(self, wait: float = 0.0) -> float | None:
        """Return the seconds until the next try, `wait` at the least; None when there is none."""
        pause = max(next(self._pauses, inf), wait)
        return pause if self._monotonic() + pause < self._until else None

    def are_done(self, outcome: Outcome) -> bool:
        """Tell whether a refusal says that what was wanted is so already."""
        return says(outcome, *self._rule.done)


def _rule(method: str) -> RetryRule:
    """Return the entry of a method; what the table does not name is never called again."""
    names = [name for name in RETRY_RULES if method.startswith(name)]
    return RETRY_RULES[max(names, key=len)] if names else NEVER
