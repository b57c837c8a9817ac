"""Moments told to readers: when an issue comes, when access ends."""

from datetime import date, datetime

from bot.domain.content.publication import Publication
from bot.domain.delivery.schedule import due_at, zone_of
from bot.domain.readers.reader import Reader, Rendering
from bot.i18n import Translator


def told(translator: Translator, reader: Reader, moment: datetime, publication: Publication) -> str:
    """Return a moment in words, in the reader's own zone or the publication's.

    In rich pages it is Telegram's date entity: the app shows it in the zone of the phone.
    """
    zone = zone_of(reader.zone, publication)
    rich = reader.rendering is Rendering.RICH
    return translator.own_time(moment, zone) if rich else translator.moment(moment, zone)


def comes_at(publication: Publication, day: date, reader: Reader) -> datetime:
    """Return when (UTC) the issue of `day` is due for a reader; where she is not sent issues, when it comes
    out.
    """
    if not reader.push or reader.stopped_at is not None:
        return publication.out_at(day)
    return due_at(publication, day, zone_of(reader.zone, publication), reader.quiet)
