"""The circuit breaker: while Telegram does not answer, nothing is claimed."""

from bot.domain.delivery.outcome import NotSent, Outcome, Unknown
from bot.waiting import Backoff

FAILURES_IN_A_ROW = 5
FIRST_PROBE_SECONDS = 1.0
LONGEST_PROBE_SECONDS = 60.0  # the most that a campaign loses after Telegram answers again


class CircuitBreaker:
    """A circuit breaker over the outcomes of all campaigns. It counts only; the sender asks it and probes.

    - closed: campaigns are sent. Five messages in a row without an answer open it.
    - open: nothing is claimed; Telegram is probed after the delays of `pause`.
    - half open: a probe was answered, and one message is sent. Its answer closes the breaker, its loss opens
      it again.
    """

    def __init__(self, first_probe: float = FIRST_PROBE_SECONDS) -> None:
        """`first_probe`: seconds until the first probe; each later one waits twice as long, up to 60 s."""
        self.is_open = False
        self.half_open = False
        self._failures = 0  # in a row
        self._backoff = Backoff(first_probe, LONGEST_PROBE_SECONDS)

    def note(self, outcome: Outcome) -> None:
        """Count the outcome of a message. Only a lost answer or connection counts against Telegram: a refusal
        is an answer, and so is a 429 (`limited`).
        """
        lost = isinstance(outcome, Unknown) or (isinstance(outcome, NotSent) and not outcome.limited)
        self._failures = self._failures + 1 if lost else 0
        if lost and (self.half_open or self._failures >= FAILURES_IN_A_ROW):
            self.is_open, self.half_open = True, False
        elif not lost:
            self.half_open = False
            self._backoff.reset()  # the next outage begins with short waits

    def probed(self, *, answers: bool) -> None:
        """Note a probe: one that was answered half-opens the breaker, another leaves it open."""
        if answers:
            self.is_open, self.half_open, self._failures = False, True, 0

    def pause(self) -> float:
        """Return the seconds to wait before the next probe; each wait is longer than the last."""
        return next(self._backoff)
