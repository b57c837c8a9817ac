"""The failure threshold: when a campaign pauses itself."""

from collections import deque

from bot.domain.delivery.campaign import Why
from bot.domain.delivery.outcome import Gone, NotSent, Outcome, Rejected, Sent

WINDOW = 200
SHARE = 5
"""A campaign pauses when more than a fifth (1 / SHARE) of its last 200 outcomes failed."""

REJECTED_IN_A_ROW = 20
"""A campaign pauses when so many messages in a row were rejected: then the message itself is wrong."""

FEW = 20
"""Of fewer outcomes than this, half may fail: a handful of readers is no sample."""


class FailureThreshold:
    """Counts failures among the last 200 outcomes of one campaign.

    Make a new one when a campaign is resumed: whoever resumes it accepts what failed before.
    """

    def __init__(self) -> None:
        self._failed: deque[bool] = deque(maxlen=WINDOW)
        self._count = 0  # of failures among them
        self._rejected = 0

    def note(self, outcome: Outcome) -> Why | None:
        """Count an outcome; return why the campaign must pause now, None where it need not.

        `Unknown` and `NotSent` are not counted: nobody knows whether they failed.
        """
        if isinstance(outcome, NotSent):
            return None
        if isinstance(outcome, Rejected) and outcome.is_of_token:
            return Why.TOKEN
        if isinstance(outcome, Sent | Gone | Rejected):
            self._count_in(failed=not isinstance(outcome, Sent))
            self._rejected = self._rejected + 1 if isinstance(outcome, Rejected) else 0
        if self._rejected >= REJECTED_IN_A_ROW:
            return Why.REJECTED
        return Why.FAILURES if self._count * SHARE > WINDOW else None

    def _count_in(self, *, failed: bool) -> None:
        if len(self._failed) == WINDOW:
            self._count -= self._failed[0]
        self._failed.append(failed)
        self._count += failed


def is_sound(failed: int, outcomes: int) -> bool:
    """Tell whether few enough deliveries of an ended campaign failed to believe that these readers are gone,
    and not that something was wrong with the campaign.
    """
    if outcomes < FEW:
        return failed * 2 <= outcomes
    return failed * SHARE <= outcomes
