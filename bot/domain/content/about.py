"""What a page says of the publication, in the reader's language."""

from dataclasses import dataclass

from bot.domain.content.publication import Publication


@dataclass(frozen=True, slots=True)
class About:
    tagline: str = ""
    terms: str | None = None  # a web address
    trial_days: int = 0  # 0: no trial is offered
    is_reachable: bool = False  # tells where one can ask for access: on a site, or of whom


def about(publication: Publication, language: str) -> About:
    return About(
        publication.tagline_in(language),
        publication.terms_in(language),
        publication.trial_days,
        is_reachable=bool(publication.site_in(language) or publication.contact_in(language)),
    )
