"""Text normalised, so that search finds what looks the same."""

import re
import unicodedata

_UNSEEN = (
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+"
)
_IN_A_WORD = re.compile(rf"(?<=\w){_UNSEEN}|{_UNSEEN}(?=\w)")
_FOREIGN = re.compile(r"[^\W\x00-\u0131]+")
"""Letters beyond those that stand in nearly every word: only they are written in several ways."""

_LOOKS_ELSE = ("<super>", "<sub>", "<fraction>")
"""`m²` is not `m2`, nor `3.ª` `3.a`."""


def alike(text: str) -> str:
    """Return a text with its letters put together, ligatures and wide letters taken apart, and without the
    unseen signs in its words (soft hyphens, zero-width ones). It reads as it did.
    """
    seen = _IN_A_WORD.sub("", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", _FOREIGN.sub(_plain, seen).replace("\u02bc", "\u2019"))


def _plain(match: re.Match[str]) -> str:
    return "".join(
        sign
        if unicodedata.decomposition(sign).startswith(_LOOKS_ELSE)
        else unicodedata.normalize("NFKC", sign)
        for sign in match[0]
    )
