"""Prices of publication.toml: what access costs in Telegram Stars."""

import pytest

from bot.domain.content.prices import Price
from bot.domain.content.problem import ContentErrors, Problem
from bot.domain.content.publication import Publication, read

HEAD = """\
name = "The Sample"
languages = ["en", "es"]
timezone = "America/Asuncion"
push = { day = "monday", hour = "07:00" }
site = "https://sample.example"
"""
MONTHLY = """
[[prices]]
stars = 250
days = 30
renews = true
label.en = "Monthly"
label.es = "Mensual"
"""
QUARTER = """
[[prices]]
stars = 650
days = 90
label = "90 × 24 h"
"""


def publication(*prices: str) -> Publication:
    return read(HEAD + "".join(prices))


def problems(*prices: str) -> list[Problem]:
    with pytest.raises(ContentErrors) as raised:
        publication(*prices)
    return list(raised.value.problems)


def error(*prices: str) -> tuple[int | None, str]:
    (problem,) = problems(*prices)
    return problem.line, f"{problem.what} {problem.cure}"


def test_prices_are_what_their_tables_say_in_their_order() -> None:
    assert publication(MONTHLY, QUARTER).prices == (
        Price(250, 30, renews=True, label={"en": "Monthly", "es": "Mensual"}),
        Price(650, 90, renews=False, label={"en": "90 × 24 h"}),
    )
    assert publication(MONTHLY, QUARTER).warnings == ()
    assert read(HEAD).prices == ()


def test_a_price_is_found_by_the_key_of_its_values() -> None:
    sold = publication(MONTHLY, QUARTER, QUARTER.replace('"90', '"A gift of 90'), "gift = true\n")
    assert [price.id for price in sold.prices] == ["30r-250", "90-650", "90g-650"]
    assert [sold.price_by_id(price.id) for price in sold.prices] == list(sold.prices)
    assert sold.price_by_id("30r-251") is None


def test_a_price_that_changes_is_another_one() -> None:
    assert publication(MONTHLY.replace("250", "260")).price_by_id("30r-250") is None


def test_a_label_is_in_the_readers_language() -> None:
    monthly, quarter = publication(MONTHLY, QUARTER).prices
    assert [monthly.label_in(language) for language in ("en", "es", "pt")] == [
        "Monthly",
        "Mensual",
        "Monthly",
    ]
    assert quarter.label_in("es") == "90 × 24 h"


def test_a_language_without_a_label_gets_the_first_ones_with_advice() -> None:
    poorer = publication(MONTHLY.replace('label.es = "Mensual"\n', ""))
    (warning,) = poorer.advice
    assert (warning.line, poorer.prices[0].label_in("es")) == (11, "Monthly")
    assert warning.what == "`prices[1].label` has no text in es: there “Monthly” is shown."


@pytest.mark.parametrize("stars", [1, 10_000])
def test_from_1_to_10000_stars_can_be_asked(stars: int) -> None:
    assert publication(QUARTER.replace("650", str(stars))).prices[0].stars == stars


@pytest.mark.parametrize(
    ("stars", "words"),
    [
        (
            "0",
            "is 0, and Telegram sells nothing for less than 1 Star. Write 1 to 10,000; what is to cost",
        ),
        ("-1", "is -1, and Telegram sells nothing"),
        ("10001", "is 10,001, and Telegram lets a subscription cost 10,000 Stars at most. Write 1 to 10,000"),
        (
            '"250"',
            "is '250', which is no number of Stars. Write a whole number from 1 to 10000, without quotes.",
        ),
        ("2.5", "is 2.5, which is no number of Stars."),
        ("true", "is True, which is no number of Stars."),
    ],
)
@pytest.mark.parametrize("table", [MONTHLY, QUARTER], ids=["renewing", "paid once"])
def test_another_number_of_stars_is_refused_in_words(table: str, stars: str, words: str) -> None:
    line, said = error(table.replace("250", stars).replace("650", stars))
    assert (line, words in said) == (8, True), said


def test_a_price_without_stars_is_refused_where_it_begins() -> None:
    line, said = error(QUARTER.replace("stars = 650\n", ""), MONTHLY)
    assert (line, said.startswith("`prices[1].stars` is missing.")) == (7, True)


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ("days = 90", 7, "`prices[1].days` is missing. Add `days = 30`, say."),
        ("dayz = 90", 9, "`prices[1].days` is missing, and there is no setting `dayz`."),
        ("Stars = 650", 8, "`prices[1].stars` is missing, and there is no setting `Stars`."),
    ],
)
def test_what_a_price_lacks_is_told_and_what_was_mistyped(wrong: str, line: int, said: str) -> None:
    right = wrong.replace("z", "s").replace("S", "s")
    text = QUARTER.replace(f"{right}\n", "" if right == wrong else f"{wrong}\n")
    place, words = error(text, MONTHLY)
    assert (place, words.startswith(said)) == (line, True), words


@pytest.mark.parametrize("days", [7, 31, 365])
def test_what_renews_does_so_every_30_days(days: int) -> None:
    line, said = error(MONTHLY.replace("days = 30", f"days = {days}"))
    assert line == 9
    assert f"`prices[1].days` is {days}, but Telegram renews every 30 days (2,592,000 seconds)" in said
    assert "Write `days = 30`, or take `renews` out" in said


def test_a_gift_is_paid_once() -> None:
    line, said = error(MONTHLY, "gift = true\n")
    assert (line, "a gift is paid once" in said) == (13, True)


@pytest.mark.parametrize("days", ["0", "3661", '"90"'])
def test_days_of_a_price_are_from_1_to_3660(days: str) -> None:
    line, said = error(QUARTER.replace("days = 90", f"days = {days}"))
    assert (line, "is no number of days from 1 to 3660." in said) == (9, True)


def test_a_label_of_32_characters_is_the_longest() -> None:
    assert publication(MONTHLY.replace("Mensual", "x" * 32)).warnings == ()
    line, said = error(MONTHLY.replace("Mensual", "Suscripción mensual que se renueva"))
    assert line == 12
    assert "`prices[1].label.es` has 34 characters, and Telegram takes 32 as the title of an invoice." in said
    assert "Shorten “Suscripción mensual que se renueva”" in said


def test_a_label_that_is_said_once_is_not_longer_either() -> None:
    line, said = error(QUARTER.replace("90 × 24 h", "x" * 33))
    assert (line, said.startswith("`prices[1].label` has 33 characters")) == (10, True)


@pytest.mark.parametrize("label", ["", 'label = "  "\n', "label = {}\n"])
def test_a_price_says_what_it_sells(label: str) -> None:
    _, said = error(QUARTER.replace('label = "90 × 24 h"\n', label))
    assert said.startswith("`prices[1].label` is missing.")


def test_two_prices_that_are_alike_are_refused() -> None:
    line, said = error(QUARTER, QUARTER.replace('"90', '"Quarter'))
    assert (line, said) == (13, "Two prices are alike: 650 Stars for 90 days. Take one out.")


def test_prices_that_readers_cannot_tell_apart_are_warned_of() -> None:
    (warning,) = publication(QUARTER, QUARTER.replace("650", "700")).warnings
    assert (warning.line, "“90 × 24 h”" in warning.what) == (13, True)


def test_there_are_six_prices_at_most() -> None:
    several = [QUARTER.replace("650", str(600 + at)).replace("90 ×", f"{at} ×") for at in range(7)]
    assert len(publication(*several[:6]).prices) == 6
    line, said = error(*several)
    assert (line, said.startswith("There are 7 prices")) == (38, True)


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("star = 1\n", "Write `stars`."),
        ("renew = true\n", "Write `renews`."),
        ("currency = 1\n", "The settings here are stars, days, renews, label, gift."),
        ("feedback = false\n", "Write `feedback` above the first line that begins with ["),
    ],
)
def test_a_setting_of_a_price_that_nobody_knows_is_warned_of(written: str, cure: str) -> None:
    (warning,) = publication(QUARTER, written).warnings
    assert (warning.line, warning.cure.startswith(cure)) == (11, True), warning


def test_a_single_table_is_told_how_prices_begin() -> None:
    line, said = error(QUARTER.replace("[[prices]]", "[prices]"))
    assert (line, said) == (7, "`prices` is no list of tables. Begin each with a line [[prices]].")
