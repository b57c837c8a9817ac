"""What a reader means by words without a slash: pure, in every language of the bot."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Meaning(StrEnum):
    LATEST = "latest"
    SECTIONS = "sections"
    HELP = "help"
    STOP = "stop"
    TRIAL = "trial"
    PRICE = "price"
    CANCEL = "cancel"
    THANKS = "thanks"
    ENGLISH = "en"
    SPANISH = "es"


WORDS = {
    Meaning.LATEST: ("latest", "issue", "latest issue", "última", "edición", "última edición", "número"),
    Meaning.SECTIONS: ("sections", "secciones"),
    Meaning.HELP: ("help", "ayuda"),
    Meaning.STOP: ("stop", "unsubscribe", "baja", "darme de baja"),
    Meaning.TRIAL: ("trial", "free trial", "free", "prueba", "prueba gratis", "gratis", "probar"),
    Meaning.PRICE: (
        *("price", "prices", "how much", "how much is it", "how much does it cost", "cost", "subscribe"),
        *("precio", "precios", "cuánto cuesta", "cuánto vale", "cuánto sale", "cuánto es", "suscribirme"),
    ),
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
    """Return what a whole message means; None where it is no word of ours."""
    return _MEANINGS.get(folded(text))


def folded(text: str) -> str:
    """Without case, accents, punctuation and unseen signs: `¡Última edición!` is `ultima edicion`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    seen = (mark for mark in plain if not unicodedata.combining(mark) and unicodedata.category(mark) != "Cf")
    return " ".join(re.findall(r"[^\W_]+", "".join(seen)))


@lru_cache(maxsize=2_048)
def folded_name(name: str) -> str:
    """Like `folded`, for the few names that are asked of again and again: ids and kickers."""
    return folded(name)


_MEANINGS = {folded(word): what for what, words in WORDS.items() for word in words}
