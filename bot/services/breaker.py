"""The breaker: when Telegram does not answer, the sender stops claiming and asks now and then."""

from bot.domain.delivery import NotSent, Outcome, Unknown

FAILURES_IN_A_ROW = 5
FIRST_PROBE_SECONDS = 1.0
LONGEST_PROBE_SECONDS = 60.0


class Breaker:
    """Open: nothing is claimed. On trial: Telegram has answered a probe, and one message goes."""

    def __init__(self, first_probe: float = FIRST_PROBE_SECONDS) -> None:
        """`first_probe` is in seconds."""
        self._first = first_probe
        self.is_open = False
        self.on_trial = False
        self._in_a_row = 0
        self._pause = first_probe

    def note(self, outcome: Outcome) -> None:
        """Take up what became of a message."""
        lost = isinstance(outcome, Unknown) or (isinstance(outcome, NotSent) and not outcome.limited)
        self._in_a_row = self._in_a_row + 1 if lost else 0
        if lost and (self.on_trial or self._in_a_row >= FAILURES_IN_A_ROW):
            self.is_open, self.on_trial = True, False
        elif not lost:
            self.on_trial = False
            self._pause = self._first

    def probed(self, *, answers: bool) -> None:
        """Take up what a probe found."""
        if answers:
            self.is_open, self.on_trial, self._in_a_row = False, True, 0

    def pause(self) -> float:
        """Return how many seconds to wait before the next probe; each wait is twice the one before."""
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PROBE_SECONDS)
        return pause
