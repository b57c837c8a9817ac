"""What the bot says, in the reader's language: catalogs, dates, numbers, plurals."""

import html
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Self
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal

CATALOGS = Path(__file__).parent.parent / "locales"
DOMAIN = "briefing"
LANGUAGES = ("en", "es")
"""Languages the bot itself speaks; the first is what its sentences are written in."""

_PLACES = {
    ("en", "America/Sao_Paulo"): "São Paulo",
    ("en", "America/Bogota"): "Bogotá",
    ("es", "Asia/Kolkata"): "Calcuta",
}
"""What babel writes without its accents, or not as the language says it."""

_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

_LAST_SECOND = 2**31 - 1
"""Telegram counts the seconds of a `tg-time` in 32 bits: until 2038."""

_LOCALES = {"en": "en_US", "es": "es_PY"}


class Marked(str):
    """Words that Telegram HTML may show with `markup` of their own: `Translator.say` takes it as it is."""

    __slots__ = ("markup",)

    markup: str

    def __new__(cls, words: str, markup: str) -> Self:
        marked = super().__new__(cls, words)
        marked.markup = markup
        return marked


class Inflected(str):
    """A word with further forms, which a sentence asks for by name: `{hour}`, `{hour:at}`.

    Its words hold no markup: `say` does not escape them. Asking for another form raises KeyError.
    """

    __slots__ = ("_forms",)
    _forms: dict[str, str]

    def __new__(cls, word: str, **forms: str) -> Self:
        made = super().__new__(cls, word)
        made._forms = forms
        return made

    def __format__(self, form: str) -> str:
        return self._forms[form] if form else str(self)


@dataclass(frozen=True, slots=True)
class Translator:
    """One language of the bot. Messages are the English sentences; values are `{named}`.

    `say` is for Telegram HTML: every value is escaped, but for `Marked` ones. `plain` is for buttons, menus
    and alerts.
    """

    language: str
    _catalog: NullTranslations
    _locale: Locale

    def say(self, message: str, /, **values: object) -> str:
        return self._catalog.gettext(message).format_map(_escaped(values))

    def say_n(self, singular: str, many: str, count: int, /, **values: object) -> str:
        """Like `say`, in the form that `count` wants; `{count}` is set, as the language writes numbers."""
        text = self._catalog.ngettext(singular, many, count)
        return text.format_map(_escaped({"count": self.number(count), **values}))

    def plain(self, message: str, /, **values: object) -> str:
        return self._catalog.gettext(message).format_map(_isolated(values))

    def plain_n(self, singular: str, many: str, count: int, /, **values: object) -> str:
        """Like `say_n`, for what is no HTML."""
        text = self._catalog.ngettext(singular, many, count)
        return text.format_map({"count": self.number(count), **_isolated(values)})

    def full_date(self, day: date) -> str:
        """`Monday, December 22, 2025` or `lunes 22 de diciembre de 2025`."""
        if self.language == "es":
            return format_date(day, "EEEE d 'de' MMMM 'de' y", locale=self._locale)
        return format_date(day, "full", locale=self._locale)

    def day(self, day: date) -> str:
        """Without the weekday: `December 22, 2025` or `22 de diciembre de 2025`."""
        return format_date(day, "long", locale=self._locale)

    def month(self, day: date) -> str:
        """`December 2025` or `diciembre de 2025`."""
        skeleton = "LLLL 'de' y" if self.language == "es" else "LLLL y"
        return format_date(day, skeleton, locale=self._locale)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """`Monday, December 22, 2025, at 07:00`, `lunes 22 de diciembre de 2025 a las 07:00`."""
        day, hour = moment.astimezone(zone).date(), self.hour(moment, zone)
        return f"{self.full_date(day)}{'' if self.language == 'es' else ','} {hour:at}"

    def own_time(self, moment: datetime, zone: ZoneInfo) -> str:
        """Like `moment`, as a `tg-time`: an app says it in the zone where it is, an old one in our words."""
        words, unix = self.moment(moment, zone), int(moment.timestamp())
        if not 0 < unix <= _LAST_SECOND:
            return words
        return Marked(
            words, f'<tg-time unix="{unix}" format="wDt">{html.escape(words, quote=False)}</tg-time>'
        )

    def short_day(self, day: date) -> str:
        """`Dec 22` or `22 dic`."""
        return format_date(day, "d MMM" if self.language == "es" else "MMM d", locale=self._locale)

    def weekday(self, number: int) -> Inflected:
        """`Monday` or `lunes`; as `{day:every}` `Mondays` or `los lunes`. 0 is Monday."""
        name = str(self._locale.days["format"]["wide"][number])
        if self.language == "es":
            return Inflected(name, every=f"los {name if name.endswith('s') else name + 's'}")
        return Inflected(name, every=f"{name}s")

    def language_name(self, code: str) -> str:
        """A language as it is named inside a sentence: `Spanish` or `español`."""
        return str(self._locale.languages.get(code, code))

    def in_language(self, code: str) -> str:
        """`in Spanish` or `en español`; the code of a language that the bot does not speak."""
        return self.plain(_IN_LANGUAGE[code]) if code in _IN_LANGUAGE else code

    def hour(self, moment: datetime, zone: ZoneInfo) -> Inflected:
        """The hour and minute in `zone`, as `clock_time` writes them."""
        return self.clock_time(moment.astimezone(zone).time())

    def clock_time(self, hour: time) -> Inflected:
        """`07:00`; as `{hour:at}` `at 07:00`, `a las 07:00`, `a la 01:39`."""
        clock = f"{hour:%H:%M}"
        if self.language == "es":
            return Inflected(clock, at=f"a {'la' if hour.hour == 1 else 'las'} {clock}")
        return Inflected(clock, at=f"at {clock}")

    def place(self, zone: str) -> str:
        """The city that a time zone is named for: `Buenos Aires`, `Ciudad de México`."""
        known = _PLACES.get((self.language, zone))
        return (
            known
            or str(get_timezone_location(zone, locale=self._locale, return_city=True)).rpartition("/")[2]
        )

    def number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def listing(self, things: list[str]) -> str:
        """`a, b, and c` or `a, b y c`."""
        return format_list(things, locale=self._locale)


def _escaped(values: dict[str, object]) -> dict[str, str]:
    return {name: _markup(value) for name, value in values.items()}


def _markup(value: object) -> str:
    if isinstance(value, Inflected):  # its forms hold no markup, and are asked for in the sentence
        return value
    return value.markup if isinstance(value, Marked) else html.escape(isolated(str(value)), quote=False)


def _isolated(values: dict[str, object]) -> dict[str, object]:
    return {name: isolated(value) if isinstance(value, str) else value for name, value in values.items()}


@cache
def translator_for(language: str) -> Translator:
    """Return the translator for `language`, or the English one where the bot does not speak it. Cached."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    file = CATALOGS / known / "LC_MESSAGES" / f"{DOMAIN}.mo"
    catalog: NullTranslations = NullTranslations()
    if file.exists():
        with file.open("rb") as stream:
            catalog = GNUTranslations(stream)
    return Translator(known, catalog, Locale.parse(_LOCALES[known]))


def isolated(words: str) -> str:
    """Return a name that, if it is read from right to left, does not reorder the words around it.

    A text of several lines stays as it is.
    """
    turned = any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in words)
    return (
        f"{_ISOLATE}{words}{_END}"
        if turned and not words.startswith(_ISOLATE) and "\n" not in words
        else words
    )


def N_(message: str) -> str:  # noqa: N802  # gettext_noop, by the name that tools and people know
    """Mark a message for translation; it is translated later."""
    return message


_IN_LANGUAGE = {"en": N_("in English"), "es": N_("in Spanish")}


def capital(text: str) -> str:
    """Return a text with its first letter in upper case; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def own_name(language: str) -> str:
    """Return a language's name in itself, capitalised: `English`, `Español`."""
    return capital(translator_for(language).language_name(language))


def language_of(code: str | None) -> str:
    """Map Telegram's `language_code` (`es-419`, `pt-br`, None) to a language the bot speaks."""
    return "es" if (code or "").lower().split("-")[0] == "es" else "en"
