"""Moments that readers plan by: when an issue comes, when access ends."""

from datetime import date, datetime

from bot.domain.page import Rendering
from bot.domain.publication import Publication
from bot.domain.reader import Reader
from bot.domain.schedule import due_at, zone_of
from bot.i18n import Speech


def told(voice: Speech, reader: Reader, moment: datetime, publication: Publication) -> str:
    """Say a moment to a reader: who reads rich pages has an app that says it in the zone where she is;
    others hear it in the zone that they chose, or the publication's.
    """
    zone = zone_of(reader.zone, publication)
    rich = reader.rendering is Rendering.RICH
    return voice.own_time(moment, zone) if rich else voice.moment(moment, zone)


def comes_at(publication: Publication, day: date, reader: Reader) -> datetime:
    """Return when (UTC) the issue of `day` is due for a reader; when it comes out, if she is not sent it."""
    if not reader.push or reader.stopped_at is not None:
        return publication.out_at(day)
    return due_at(publication, day, zone_of(reader.zone, publication), reader.quiet)
