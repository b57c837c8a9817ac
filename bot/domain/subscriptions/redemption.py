"""What came of asking for an offer, by its code or its button."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.content.offers import Offer

MOST_TRIES = 5
"""So many wrong codes may a reader try in `TRIES_WINDOW`."""

TRIES_WINDOW = timedelta(minutes=10)


class Outcome(StrEnum):
    OPEN = "open"  # she may have it; nothing is given yet
    GIVEN = "given"
    NO_CODE = "no code"  # the text has no code's form
    UNKNOWN = "unknown"  # wrong, used by somebody else, used up, or not valid now: never said which
    WAIT = "wait"  # too many wrong codes
    HAD = "had"  # she has redeemed it herself
    ENOUGH = "enough"  # she had the offer as often as she may; this code of it stays unused
    NOT_HERS = "not hers"  # it is for other readers (`Offer.who`)
    FOREVER = "forever"  # she has access without end
    OVER = "over"  # of a button: the offer has ended, or was taken as often as it may


@dataclass(frozen=True, slots=True)
class Promise:
    """What the tapped button said: so many `days` (None: it names none), and that they come `after` the
    access that she has.
    """

    days: int | None = None
    after: bool = False


@dataclass(frozen=True, slots=True)
class Redemption:
    """`until`: the end of her access, with the offer where she has it or may have it. `at`: when she had it,
    or (WAIT) when she may try again. `added`: she has other access, which it adds to.
    """

    outcome: Outcome
    offer: Offer | None = None
    until: datetime | None = None
    at: datetime | None = None
    added: bool = False


def try_again_at(tries: list[datetime]) -> datetime | None:
    """Return when somebody may try again who tried wrong codes at these moments of the last ten minutes, the
    last first; None: at once.
    """
    return tries[MOST_TRIES - 1] + TRIES_WINDOW if len(tries) >= MOST_TRIES else None
