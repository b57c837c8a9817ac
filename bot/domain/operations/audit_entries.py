"""Audit entries, as they are written and read back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.readers.grants import Grant

_CAMPAIGN = re.compile(r"campaign (\d{1,18})(?: to (\S+))?", re.ASCII)
_GIVEN = re.compile(r"(\d{1,9}) days to (\d{1,18})", re.ASCII)
_TAKEN = re.compile(r"([a-z]+) (?:of (\d{1,9}) days|until (\S+)) from (\d{1,18})", re.ASCII)
_REFUNDED = re.compile(r"(\d{1,9}) Stars to (\d{1,18})", re.ASCII)

_CODES = re.compile(r"(\d{1,9}) of ([A-Z0-9_-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfCampaign:
    """A campaign by its number; `audience`: the code of those whom a broadcast was for."""

    number: int
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class OfGrant:
    """A grant that a reader was given or that was taken back: its `days`, or its end (None: no end)."""

    reader_id: int
    source: str
    days: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfRefund:
    reader_id: int
    stars: int


def given(reader_id: int, days: int) -> str:
    return f"{days} days to {reader_id}"


def taken_back(reader_id: int, grant: Grant) -> str:
    if grant.days is not None:
        return f"{grant.source} of {grant.days} days from {reader_id}"
    until = grant.until.astimezone(UTC).isoformat() if grant.until else "forever"
    return f"{grant.source} until {until} from {reader_id}"


def refunded(reader_id: int | None, stars: int) -> str:
    """`reader_id` None: she has deleted her data."""
    return f"{stars} Stars to {reader_id or 0}"


def refund_of(about: str) -> OfRefund | None:
    """Read `refunded` back; None for anything else."""
    match = _REFUNDED.fullmatch(about)
    return OfRefund(int(match[2]), int(match[1])) if match else None


def codes_made(offer_id: str, count: int) -> str:
    return f"{count} of {offer_id}"


def codes_of(about: str) -> tuple[int, str] | None:
    """Read `codes_made` back, how many and of which offer; None for anything else."""
    match = _CODES.fullmatch(about)
    return (int(match[1]), match[2]) if match else None


def campaign_of(about: str) -> OfCampaign | None:
    match = _CAMPAIGN.fullmatch(about)
    return OfCampaign(int(match[1]), match[2]) if match else None


def grant_of(about: str) -> OfGrant | None:
    """Read `given` or `taken_back` back; None for anything else."""
    if match := _GIVEN.fullmatch(about):
        return OfGrant(int(match[2]), "", int(match[1]))
    match = _TAKEN.fullmatch(about)
    if match is None:
        return None
    days = int(match[2]) if match[2] else None
    try:
        until = None if match[3] in {None, "forever"} else datetime.fromisoformat(match[3])
    except ValueError:
        return None
    return OfGrant(int(match[4]), match[1], days, until)
