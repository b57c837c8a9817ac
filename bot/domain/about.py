"""What a page says of the publication, in the reader's language."""

from dataclasses import dataclass

from bot.domain.publication import Publication


@dataclass(frozen=True, slots=True)
class About:
    tagline: str = ""
    terms: str | None = None  # a web address


def about(publication: Publication, language: str) -> About:
    return About(publication.tagline_in(language), publication.terms_in(language))
