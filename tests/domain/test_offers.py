"""Offers of publication.toml: what they say, when they are open, and what contradicts itself."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content.commands import READER_COMMANDS
from bot.domain.content.offers import Offer, OfferFor, folded_code
from bot.domain.content.problem import ContentErrors, Problem
from bot.domain.content.publication import Publication, read

HEAD = """\
name = "The Sample"
languages = ["en", "es"]
timezone = "America/Asuncion"
push = { day = "monday", hour = "07:00" }
site = "https://sample.example"
"""
LANTERN = """
[[offers]]
code = "LANTERN"
label.en = "Thirty days for nothing"
label.es = "Treinta días gratis"
days = 30
"""
PROMOTION = """
[[offers]]
id = "holiday"
auto = true
label = "30 × $0"
days = 30
starts = 2026-12-15
ends = 2027-01-15
"""
ASUNCION = ZoneInfo("America/Asuncion")


def publication(*offers: str) -> Publication:
    return read(HEAD + "".join(offers))


def only(*offers: str) -> Offer:
    (offer,) = publication(*offers).offers
    return offer


def problems(*offers: str) -> list[Problem]:
    with pytest.raises(ContentErrors) as raised:
        publication(*offers)
    return list(raised.value.problems)


def error(*offers: str) -> tuple[int | None, str]:
    (problem,) = problems(*offers)
    return problem.line, f"{problem.what} {problem.cure}"


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]  # a date and a time in numbers


def test_an_offer_is_what_its_table_says() -> None:
    text = (
        'id = "spring-26"\nabout.en = "For all."\nabout.es = "Para todos."\nstarts = 2026-11-09\n'
        'ends = 2026-12-15\ncap = 500\nper_person = 2\nwho = "lapsed"\n'
    )
    assert only(LANTERN + text) == Offer(
        id="SPRING-26",
        label={"en": "Thirty days for nothing", "es": "Treinta días gratis"},
        days=30,
        code="LANTERN",
        about={"en": "For all.", "es": "Para todos."},
        starts=date(2026, 11, 9),
        ends=date(2026, 12, 15),
        cap=500,
        per_person=2,
        who=OfferFor.LAPSED,
    )


def test_what_an_offer_leaves_out_has_a_default() -> None:
    offer = only(LANTERN.replace("LANTERN", "lantern"))
    assert (offer.id, offer.code, offer.automatic, offer.single_use) == ("LANTERN", "LANTERN", False, False)
    assert (offer.starts, offer.ends, offer.cap, offer.per_person) == (None, None, None, 1)
    assert (offer.who, offer.about_in("es"), offer.label_in("es")) == (
        OfferFor.EVERYONE,
        "",
        "Treinta días gratis",
    )


def test_a_label_that_is_said_once_is_said_in_every_language() -> None:
    assert [only(PROMOTION).label_in(language) for language in ("en", "es", "pt")] == ["30 × $0"] * 3
    assert publication(PROMOTION).warnings == ()


@pytest.mark.parametrize(
    ("missing", "shown"), [("es", "Thirty days for nothing"), ("en", "Treinta días gratis")]
)
def test_a_language_without_a_label_gets_another_ones_with_advice(missing: str, shown: str) -> None:
    lines = [line for line in LANTERN.splitlines(keepends=True) if not line.startswith(f"label.{missing}")]
    poorer = publication("".join(lines))
    (warning,) = poorer.advice
    assert (warning.line, poorer.offers[0].label_in(missing)) == (9, shown)
    assert warning.what == f"`offers[1].label` has no text in {missing}: there “{shown}” is shown."
    assert warning.cure == f'Add `label.{missing} = "…"`.'


def test_a_label_in_a_language_that_nobody_reads_is_warned_of() -> None:
    (warning,) = publication(LANTERN, 'label.fr = "Trente jours"\n').warnings
    assert warning.what.startswith("`offers[1].label.fr` is in no language of the publication")


def test_both_days_of_a_window_belong_to_it_in_the_publications_zone() -> None:
    offer = only(PROMOTION)
    assert offer.window(ASUNCION) == (at(2026, 12, 15, 3), at(2027, 1, 16, 3))
    moments = (at(2026, 12, 15, 2, 59), at(2026, 12, 15, 3), at(2027, 1, 16, 2, 59), at(2027, 1, 16, 3))
    assert [offer.is_open(moment, ASUNCION) for moment in moments] == [False, True, True, False]


def test_an_offer_without_days_of_its_own_is_always_open() -> None:
    offer = only(LANTERN)
    assert offer.window(ASUNCION) == (None, None)
    assert offer.is_open(at(1999, 1, 1), ASUNCION)
    assert not offer.has_passed(at(2199, 1, 1), ASUNCION)


def test_a_window_begins_at_the_first_moment_of_its_day_where_the_clocks_skip_midnight() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    offer = only(LANTERN, "starts = 2026-03-29\nends = 2026-03-29\n")
    assert offer.window(beirut) == (at(2026, 3, 28, 22), at(2026, 3, 29, 21))


def test_only_what_runs_by_itself_is_a_promotion() -> None:
    both = publication(LANTERN, PROMOTION)
    assert both.running_promotion(at(2026, 12, 14)) is None
    running = both.running_promotion(at(2026, 12, 20))
    assert running is not None
    assert (running.id, running.code, running.automatic) == ("HOLIDAY", None, True)
    assert both.running_promotion(at(2027, 1, 16, 3)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "LANTERN",
        "lantern",
        " Lantern ",
        "LAN TERN",
        "lan-tern",
        "LAN—TERN",
        "1antern",
        "Iantern",
        "lántern",
        "ＬＡＮＴＥＲＮ",
    ],
)
def test_a_code_is_understood_in_each_of_its_spellings(typed: str) -> None:
    offer = publication(LANTERN).offer_named(typed)
    assert offer is not None
    assert offer.code == "LANTERN"


@pytest.mark.parametrize("typed", ["", "-", "LANTERNS", "LANTER", "'; DROP TABLE grants; --", "HOLIDAY"])
def test_another_word_is_no_code(typed: str) -> None:
    assert publication(LANTERN, PROMOTION).offer_named(typed) is None


def test_an_offer_without_a_public_word_has_its_id_alone() -> None:
    single = 'single_use = true\nid = "press"\nlabel = "Press"\ndays = 90\n'
    press = publication("\n[[offers]]\n", single)
    assert (press.offers[0].single_use, press.offers[0].code) == (True, None)
    assert press.offer_by_id("PRESS") == press.offer_by_id("press") == press.offers[0]
    assert press.offer_named("PRESS") is None
    assert press.offer_by_id("PRESSED") is None


@given(st.text(st.characters(max_codepoint=0x17F), max_size=40))
def test_folding_a_code_twice_changes_nothing(text: str) -> None:
    assert folded_code(folded_code(text)) == folded_code(text)
    assert folded_code(text.lower()) == folded_code(f" -{text}- ")


@pytest.mark.parametrize(
    ("extra", "line", "words"),
    [
        ("starts = 2026-12-15\nends = 2026-12-14\n", 13, "`offers[1].ends` lies before `starts`."),
        ("starts = 9999-12-31\n", 12, "`offers[1].starts` lies in the year 9999."),
        ("cap = 0\n", 12, "`offers[1].cap` is 0, so nobody could take it. Write 1 or more; to have no limit"),
        ("cap = -5\n", 12, "`offers[1].cap` is -5, so nobody could take it."),
        ('cap = "500"\n', 12, "`offers[1].cap` is no whole number. Write one of 1 or more, without quotes"),
        ("cap = true\n", 12, "`offers[1].cap` is no whole number."),
        ("cap = 1000001\n", 12, "`offers[1].cap` is 1,000,001. Write 1,000,000 at most; to have no limit"),
        ("per_person = 0\n", 12, "`offers[1].per_person` is 0, so nobody could take it."),
        ("cap = 5\nper_person = 6\n", 13, "`offers[1].per_person` is 6, more than `cap` allows in all (5)."),
        ('who = "friends"\n', 12, "is “friends”, which is nobody. Write one of everyone, new, lapsed."),
        ("who = 7\n", 12, "`offers[1].who` is not text"),
        ('auto = "yes"\n', 12, "`offers[1].auto` is neither true nor false"),
        ("single_use = true\n", 8, "is LANTERN, but with `single_use` there is no public word"),
        ('id = ""\n', 12, "`offers[1].id` is empty."),
        ('id = "nice one"\n', 12, "`offers[1].id` is “nice one”, which has a space in it."),
    ],
)
def test_what_contradicts_itself_is_an_error_with_its_line(extra: str, line: int, words: str) -> None:
    place, said = error(LANTERN, extra)
    assert (place, words in said) == (line, True), said


@pytest.mark.parametrize("days", ["0", "3661", "-1", '"30"', "1.5"])
def test_days_are_from_1_to_3660(days: str) -> None:
    assert error(LANTERN.replace("days = 30", f"days = {days}")) == (
        11,
        "`offers[1].days` is no number of days from 1 to 3660. Write `days = 30`, say.",
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("/lantern", 'is “/lantern”, which looks like a command. Write `code = "LANTERN"`.'),
        ("LANTERN NIGHT", 'which has a space in it. Write `code = "LANTERN-NIGHT"`.'),
        ("Ñandú", 'may hold letters from A to Z, digits, - and _ alone. Write `code = "NANDU"`.'),
        ("-LANTERN", 'digits, - and _ alone. Write `code = "LANTERN"`.'),
        ("'; DROP TABLE grants", 'which has a space in it. Write `code = "DROP-TABLE-GRANTS"`.'),
        ("ЛАМПА", 'alone. Write one such as `code = "HOLIDAY"`.'),
        ("AB", "has 2 characters. Choose one of 3 to 32."),
        ("A" * 33, "has 33 characters. Choose one of 3 to 32."),
        ("   ", "is empty."),
    ],
)
def test_a_code_that_no_reader_could_type_is_refused(code: str, words: str) -> None:
    line, said = error(LANTERN.replace("LANTERN", code))
    assert (line, words in said) == (8, True), said


@pytest.mark.parametrize("command", READER_COMMANDS)
def test_no_code_is_called_as_a_command(command: str) -> None:
    _, said = error(LANTERN.replace("LANTERN", command.upper()))
    assert said.endswith(", the name of a command. Choose another word.")


def test_an_offer_that_is_called_nothing_is_refused_where_it_begins() -> None:
    nameless = LANTERN.replace('code = "LANTERN"\n', "")
    assert error(nameless, LANTERN)[0] == 7
    assert error(nameless, LANTERN)[1].startswith("`offers[1]` has neither `code` nor `id`.")
    assert error(LANTERN, nameless)[0] == 13


def test_an_offer_that_nobody_could_take_is_refused() -> None:
    line, said = error(PROMOTION.replace("auto = true\n", ""))
    assert line == 8
    assert said.startswith("`offers[1].id` is HOLIDAY, but nobody can take it")


def test_what_runs_by_itself_has_no_codes_for_single_use() -> None:
    line, said = error(PROMOTION, "single_use = true\n")
    assert (line, said.startswith("`offers[1].auto` and `single_use` exclude each other")) == (9, True)


@pytest.mark.parametrize("other", ["LANTERN", "lantern", "LAN-TERN", "1ANTERN", "IANTERN"])
def test_two_offers_whose_codes_look_alike_are_refused(other: str) -> None:
    line, said = error(LANTERN, LANTERN.replace("LANTERN", other))
    assert line == 14
    assert "LANTERN" in said
    assert "Give one of them another; capitals, dashes and look-alikes" in said


def test_the_id_of_one_offer_is_not_the_code_of_another() -> None:
    _, said = error(LANTERN.replace("LANTERN", "H0LIDAY"), PROMOTION)
    assert said.startswith("The names H0LIDAY and HOLIDAY of two offers look alike.")


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("starts = 2027-01-15\n", "from 2027-01-15 until 2027-01-15; one at a time may."),
        ("ends = 2026-12-15\n", "from 2026-12-15 until 2026-12-15;"),
        ("", "from 2026-12-15 until 2027-01-15;"),
    ],
)
def test_two_promotions_at_one_time_are_refused_by_name(window: str, words: str) -> None:
    line, said = error(PROMOTION, LANTERN, "auto = true\n", window)
    assert line == 16
    assert said.startswith("HOLIDAY and LANTERN would both run by themselves")
    assert words in said


def test_promotions_may_follow_each_other() -> None:
    assert len(publication(PROMOTION, LANTERN, "auto = true\nstarts = 2027-01-16\n").offers) == 2


def test_two_offers_that_run_for_ever_are_refused_without_dates() -> None:
    timeless = "\n".join(PROMOTION.splitlines()[:-2]) + "\n"
    assert "both run by themselves; one at a time may." in error(timeless, LANTERN, "auto = true\n")[1]


@pytest.mark.parametrize(
    ("extra", "line", "words"),
    [
        ('who = "new"\nper_person = 2\n', 13, "is 2, but who took it once is not new any more."),
        ('about = "' + "x" * 301 + '"\n', 12, "`offers[1].about` has 301 characters in en"),
        ("perperson = 2\n", 12, "There is no setting `offers[1].perperson`. Write `per_person`."),
        ("trial_days = 2\n", 12, "Write `trial_days` above the first line that begins with ["),
    ],
)
def test_what_is_odd_is_warned_of(extra: str, line: int, words: str) -> None:
    (warning,) = publication(LANTERN, extra).warnings
    assert (warning.line, words in f"{warning.what} {warning.cure}") == (line, True), warning


@pytest.mark.parametrize(("length", "warnings"), [(40, 0), (41, 1)])
def test_a_label_too_long_for_a_button_is_warned_of_at_its_line(length: int, warnings: int) -> None:
    warned = publication(LANTERN.replace("Treinta días gratis", "x" * length)).warnings
    assert [(warning.line, warning.cure) for warning in warned] == [(10, "Shorten it to 40.")] * warnings


def test_a_fault_of_one_offer_is_not_looked_for_in_the_next() -> None:
    first = LANTERN.replace("days = 30\n", "")
    second = LANTERN.replace("LANTERN", "CANDLE")
    assert error(first, second)[0] == 7


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ("", 7, "`offers[1].days` is missing. Add `days = 30`, say."),
        (
            "dayz = 30\n",
            11,
            "`offers[1].days` is missing, and there is no setting `dayz`. Write `days` instead of `dayz`.",
        ),
    ],
)
def test_an_offer_without_days_is_told_so_and_what_was_mistyped(written: str, line: int, said: str) -> None:
    assert error(LANTERN.replace("days = 30\n", written)) == (line, said)


def test_a_mistyped_label_is_named() -> None:
    (problem,) = problems(PROMOTION.replace("label", "lable"))
    assert (problem.line, problem.cure) == (10, "Write `label` instead of `lable`.")


def test_everything_that_is_wrong_with_an_offer_is_said_at_once() -> None:
    wrong = LANTERN.replace("days = 30", "days = 0") + "cap = 0\nstarts = 2026-12-15\nends = 2026-01-15\n"
    assert [problem.line for problem in problems(wrong)] == [11, 12, 14]
