"""Dates as people write them, in English or Spanish."""

import re
from datetime import date

_NAMES = (
    "january february march april may june july august september october november december",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)
_MONTHS = tuple(zip(*map(str.split, _NAMES), strict=True))
_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"(?P<month>[^\W\d_]{3,})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2}) (?:de )?(?P<month>[^\W\d_]{3,})\.?,? (?:del? )?(?P<year>\d{4})"),
)


def written_date(written: str) -> date | None:
    """Read a date as it is written in English or Spanish: `November 22, 2024`, `22 de noviembre de 2024`."""
    folded = " ".join(written.casefold().split())
    match = next((match for form in _FORMS if (match := form.search(folded))), None)
    if match is None:
        return None
    try:
        return date(int(match["year"]), _month(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _month(word: str) -> int:
    """Return a month by its number, name or beginning; 0 is none."""
    if word.isdecimal():
        return int(word)
    name = word.replace("setiembre", "septiembre")
    months = (
        number for number, names in enumerate(_MONTHS, 1) if any(month.startswith(name) for month in names)
    )
    return next(months, 0)
