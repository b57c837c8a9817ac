"""Prices of publication.toml: what access costs in Telegram Stars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bot.domain.content.fields import Fields
from bot.domain.content.offers import text_in
from bot.domain.content.problem import Findings

KNOWN_OF_PRICE = ("stars", "days", "renews", "label", "gift")
MOST_PRICES = 6
MOST_STARS = 10_000
"""The Bot API's limit for a subscription (createInvoiceLink). It names none for what is paid once: ours is
the same.
"""

RENEWAL_DAYS = 30
"""Telegram renews every 2,592,000 seconds, and knows no other period."""

MOST_PRICE_DAYS = 3_660
LONGEST_TITLE = 32
"""Characters of an invoice's title, by the Bot API."""


@dataclass(frozen=True, slots=True)
class Price:
    """What `days` of access cost, in Stars. `renews`: they are paid again every 30 days until somebody
    cancels. `gift`: they are bought for somebody else.
    """

    stars: int
    days: int
    renews: bool
    label: Mapping[str, str] = field(hash=False)
    gift: bool = False
    line: int | None = field(default=None, compare=False, repr=False)  # of the stars in the file

    @property
    def id(self) -> str:
        """Return the key by which a link names it, made from its values: `30r-250`, `90-650`, `365g-2400`."""
        return f"{self.days}{'r' if self.renews else ''}{'g' if self.gift else ''}-{self.stars}"

    def label_in(self, language: str) -> str:
        """Return what is sold, in 1 to 32 characters: the title of its invoice."""
        return text_in(self.label, language)


def read_prices(fields: Fields, languages: Sequence[str], above: tuple[str, ...] = ()) -> tuple[Price, ...]:
    """Read `[[prices]]`; what is wrong goes to the findings. `above`: settings of the whole publication."""
    prices = tuple(_price(table, languages, above) for table in fields.tables("prices"))
    if len(prices) > MOST_PRICES:
        fields.findings.error(
            prices[MOST_PRICES].line,
            f"There are {len(prices)} prices, and nobody chooses among more than {MOST_PRICES}.",
            "Take some out.",
        )
    for first, second in combinations(prices, 2):
        _tell_of_alike(fields.findings, first, second)
    return prices


def _price(table: Fields, languages: Sequence[str], above: tuple[str, ...]) -> Price:
    table.only(KNOWN_OF_PRICE, above=above)
    price = Price(
        stars=_stars(table),
        days=table.days("days", most=MOST_PRICE_DAYS, say=RENEWAL_DAYS),
        renews=table.flag("renews"),
        label=table.labels("label", languages, required='Add `label.en = "…"`: it names what is bought.'),
        gift=table.flag("gift"),
        line=table.line("stars"),
    )
    _tell_of_renewal(table, price)
    _tell_of_long_labels(table, price)
    return price


def _stars(table: Fields) -> int:
    written = table.values.get("stars")
    number = table.number("stars")
    if number is not None and 1 <= number <= MOST_STARS:
        return number
    if "stars" not in table.values:
        table.missing("stars", f"Add `stars = 250`, say: a number from 1 to {MOST_STARS:,}.")
    elif number is None:
        cure = f"Write a whole number from 1 to {MOST_STARS}, without quotes."
        table.wrong("stars", f"is {written!r}, which is no number of Stars", cure)
    elif number < 1:
        cure = f"Write 1 to {MOST_STARS:,}; what is to cost nothing is an offer: [[offers]]."
        table.wrong("stars", f"is {number}, and Telegram sells nothing for less than 1 Star", cure)
    else:
        what = f"is {number:,}, and Telegram lets a subscription cost {MOST_STARS:,} Stars at most"
        table.wrong("stars", what, f"Write 1 to {MOST_STARS:,}; the same holds for what is paid once.")
    return 1


def _tell_of_renewal(table: Fields, price: Price) -> None:
    if not price.renews:
        return
    if price.days != RENEWAL_DAYS and table.number("days") is not None:
        table.wrong(
            "days",
            f"is {table.values['days']}, but Telegram renews every {RENEWAL_DAYS} days (2,592,000 seconds) "
            "and never otherwise",
            f"Write `days = {RENEWAL_DAYS}`, or take `renews` out if it is to be paid once.",
        )
    if price.gift:
        table.wrong(
            "gift", "and `renews` exclude each other: a gift is paid once", "Take one of the two out."
        )


def _tell_of_long_labels(table: Fields, price: Price) -> None:
    for language, label in price.label.items():
        if len(label) > LONGEST_TITLE:
            name = f"label.{language}" if isinstance(table.values["label"], dict) else "label"
            table.findings.error(
                table.line(name, "label"),
                f"`{table.prefix}{name}` has {len(label)} characters, and Telegram takes {LONGEST_TITLE} as "
                "the title of an invoice.",
                f"Shorten “{label}”; a label in Spanish passes {LONGEST_TITLE} sooner than you think.",
            )


def _tell_of_alike(findings: Findings, first: Price, second: Price) -> None:
    if first.id == second.id:
        findings.error(
            second.line,
            f"Two prices are alike: {second.stars} Stars for {second.days} days.",
            "Take one out.",
        )
    elif shared := sorted(set(first.label.values()) & set(second.label.values())):
        findings.warn(
            second.line,
            f"Two prices have the label “{shared[0]}”, so readers cannot tell what they differ in.",
            "Let each label say what is bought.",
        )
