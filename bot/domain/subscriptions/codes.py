"""Codes: what they look like, and how they are read."""

import hashlib
import hmac
import re
import secrets

from bot.domain.content.offer_table import LONGEST_CODE, SHORTEST_CODE
from bot.domain.content.offers import folded_code

ALPHABET = "23456789CDFHJKMNPQRTVWXY"
"""No two of these look alike, and without vowels no word comes of them."""

LENGTH = 11
"""Signs: 50.4 bits by chance."""

GROUPS = (4, 4, 3)
MOST_WORDS = 3
"""A code may be typed in its groups; more words are a sentence."""

_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212_-]+")
"""Blanks, and all kinds of dashes."""

_LOOKALIKES = str.maketrans("SZBGU", "5286V")


def new_code() -> str:
    """Return a code for one use, by chance that nobody can foresee, as it is written (see `written`)."""
    return written("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def written(code: str) -> str:
    """Return a code for one use in its groups, as in XXXX-XXXX-XXX."""
    first, second = GROUPS[0], GROUPS[0] + GROUPS[1]
    return f"{code[:first]}-{code[first:second]}-{code[second:]}"


def single_use_code(text: str) -> str | None:
    """Return the code for one use that somebody typed, in whatever spelling; None for anything else."""
    code = folded_code(text).translate(_LOOKALIKES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def looks_like_single_use(text: str) -> bool:
    """Tell whether a text is a code for one use, or was to be one: some of its signs may be wrong."""
    return single_use_code(text) is not None or tuple(map(len, map(folded_code, _groups(text)))) == GROUPS


def has_form(text: str) -> bool:
    """Tell whether a text may be a code: a word, or a few groups of letters and digits."""
    words = _groups(text)
    return (
        0 < len(words) <= MOST_WORDS
        and all(word.isalnum() for word in words)
        and SHORTEST_CODE <= len(folded_code(text)) <= LONGEST_CODE
    )


def in_link(text: str) -> str | None:
    """Return a code as it stands in a deep link; None where the text has no code's form, or letters that no
    link holds.
    """
    code = "-".join(_groups(text))
    return code if has_form(text) and code.isascii() else None


def _groups(text: str) -> list[str]:
    return _BETWEEN.sub(" ", text.strip(" .,;:!¡¿?\"'“”«»()[]")).split()


def code_hash(key: bytes, code: str) -> str:
    """Return the keyed hash by which a code for one use is stored."""
    return hmac.new(key, f"code:{code}".encode(), hashlib.sha256).hexdigest()
