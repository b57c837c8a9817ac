"""`[[offers]]` of publication.toml, read and checked."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from bot.domain.content.commands import RESERVED
from bot.domain.content.fields import Fields
from bot.domain.content.offers import Offer, OfferFor, folded_code
from bot.domain.content.problem import Findings

KNOWN_OF_OFFER = (
    *("id", "code", "auto", "label", "about", "days", "starts", "ends", "cap", "per_person", "who"),
    "single_use",
)
MOST_OFFER_DAYS = 3_660
LONGEST_CODE = 32
"""Characters: `c_CODE` must fit into the 64 of a deep link."""

SHORTEST_CODE = 3
"""Characters: a code is also understood when it is typed alone."""

LONGEST_ON_BUTTON = 40
LONGEST_ABOUT = 300
MOST_TIMES = 1_000_000
YEARS = range(2000, 2200)

_NAME = re.compile(r"[A-Z0-9][A-Z0-9_-]*", re.ASCII)


def read_offers(fields: Fields, languages: Sequence[str], above: tuple[str, ...] = ()) -> tuple[Offer, ...]:
    """Read `[[offers]]`; what is wrong goes to the findings. `above`: settings of the whole publication."""
    offers = tuple(_offer(table, languages, above) for table in fields.tables("offers"))
    for first, second in combinations(offers, 2):
        _tell_of_alike(fields.findings, first, second)
        _tell_of_overlap(fields.findings, first, second)
    return offers


def tell_of_passed(findings: Findings, offers: Sequence[Offer], now: datetime, zone: ZoneInfo) -> None:
    """Advise of offers whose window has closed."""
    for offer in offers:
        if offer.has_passed(now, zone):
            findings.advise(
                offer.line,
                f"The offer {offer.id} ended on {offer.ends}: nobody can take it now.",
                "Take it out, or write a later day at `ends`.",
            )


def _offer(table: Fields, languages: Sequence[str], above: tuple[str, ...]) -> Offer:
    table.only(KNOWN_OF_OFFER, above=above)
    code, written = _name(table, "code"), _name(table, "id")
    offer = Offer(
        id=written or code or "",
        label=table.labels("label", languages, required='Add `label.en = "…"`, a few words for a button.'),
        days=table.days("days", most=MOST_OFFER_DAYS, say=30),
        code=code,
        automatic=table.flag("auto"),
        about=table.labels("about", languages),
        starts=_day(table, "starts"),
        ends=_day(table, "ends"),
        cap=_count(table, "cap", "to have no limit, leave it out"),
        per_person=_count(table, "per_person", "once is meant where it is left out") or 1,
        who=_who(table),
        single_use=table.flag("single_use"),
        line=table.line("id" if code is None else "code"),
    )
    _tell_of_contradictions(table, offer)
    _tell_of_length(table, offer)
    return offer


def _name(table: Fields, name: str) -> str | None:
    """Return a code or an id in capitals; None where none is written."""
    written = table.text(name)
    capitals, example = written.upper(), _suggested(written)
    cure = f'Write `{name} = "{example}"`.' if example else f'Write one such as `{name} = "HOLIDAY"`.'
    least = SHORTEST_CODE if name == "code" else 1
    if not written:
        return None
    if written.startswith("/"):
        table.wrong(name, f"is “{written}”, which looks like a command", cure)
    elif " " in written:
        table.wrong(name, f"is “{written}”, which has a space in it", cure)
    elif not _NAME.fullmatch(capitals):
        table.wrong(name, f"is “{written}”; it may hold letters from A to Z, digits, - and _ alone", cure)
    elif not least <= len(capitals) <= LONGEST_CODE:
        table.wrong(name, f"has {len(capitals)} characters", f"Choose one of {least} to {LONGEST_CODE}.")
    elif name == "code" and capitals.lower() in RESERVED:
        table.wrong(name, f"is “{written}”, the name of a command", "Choose another word.")
    return capitals


def _suggested(written: str) -> str:
    """Return how a code may be written; "" where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode().upper()
    return re.sub(r"[^A-Z0-9_]+", "-", plain).strip("-_")[:LONGEST_CODE]


def _day(table: Fields, name: str) -> date | None:
    day = table.day(name)
    if day is None or day.year in YEARS:
        return day
    table.wrong(name, f"lies in the year {day.year}", "Write a day of this century, or leave it out.")
    return None


def _count(table: Fields, name: str, otherwise: str) -> int | None:
    number = table.number(name)
    if name not in table.values or (number is not None and 1 <= number <= MOST_TIMES):
        return number
    if number is None:
        table.wrong(name, "is no whole number", f"Write one of 1 or more, without quotes; {otherwise}.")
    elif number < 1:
        table.wrong(name, f"is {number}, so nobody could take it", f"Write 1 or more; {otherwise}.")
    else:
        table.wrong(name, f"is {number:,}", f"Write {MOST_TIMES:,} at most; {otherwise}.")
    return None


def _who(table: Fields) -> OfferFor:
    written = table.text("who").lower() or OfferFor.EVERYONE
    if written in set(OfferFor):
        return OfferFor(written)
    table.wrong("who", f"is “{written}”, which is nobody", f"Write one of {', '.join(OfferFor)}.")
    return OfferFor.EVERYONE


def _tell_of_contradictions(table: Fields, offer: Offer) -> None:
    if offer.starts is not None and offer.ends is not None and offer.ends < offer.starts:
        table.wrong("ends", "lies before `starts`", "Put the later day there.")
    if offer.cap is not None and offer.per_person > offer.cap:
        table.wrong(
            "per_person",
            f"is {offer.per_person}, more than `cap` allows in all ({offer.cap})",
            "Lower it, or raise `cap`.",
        )
    if offer.who is OfferFor.NEW and offer.per_person > 1:
        table.findings.warn(
            table.line("per_person"),
            f"`{table.prefix}per_person` is {offer.per_person}, but who took it once is not new any more.",
            "Leave `per_person` out, or write `who` for somebody else.",
        )
    _tell_of_names(table, offer)


def _tell_of_names(table: Fields, offer: Offer) -> None:
    if not table.values.keys() & {"code", "id"}:
        table.findings.error(
            table.line("code"),
            f"{table.place} has neither `code` nor `id`.",
            'Add `code = "HOLIDAY"`, the word that readers type, or an `id` if there is to be none.',
        )
    for name in ("code", "id"):
        written = table.values.get(name)
        if isinstance(written, str) and not written.strip():
            table.wrong(name, "is empty", f'Write `{name} = "HOLIDAY"`, say, or leave it out.')
    if offer.single_use:
        _tell_of_single_use(table, offer)
    elif offer.id and offer.code is None and not offer.automatic and "code" not in table.values:
        table.wrong(
            "id",
            f"is {offer.id}, but nobody can take it: it has no code and does not run by itself",
            'Add `code = "…"`, `auto = true` or `single_use = true`.',
        )


def _tell_of_single_use(table: Fields, offer: Offer) -> None:
    if offer.code is not None:
        table.wrong(
            "code",
            f"is {offer.code}, but with `single_use` there is no public word",
            f'Name it `id = "{offer.code}"` instead, or take `single_use` out.',
        )
    if offer.automatic:
        table.wrong(
            "auto",
            "and `single_use` exclude each other: what runs by itself needs no codes",
            "Take one of the two out.",
        )


def _tell_of_length(table: Fields, offer: Offer) -> None:
    for name, texts, most, why in (
        ("label", offer.label, LONGEST_ON_BUTTON, "a button may cut it off"),
        ("about", offer.about, LONGEST_ABOUT, "it stands among other words"),
    ):
        for language, text in texts.items():
            if len(text) > most:
                table.findings.warn(
                    table.line(f"{name}.{language}", name),
                    f"`{table.prefix}{name}` has {len(text)} characters in {language}: {why}.",
                    f"Shorten it to {most}.",
                )


def _tell_of_alike(findings: Findings, first: Offer, second: Offer) -> None:
    names = {folded_code(name): name for name in (first.id, first.code) if name}
    for name in dict.fromkeys((second.code, second.id)):
        if name and folded_code(name) in names:
            other = names[folded_code(name)]
            findings.error(
                second.line,
                f"Two offers have the name {name}."
                if other == name
                else f"The names {other} and {name} of two offers look alike.",
                "Give one of them another; capitals, dashes and look-alikes (0 and O; 1, I and L) make no "
                "difference.",
            )
            return


def _tell_of_overlap(findings: Findings, first: Offer, second: Offer) -> None:
    if not (first.automatic and second.automatic):
        return
    begins = max(first.starts or date.min, second.starts or date.min)
    ends = min(first.ends or date.max, second.ends or date.max)
    if begins <= ends:
        since = "" if begins == date.min else f" from {begins}"
        until = "" if ends == date.max else f" until {ends}"
        findings.error(
            second.line,
            f"{first.id} and {second.id} would both run by themselves{since}{until}; one at a time may.",
            "Let `ends` of the one lie before `starts` of the other, or take `auto` out of one.",
        )
