"""Words typed without a slash, and what they mean."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Meaning(StrEnum):
    LATEST = "latest"
    SECTIONS = "sections"
    HELP = "help"
    GREETING = "greeting"
    ARCHIVE = "archive"
    SEARCH = "search"
    SETTINGS = "settings"
    STOP = "stop"
    TRIAL = "trial"
    CODE = "code"
    PRICE = "price"
    ACCOUNT = "account"
    CANCEL = "cancel"
    THANKS = "thanks"
    ENGLISH = "en"
    SPANISH = "es"


WORDS = {
    Meaning.LATEST: (
        "latest",
        "issue",
        "latest issue",
        "última",
        "edición",
        "última edición",
        "la edición",
        "número",
    ),
    Meaning.SECTIONS: ("sections", "secciones"),
    Meaning.HELP: ("help", "ayuda"),
    Meaning.GREETING: (
        *("hello", "hi", "hey", "good morning", "good afternoon", "good evening"),
        *("hola", "buenas", "buen día", "buenos días", "buenas tardes", "buenas noches"),
    ),
    Meaning.ARCHIVE: ("archive", "archivo"),
    Meaning.SEARCH: ("search", "buscar", "busca"),
    Meaning.SETTINGS: ("settings", "ajustes", "configuración"),
    Meaning.STOP: (
        *("stop", "unsubscribe", "unsubscribe me"),
        *("baja", "darme de baja", "dame de baja", "quiero darme de baja"),
    ),
    Meaning.TRIAL: ("trial", "free trial", "free", "prueba", "prueba gratis", "gratis", "probar"),
    Meaning.CODE: (
        *("code", "codes", "promo", "promo code", "promotion", "coupon", "voucher", "redeem"),
        *("redeem a code", "redeem code", "i have a code"),
        *("código", "códigos", "código promocional", "promoción", "cupón", "canjear"),
        *("canjear código", "canjear un código", "tengo un código"),
    ),
    Meaning.PRICE: (
        *(
            "price",
            "prices",
            "how much",
            "how much is it",
            "how much does it cost",
            "cost",
            "pay",
            "how do I pay",
            "how can I pay",
            "buy",
            "subscribe",
            "subscribe me",
            "I want to subscribe",
            "subscription",
        ),
        *(
            "precio",
            "precios",
            "cuánto cuesta",
            "cuánto vale",
            "cuánto sale",
            "cuánto es",
            "pagar",
            "cómo pago",
            "cómo se paga",
            "comprar",
            "suscribirme",
            "quiero suscribirme",
            "suscripción",
        ),
    ),
    Meaning.ACCOUNT: ("account", "my account", "my subscription", "cuenta", "mi cuenta", "mi suscripción"),
    Meaning.CANCEL: (
        *("cancel", "cancel subscription", "cancel my subscription", "cancel trial", "cancel my trial"),
        *("cancelar", "cancelar suscripción", "cancelar la suscripción", "cancelar mi suscripción"),
        *("cancelar prueba", "cancelar la prueba", "cancelar mi prueba", "quiero cancelar"),
    ),
    Meaning.THANKS: ("thanks", "thank you", "thank you very much", "gracias", "muchas gracias"),
    Meaning.ENGLISH: ("English", "inglés"),
    Meaning.SPANISH: ("Spanish", "español", "castellano"),
}


def meaning(text: str) -> Meaning | None:
    """Return what a whole message means; None where it is no word of ours. After the word for searching may
    follow what is sought.
    """
    known = _MEANINGS.get(folded(text))
    if known is None and _MEANINGS.get(folded(" ".join(text.split(maxsplit=1)[:1]))) is Meaning.SEARCH:
        return Meaning.SEARCH
    return known


def is_emoji(text: str) -> bool:
    """Tell whether a text is nothing but a few emoji, with what joins, colours and varies them."""
    bare = _AROUND_EMOJI.sub("", text)
    return 0 < len(bare) <= MOST_EMOJI and _EMOJI.fullmatch(bare) is not None


def is_unseen(text: str) -> bool:
    """Tell whether nothing of a text is seen: blanks, marks of direction, fillers, joiners."""
    return all(
        mark.isspace() or mark in _FILLERS or unicodedata.category(mark) in ("Cf", "Cc", "Mn")
        for mark in text
    )


def folded(text: str) -> str:
    """Without case, accents, punctuation and unseen signs: `¡Última edición!` is `ultima edicion`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = (mark for mark in plain if not unicodedata.combining(mark) and unicodedata.category(mark) != "Cf")
    return " ".join(re.findall(r"[^\W_]+", "".join(seen)))


@lru_cache(maxsize=2_048)
def folded_name(name: str) -> str:
    """Like `folded`, for the few names that are asked of again and again: ids and kickers."""
    return folded(name)


MOST_EMOJI = 64
"""A text of more emoji is no thanks: somebody wants something by it."""

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters of Korean and Braille that have no ink."""

_AROUND_EMOJI = re.compile(r"[\s!.\u061c\u200b-\u200f\u2060\u2066-\u2069\ufe0e\ufe0f\U000e0020-\U000e007f]+")
"""Blanks, marks of direction, joiners, variation selectors, and the tags that spell a flag."""

_EMOJI = re.compile(
    r"(?:[0-9#*]\u20e3|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2300-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    r"\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])+"
)
"""By Unicode's blocks: emoji that come later are in the last one."""

_MEANINGS = {folded(word): what for what, words in WORDS.items() for word in words}
