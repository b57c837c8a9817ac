"""The bot's voice: dates, numbers and plurals as English and Paraguayan readers write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import language_of, speech

MONDAY = date(2025, 12, 22)


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert speech("en").full_date(MONDAY) == "Monday, December 22, 2025"
    assert speech("es").full_date(MONDAY) == "lunes 22 de diciembre de 2025"
    assert speech("es").day(MONDAY) == "22 de diciembre de 2025"
    assert speech("en").month(MONDAY) == "December 2025"
    assert speech("es").month(MONDAY) == "diciembre de 2025"
    assert speech("es").weekday(0) == "lunes"


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert speech("en").number(12_345.5) == "12,345.5"
    assert speech("es").number(12_345.5) == "12.345,5"


def test_a_moment_is_said_in_the_readers_zone() -> None:
    moment = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
    zone = ZoneInfo("America/Asuncion")
    assert speech("es").moment(moment, zone) == "lunes 22 de diciembre de 2025 a las 07:00"


def test_a_moment_may_be_said_by_each_app_itself_until_2038() -> None:
    zone, voice = ZoneInfo("America/Asuncion"), speech("en")
    moment = voice.own_time(datetime(2025, 12, 22, 10, 0, tzinfo=UTC), zone)
    words = "Monday, December 22, 2025, at 07:00"
    assert voice.plain("The next one: {moment}", moment=moment) == f"The next one: {words}"
    said = f'The next one: <tg-time unix="1766397600" format="wDt">{words}</tg-time>'
    assert voice.say("The next one: {moment}", moment=moment) == said
    late = voice.own_time(datetime(2038, 1, 20, 10, 0, tzinfo=UTC), zone)
    assert voice.say("The next one: {moment}", moment=late) == f"The next one: {late}"
    assert "2038" in late


def test_names_from_right_to_left_are_set_apart_and_others_stay_as_they_are() -> None:
    voice = speech("en")
    for said in (voice.say, voice.plain):
        assert said("by {author}", author="Ana") == "by Ana"
        assert said("by {author}", author="أحمد") == "by \u2068أحمد\u2069"
        assert said("by {author}", author="\u2068أحمد\u2069") == "by \u2068أحمد\u2069"
        assert said("by {author}", author="أحمد\nكاتب") == "by أحمد\nكاتب"  # a text of its own


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
    said = speech("en").say("Nobody with the number {id} has started the bot.", id="<b>{id}&{0.__class__}")
    assert said == "Nobody with the number &lt;b&gt;{id}&amp;{0.__class__} has started the bot."


def test_an_unknown_language_is_answered_in_english() -> None:
    assert speech("gn").language == "en"
