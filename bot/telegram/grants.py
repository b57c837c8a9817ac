"""What a grant is called, in words."""

from datetime import datetime

from bot.domain.grants import Source
from bot.i18n import Speech, noted

NAMES = {Source.TRIAL: noted("the free trial"), Source.COMPLIMENTARY: noted("access as a gift")}


def described(voice: Speech, source: str, days: int | None, until: datetime | None) -> str:
    """Say in plain text what was given: a trial or a gift, of so many days, up to a day, or with no end."""
    name = name_of(voice, source)
    if days is not None:
        return voice.plain_n("{name} ({count} day)", "{name} ({count} days)", days, name=name)
    if until is not None:
        return voice.plain("{name} (until {day})", name=name, day=voice.day(until.date()))
    return voice.plain("{name} (no end date)", name=name)


def name_of(voice: Speech, source: str) -> str:
    """Return what a source of access is called; one that nobody knows by its own name."""
    return voice.plain(NAMES[Source(source)]) if source in set(Source) else source
