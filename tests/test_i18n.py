"""The bot's voice: dates, numbers and plurals as English and Paraguayan readers write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import dates, datetimes, integers, just, sampled_from, times

from bot.i18n import LANGUAGES, capital, language_of, own_name, translator_for
from bot.telegram.handlers.readers.settings_words import ZONES

MONDAY = date(2025, 12, 22)


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert translator_for("en").full_date(MONDAY) == "Monday, December 22, 2025"
    assert translator_for("es").full_date(MONDAY) == "lunes 22 de diciembre de 2025"
    assert translator_for("es").day(MONDAY) == "22 de diciembre de 2025"
    assert translator_for("en").month(MONDAY) == "December 2025"
    assert translator_for("es").month(MONDAY) == "diciembre de 2025"
    assert translator_for("es").weekday(0) == "lunes"


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert translator_for("en").number(12_345.5) == "12,345.5"
    assert translator_for("es").number(12_345.5) == "12.345,5"


def test_a_moment_is_said_in_the_readers_zone() -> None:
    moment = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
    zone = ZoneInfo("America/Asuncion")
    assert translator_for("es").moment(moment, zone) == "lunes 22 de diciembre de 2025 a las 07:00"


def test_a_moment_may_be_said_by_each_app_itself_until_2038() -> None:
    zone, translator = ZoneInfo("America/Asuncion"), translator_for("en")
    moment = translator.own_time(datetime(2025, 12, 22, 10, 0, tzinfo=UTC), zone)
    words = "Monday, December 22, 2025, at 07:00"
    assert translator.plain("Next issue: {moment}", moment=moment) == f"Next issue: {words}"
    said = f'Next issue: <tg-time unix="1766397600" format="wDt">{words}</tg-time>'
    assert translator.say("Next issue: {moment}", moment=moment) == said
    late = translator.own_time(datetime(2038, 1, 20, 10, 0, tzinfo=UTC), zone)
    assert translator.say("Next issue: {moment}", moment=late) == f"Next issue: {late}"
    assert "2038" in late


def test_names_from_right_to_left_are_set_apart_and_others_stay_as_they_are() -> None:
    translator = translator_for("en")
    for said in (translator.say, translator.plain):
        assert said("by {author}", author="Ana") == "by Ana"
        assert said("by {author}", author="أحمد") == "by \u2068أحمد\u2069"
        assert said("by {author}", author="\u2068أحمد\u2069") == "by \u2068أحمد\u2069"
        assert said("by {author}", author="أحمد\nكاتب") == "by أحمد\nكاتب"  # a text of its own


@pytest.mark.parametrize(
    ("hour", "english", "spanish"),
    [
        (time(1, 39), "at 01:39", "a la 01:39"),
        (time(13), "at 13:00", "a las 13:00"),
        (time(0, 5), "at 00:05", "a las 00:05"),
    ],
)
def test_a_time_of_day_takes_its_article(hour: time, english: str, spanish: str) -> None:
    assert f"{translator_for('en').clock_time(hour):at}" == english
    assert f"{translator_for('es').clock_time(hour):at}" == spanish


@given(moment=datetimes(timezones=just(UTC)), zone=sampled_from(ZONES), language=sampled_from(LANGUAGES))
def test_every_moment_is_said_with_the_article_of_its_hour(
    moment: datetime, zone: str, language: str
) -> None:
    translator, local = translator_for(language), moment.astimezone(ZoneInfo(zone))
    said = translator.moment(moment, ZoneInfo(zone))
    article = {"en": "at", "es": "a la" if local.hour == 1 else "a las"}[language]
    assert said.endswith(f" {article} {local:%H:%M}")
    assert translator.hour(moment, ZoneInfo(zone)) == f"{local:%H:%M}"
    assert (
        said
        == f"{translator.full_date(local.date())}{',' if language == 'en' else ''} {article} {local:%H:%M}"
    )


@given(day=dates(), language=sampled_from(LANGUAGES))
def test_every_day_is_said_with_its_weekday_and_no_comma_behind_it_in_spanish(
    day: date, language: str
) -> None:
    translator = translator_for(language)
    weekday = translator.weekday(day.weekday())
    assert translator.full_date(day).startswith(f"{weekday}{', ' if language == 'en' else ' '}")
    assert capital(translator.full_date(day))[0].isupper()
    assert capital(translator.month(day))[0].isupper()


def test_a_weekday_that_comes_again_is_a_plural_with_its_article() -> None:
    assert [f"{translator_for('es').weekday(day):every}" for day in range(7)] == [
        "los lunes",
        "los martes",
        "los miércoles",
        "los jueves",
        "los viernes",
        "los sábados",
        "los domingos",
    ]
    assert [f"{translator_for('en').weekday(day):every}" for day in (0, 6)] == ["Mondays", "Sundays"]


@given(hour=times(), day=integers(0, 6))
def test_a_translation_may_ask_for_a_form_that_its_sentence_does_not(hour: time, day: int) -> None:
    translator = translator_for("es")
    said = translator.say(
        "A new issue comes out every {day} at {hour} ({place}).",
        day=translator.weekday(day),
        hour=translator.clock_time(hour),
        place="A & B",
    )
    assert f"{translator.weekday(day)} a {'la' if hour.hour == 1 else 'las'} {hour:%H:%M} (A &amp; B)" in said


def test_a_form_that_a_word_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError, match="of"):
        f"{translator_for('es').weekday(0):of}"


def test_a_text_at_the_head_of_a_line_has_a_capital_and_is_not_changed_otherwise() -> None:
    assert capital("édito de la ONU") == "Édito de la ONU"
    assert capital("22 de diciembre") == "22 de diciembre"
    assert capital("") == ""


def test_a_language_is_named_in_one_way() -> None:
    assert translator_for("es").in_language("en") == "en inglés"
    assert translator_for("en").in_language("es") == "in Spanish"
    assert translator_for("en").in_language("fr") == "fr"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("es-419", "es"),
        ("es", "es"),
        ("ES-PY", "es"),
        ("pt-br", "en"),
        ("", "en"),
        (None, "en"),
        ("xx", "en"),
    ],
)
def test_telegrams_language_code_becomes_a_language_the_bot_speaks(code: str | None, language: str) -> None:
    assert language_of(code) == language


def test_values_are_escaped_and_never_read_as_templates() -> None:
    said = translator_for("en").say(
        "Nobody with the ID {id} has started the bot.", id="<b>{id}&{0.__class__}"
    )
    assert said == "Nobody with the ID &lt;b&gt;{id}&amp;{0.__class__} has started the bot."


def test_an_unknown_language_is_answered_in_english() -> None:
    assert translator_for("gn").language == "en"


def test_a_language_is_named_by_its_own_speakers() -> None:
    assert [own_name(code) for code in LANGUAGES] == ["English", "Español"]
