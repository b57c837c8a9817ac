"""A thread fits into one message, whatever a reader writes and is called."""

from zoneinfo import ZoneInfo

import pytest

from bot.domain.delivery.announcement import TEXT_LIMIT
from bot.domain.pages.text_cutting import units
from bot.domain.readers.feedback import Answer, Item, Kind, State, Thread
from bot.i18n import LANGUAGES, translator_for
from bot.telegram.admin.feedback_words import STATES, thread
from tests.world import MONDAY

WIDE = "😀"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("length", [1, 40, 400, 4_096])
def test_the_longest_thread_fits_into_a_message(language: str, state: State, length: int) -> None:
    name = WIDE * 64
    exchange = Thread(2**52, name, 99, MONDAY, full_at=MONDAY, muted_at=MONDAY, muted_by=name)
    items = [Item(1, number, MONDAY, Kind.VOICE, WIDE * length) for number in range(20)]
    answers = [Answer(9, number, 1, name, WIDE * 3_600, MONDAY, state) for number in range(5)]
    text, _ = thread(translator_for(language), ZoneInfo("UTC"), exchange, items, answers)
    assert units(text) <= TEXT_LIMIT
