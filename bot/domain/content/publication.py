"""What is published, and when: publication.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.content.fields import Fields
from bot.domain.content.offer_table import read_offers, tell_of_passed
from bot.domain.content.offers import Offer, folded_code
from bot.domain.content.on_offer import OnOffer
from bot.domain.content.prices import Price, read_prices
from bot.domain.content.problem import Findings, Problem

FILE = "publication.toml"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KNOWN = (
    *("name", "series", "tagline", "languages", "timezone", "push", "trial_days", "site", "terms"),
    *("contact", "offers", "prices", "skip", "set_name", "feedback"),
)
TRIAL_DAYS = 7
LONGEST = 60
"""Characters of a line that a finding repeats."""

_UNQUOTED = re.compile(r"([\w.-]+)\s*=\s*[^\s\"'\[{].*")


@dataclass(frozen=True, slots=True)
class Publication:
    """What publication.toml says.

    `push_day`: a weekday (Monday is 0). `push_hour`: a time of day in `zone`. `skip`: push days on which
    nothing comes out. `name`, `series`: in the first language; `local`: the texts in other languages, by
    setting and language. `set_name`: the bot in Telegram gets the publication's name. `advice`: what readers
    do without; the file is valid, and only `briefing check` mentions it. `closed`: the ids of offers that
    an admin has ended or that are used up; no file says so, the program adds them.
    """

    name: str
    series: str
    languages: tuple[str, ...]
    zone: ZoneInfo
    push_day: int
    push_hour: time
    trial_days: int = TRIAL_DAYS  # 0: no trial is offered
    local: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    set_name: bool = False
    offers: tuple[Offer, ...] = ()
    prices: tuple[Price, ...] = ()
    skip: frozenset[date] = frozenset()
    feedback: bool = True  # readers may write to the newsroom
    warnings: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    closed: frozenset[str] = frozenset()

    @property
    def push_interval(self) -> timedelta:
        return timedelta(weeks=1)

    @property
    def first_language(self) -> str:
        return self.languages[0]

    def out_at(self, day: date) -> datetime:
        """Return the moment (UTC) from which the issue of `day` is out. An hour that the clocks skip
        moves forward; of one that comes twice the first is meant.
        """
        return datetime.combine(day, self.push_hour, tzinfo=self.zone).astimezone(UTC)

    def skipped(self, day: date) -> bool:
        """Tell whether nothing is to come out on that day, although its weekday is the push day."""
        return day in self.skip

    def name_in(self, language: str) -> str:
        return self._in("name", language) or self.name

    def series_in(self, language: str) -> str:
        return self._in("series", language) or (self.name_in(language) if self._is_unnamed else self.series)

    def tagline_in(self, language: str) -> str:
        return self._in("tagline", language)

    def site_in(self, language: str) -> str | None:
        return self._in("site", language) or None

    def terms_in(self, language: str) -> str | None:
        return self._in("terms", language) or None

    def contact_in(self, language: str) -> str | None:
        """Return whom a reader may write to: a web or e-mail address, or a Telegram @name."""
        return self._in("contact", language) or None

    def is_reachable_in(self, language: str) -> bool:
        """Tell whether readers can learn how to get access: there are prices, a site or a contact."""
        return bool(self.prices or self.site_in(language) or self.contact_in(language))

    def offer_named(self, code: str) -> Offer | None:
        """Return the offer whose public word somebody typed, in whatever spelling (`folded_code`)."""
        folded = folded_code(code)
        offers = (offer for offer in self.offers if offer.code and folded_code(offer.code) == folded)
        return next(offers, None)

    def offer_by_id(self, offer_id: str) -> Offer | None:
        """Return the offer of that stable name, in whatever spelling (`folded_code`)."""
        folded = folded_code(offer_id)
        return next((offer for offer in self.offers if folded_code(offer.id) == folded), None)

    def running_promotion(self, now: datetime) -> Offer | None:
        """Return the offer that runs by itself at `now`; its caps and whom it is for are not asked."""
        return next(
            (offer for offer in self.offers if offer.automatic and offer.is_open(now, self.zone)), None
        )

    def on_offer(self, now: datetime) -> OnOffer:
        """Return what is to be had for nothing at `now`: no promotion that is `closed`."""
        promotion = self.running_promotion(now)
        is_closed = promotion is not None and promotion.id in self.closed
        return OnOffer(self.trial_days, None if is_closed else promotion)

    def takes_codes(self, now: datetime) -> bool:
        """Tell whether there is an offer with codes that may be redeemed at `now`."""
        return any(
            (offer.code or offer.single_use) and offer.is_open(now, self.zone) and offer.id not in self.closed
            for offer in self.offers
        )

    def price_by_id(self, price_id: str) -> Price | None:
        return next((price for price in self.prices if price.id == price_id), None)

    def advice_at(self, now: datetime) -> tuple[Problem, ...]:
        """Return what `briefing check` alone mentions at `now`: `advice`, and offers that are over."""
        findings = Findings(FILE)
        tell_of_passed(findings, self.offers, now, self.zone)
        return (*self.advice, *findings.advice)

    @property
    def _is_unnamed(self) -> bool:
        """The series bears the publication's name."""
        return self.series == self.name

    def _in(self, setting: str, language: str) -> str:
        texts = self.local.get(setting, {})
        return texts.get(language) or texts.get(self.first_language, "")


def read(text: str, path: str = FILE) -> Publication:
    """Read publication.toml; ContentErrors names everything that is wrong."""
    findings = Findings(path)
    fields = Fields(_parsed(text, findings), text, findings)
    fields.only(KNOWN)
    languages = _languages(fields)
    local = _local(fields, languages[0])
    fields.languages(local, languages)
    name = local["name"].get(languages[0], "")
    push = fields.table("push", required='Add `push = { day = "monday", hour = "07:00" }`.')
    push_day = _push_day(push)
    offers = read_offers(fields, languages, KNOWN)
    prices = read_prices(fields, languages, KNOWN)
    publication = Publication(
        name=name,
        series=local["series"].get(languages[0]) or name,
        languages=languages,
        zone=fields.zone("timezone"),
        push_day=push_day,
        push_hour=_push_hour(push),
        trial_days=fields.days("trial_days", TRIAL_DAYS, least=0),
        local=local,
        set_name=fields.flag("set_name"),
        offers=offers,
        prices=prices,
        skip=_skip(fields, push_day),
        feedback=fields.flag("feedback", default=True),
        warnings=tuple(findings.warnings),
        advice=_advice(findings, local),
    )
    findings.stop_if_wrong()
    return publication


def _local(fields: Fields, first: str) -> dict[str, Mapping[str, str]]:
    return {
        "name": fields.local("name", first, required='Add `name = "…"`.'),
        "series": fields.local("series", first),
        "tagline": fields.local("tagline", first),
        "site": fields.addresses("site", first),
        "terms": fields.addresses("terms", first),
        "contact": fields.contacts("contact", first),
    }


def _advice(findings: Findings, local: Mapping[str, Mapping[str, str]]) -> tuple[Problem, ...]:
    if not (local["contact"] or local["site"]):
        findings.advise(
            None,
            "Neither `contact` nor `site` is set, so a reader whose access has ended has nowhere to go.",
            'Add `contact = "@name"` (or an e-mail or web address), or `site = "https://…"`.',
        )
    return tuple(findings.advice)


def _parsed(text: str, findings: Findings) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else None
        written = text.split("\n")[line - 1].strip() if line else ""
        reason = str(error)[: place.start()] if place else str(error)
        value = _UNQUOTED.fullmatch(written)
        findings.error(
            line,
            f"The file is not TOML: {reason}{f' in “{written[:LONGEST]}”' if written else ''}.",
            f'If it is a text, put it in quotes: {value[1]} = "…".'
            if value
            else "Compare the line with those of the sample publication.toml.",
        )
        findings.stop_if_wrong()
        raise


def _languages(fields: Fields) -> tuple[str, ...]:
    value = fields.values.get("languages")
    if (
        isinstance(value, list)
        and value
        and all(isinstance(code, str) and re.fullmatch("[a-z]{2}", code) for code in value)
        and len(set(value)) == len(value)
    ):
        return tuple(value)
    fields.wrong("languages", "is no list of different two-letter codes", 'Write `languages = ["en", "es"]`.')
    return ("en",)


def _push_day(push: Fields) -> int:
    day = push.text("day").lower()
    if day in DAYS:
        return DAYS.index(day)
    push.wrong("day", "is no weekday", 'Write push = { day = "monday", … }.')
    return 0


def _push_hour(push: Fields) -> time:
    value = push.values.get("hour")
    if isinstance(value, time) and value.tzinfo is None:
        return value.replace(second=0, microsecond=0)
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    push.wrong("hour", "is no time of day", 'Write push = { …, hour = "07:00" }.')
    return time(0)


def _skip(fields: Fields, push_day: int) -> frozenset[date]:
    days: set[date] = set()
    for day, line in fields.dates("skip"):
        if day in days:
            fields.findings.warn(line, f"`skip` names {day} twice.", "Delete one of them.")
        elif day.weekday() != push_day:
            fields.findings.warn(
                line,
                f"`skip` names {day}, a {DAYS[day.weekday()].capitalize()}, but issues come out on a "
                f"{DAYS[push_day].capitalize()}.",
                "Write the date of the push day that is meant.",
            )
        days.add(day)
    return frozenset(days)
