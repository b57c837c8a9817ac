"""The way on: a reader's offer where her access ends."""

from datetime import datetime
from enum import StrEnum

from bot.domain.content.offers import Offer, OfferFor
from bot.domain.content.on_offer import OnOffer


class Way(StrEnum):
    """How a reader may go on reading where her access ends; the first that fits."""

    PROMOTION = "promotion"  # one runs that she may take
    TRIAL = "trial"  # the free trial is open to her
    LAPSED = "lapsed"  # she had access once
    NONE = "none"


def way_on(
    on_offer: OnOffer,
    now: datetime,
    *,
    trial_at: datetime | None,
    full_since: datetime | None,
    full_until: datetime | None,
    used_up: str | None,
) -> Way:
    """Return the way on of a reader who was given the trial at `trial_at`, whose access first began at
    `full_since` and ends at `full_until`, and who has used up the promotion with the id `used_up`.
    """
    had_access = full_since is not None and full_since <= now
    has_access = full_until is not None and full_until > now
    promotion = on_offer.promotion
    if (
        promotion is not None
        and promotion.id != used_up
        and is_for(promotion.who, had_access=had_access, has_access=has_access)
    ):
        return Way.PROMOTION
    if on_offer.trial_days and trial_at is None:
        return Way.TRIAL
    return Way.LAPSED if had_access else Way.NONE


def is_for(who: OfferFor, *, had_access: bool, has_access: bool) -> bool:
    """Tell whether an offer is for a reader who has access now, or had it at any time up to now."""
    match who:
        case OfferFor.NEW:
            return not had_access
        case OfferFor.LAPSED:
            return had_access and not has_access
        case _:
            return True


def ways_of(on_offer: OnOffer) -> tuple[Way, ...]:
    """Return the ways on that some reader may have now, the first that fits first."""
    promotion = (Way.PROMOTION,) if on_offer.promotion is not None else ()
    trial = (Way.TRIAL,) if on_offer.trial_days else ()
    return (*promotion, *trial, Way.LAPSED, Way.NONE)


def without_promotion(on_offer: OnOffer) -> OnOffer:
    return OnOffer(on_offer.trial_days)


def anonymous_way(on_offer: OnOffer) -> Way:
    """Return what is offered where nobody knows who reads: in groups, on pages for everyone."""
    if _is_for_everyone(on_offer.promotion):
        return Way.PROMOTION
    return Way.TRIAL if on_offer.trial_days else Way.NONE


def _is_for_everyone(promotion: Offer | None) -> bool:
    return promotion is not None and promotion.who is OfferFor.EVERYONE
