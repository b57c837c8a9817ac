"""What a page says of the publication, in the reader's language."""

from dataclasses import dataclass

from bot.domain.content.on_offer import OnOffer
from bot.domain.content.publication import Publication


@dataclass(frozen=True, slots=True)
class About:
    tagline: str = ""
    terms: str | None = None  # a web address
    trial_days: int = 0  # 0: no trial is offered
    is_reachable: bool = False  # tells where one gets access: at a price, on a site, or of whom
    promotion: tuple[str, str, int] | None = None  # id, label and days of the one that runs


def about(publication: Publication, language: str, on_offer: OnOffer) -> About:
    promotion = on_offer.promotion
    return About(
        publication.tagline_in(language),
        publication.terms_in(language),
        on_offer.trial_days,
        is_reachable=publication.is_reachable_in(language),
        promotion=None if promotion is None else (promotion.id, promotion.label_in(language), promotion.days),
    )
