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
    said = speech("en").say("Nobody with the ID {id} has started the bot.", id="<b>{id}&{0.__class__}")
    assert said == "Nobody with the ID &lt;b&gt;{id}&amp;{0.__class__} has started the bot."


def test_an_unknown_language_is_answered_in_english() -> None:
    assert speech("gn").language == "en"
