"""What a publication offers for nothing at a moment."""

from dataclasses import dataclass

from bot.domain.content.offers import Offer


@dataclass(frozen=True, slots=True)
class OnOffer:
    """`trial_days`: the length of the trial, 0 where there is none. `promotion`: the one that runs and can
    still be taken; whom it is for is not asked.
    """

    trial_days: int = 0
    promotion: Offer | None = None
