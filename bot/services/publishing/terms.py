"""An issue's hour and languages, as publication.toml says them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.content.publication import Publication


@dataclass(frozen=True, slots=True)
class ReleaseTerms:
    hour: datetime
    languages: tuple[str, ...]
    push_day: int
    is_skipped: bool


def terms_of(publication: Publication, day: date) -> ReleaseTerms:
    hour, languages = publication.out_at(day), publication.languages
    return ReleaseTerms(hour, languages, publication.push_day, publication.skipped(day))
