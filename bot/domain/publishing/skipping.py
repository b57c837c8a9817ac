"""What readers are told of push days on which nothing comes out."""

from dataclasses import dataclass
from datetime import date

from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class Skipped:
    """Push days on which nothing comes out, oldest first, and the date of the issue after them."""

    days: tuple[date, ...]
    then: date


def skipped_words(translator: Translator, skipped: Skipped, then: str) -> str:
    """Say on which days nothing comes out, and when the next issue does: `then`, a day or a moment."""
    return translator.say_n(
        "There’s no issue on {days}. The next one comes on {day}.",
        "There are no issues on these days: {days}. The next one comes on {day}.",
        len(skipped.days),
        days=translator.listing([translator.full_date(day) for day in skipped.days]),
        day=then,
    )
