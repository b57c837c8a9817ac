"""The states of the sender, and when each applies."""

from enum import Enum


class SenderState(Enum):
    """What the sender does next. It is decided before every step: the first state that applies counts.

    1. DRAINING: `stop` was called. Nothing is claimed; what is in flight gets its outcome, for 13 s at most.
    2. STANDING_BY: this process does not hold the lease. It looks again after a rest.
    3. UNSURE: a transaction that claims has failed, and its COMMIT may have been made all the same. Nothing
       is claimed until nothing is in flight; then whatever is still claimed in this epoch becomes pending
       again.
    4. RECOVERING: a new epoch, or ten minutes without a possible claim. What an earlier sender left claimed
       becomes unknown, and campaigns that are late by now are paused.
    5. PROBING: the circuit breaker is open. Telegram is asked now and then whether it answers.
    6. COOLING_DOWN: after a 429 Telegram wants nothing sent to anyone until its `retry_after` is over.
    7. SENDING: what is due is claimed and sent, as far as the window and the rate limiter have room.
    """

    DRAINING = "draining"
    STANDING_BY = "standing by"
    UNSURE = "unsure"
    RECOVERING = "recovering"
    PROBING = "probing"
    COOLING_DOWN = "cooling down"
    SENDING = "sending"
