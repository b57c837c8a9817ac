"""What a grant is called, in words."""

from datetime import datetime

from bot.domain.readers.grants import Source
from bot.i18n import N_, Translator

NAMES = {
    Source.TRIAL: N_("the free trial"),
    Source.OFFER: N_("an offer"),
    Source.STARS: N_("the subscription in Stars"),
    Source.COMPLIMENTARY: N_("access as a gift"),
    Source.GIFT: N_("a gift"),
    Source.IMPORTED: N_("the subscription on our site"),
    Source.GRACE: N_("days of grace"),
}


def described(translator: Translator, source: str, days: int | None, until: datetime | None) -> str:
    """Say in plain text what was given: a trial or a gift, of so many days, up to a day, or with no end."""
    name = name_of(translator, source)
    if days is not None:
        return translator.plain_n("{name} ({count} day)", "{name} ({count} days)", days, name=name)
    if until is not None:
        return translator.plain("{name} (until {day})", name=name, day=translator.day(until.date()))
    return translator.plain("{name} (no end date)", name=name)


def name_of(translator: Translator, source: str) -> str:
    """Return what a source of access is called; one that nobody knows by its own name."""
    return translator.plain(NAMES[Source(source)]) if source in set(Source) else source
