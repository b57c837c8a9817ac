"""The gate: what of an edition a reader may see. Nothing reaches a renderer except through it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.issue import Blocks, Edition

Shown = NewType("Shown", Blocks)
"""Blocks that passed the gate; only `gate` makes them."""


class Access(StrEnum):
    PREVIEW = "preview"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ReadableSection:
    """A section as one reader may see it: `free` text, then `paid` text (empty without access)."""

    id: str
    kicker: str
    headline: str
    free: Shown
    paid: Shown
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


def access_for(full_until: datetime | None, now: datetime) -> Access:
    return Access.FULL if full_until is not None and full_until > now else Access.PREVIEW


def gate(edition: Edition, access: Access) -> Readable:
    raise NotImplementedError
