"""The gate: what of an edition a reader may see."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from bot.domain.content.blocks import called, split
from bot.domain.content.issue import Blocks, Edition, Section

Shown = NewType("Shown", Blocks)
"""Blocks that passed the gate. Only the gate makes them, and what cuts or arranges such blocks."""


class Access(StrEnum):
    PREVIEW = "preview"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ReadableSection:
    """A section as a reader may see it.

    `shown`: all of it. `free` and `paid`: the same, cut at the paywall; `paid` is empty without access.
    """

    id: str
    kicker: str
    headline: str
    free: Shown
    paid: Shown
    shown: Shown
    locked: bool  # something of it is withheld


@dataclass(frozen=True, slots=True)
class Readable:
    """An edition as one reader may see it; what every renderer takes."""

    date: date
    language: str
    title: str
    series: str
    author: str
    credit: str
    url: str | None
    also: tuple[str, ...]
    revision: str
    access: Access
    sections: tuple[ReadableSection, ...]


def gate(edition: Edition, access: Access) -> Readable:
    """Return what a reader with `access` may see of the edition."""
    return Readable(
        date=edition.date,
        language=edition.language,
        title=edition.title,
        series=edition.series,
        author=edition.author,
        credit=edition.credit,
        url=edition.url,
        also=edition.also,
        revision=edition.revision,
        access=access,
        sections=tuple(_readable(section, access) for section in edition.sections),
    )


def _readable(section: Section, access: Access) -> ReadableSection:
    free, paid = split(section.blocks, section.free_until)
    public = called(free, section.notes)
    free += tuple(note for note in section.notes if note.number in public)
    paid += tuple(note for note in section.notes if note.number not in public)
    full = access is Access.FULL
    whole = (*section.blocks, *section.notes) if paid and full else free
    return ReadableSection(
        id=section.id,
        kicker=section.kicker,
        headline=section.headline,
        free=Shown(free),
        paid=Shown(paid if full else ()),
        shown=Shown(whole),
        locked=bool(paid) and not full,
    )
