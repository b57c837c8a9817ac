"""What can be checked of good writing, in both languages."""

import re
import unicodedata
from collections.abc import Callable, Iterator

TERMS = {
    r"\bn[úu]meros?\b": "say edición for an issue, ID for Telegram’s number, cantidad for how many",
    r"\b(usted|ustedes|vos|tenés|podés|querés|sabés)\b": "say tú",
    r"\ba las? \{": "write {hour:at}: it is a la 01:39 and a las 13:00",
}
"""What the bot does not say in Spanish, and what it says instead."""

SPANISH = {
    r"\blas 0?1[:.]\d": "write a la 01:39",
    r"\bla (?:0?[02-9]|1\d|2\d)[:.]\d": "write a las 13:00",
    r"\d[ ](?:%|MB\b|kB\b)|\d%": "put a no-break space (U+00A0) between a number and its sign",
    r"[\"“”]|(?<!\w)'|'(?!\w)": "quote with « and »",
    r"  +": "write one space",
    r" [,.;:!?…]": "put no space before a mark",
}
"""What no Spanish text has, and what to write instead."""

ENGLISH = {
    r"\b(?:do|does|did|is|are|was|were|has|have|had|could|would|should) not\b": "write don’t, isn’t, hasn’t",
    r"\bcannot\b": "write can’t",
    r"\b(?:there|here) is\b": "write there’s, here’s",
    r"\bI am\b|\b(?:it|that) is(?= (?:not|now|already|still|being)\b)": "write I’m, it’s, that’s",
    r"\bany more\b": "say no longer, or nothing left",
    r"\bof whom\b": "say those who, those we",
    r"\bits hour\b": "say it’s due",
    r"\bTelegram number\b|’s number\b": "say ID for Telegram’s number",
    r"(?<=\w)'(?=\w)|\"": "write ’, “ and ”",
}
"""What the bot does not say in English, and what it says instead."""

_TAG = re.compile(r"</?\w+>")
_VALUE = re.compile(r"\{(\w*)(?::\w+)?\}")
_COMMAND = re.compile(r"(?<![\w<])/[a-z]+")
_OPENING = "¿¡«“"
_CLOSING = "»”)"


def faults(text: str, *, of_bot: bool = False) -> Iterator[str]:
    """Say what is wrong with a Spanish text by itself; `of_bot`: it is a sentence of the bot's own."""
    words = _TAG.sub("", text)
    for pattern, cure in {**SPANISH, **(TERMS if of_bot else {})}.items():
        if match := re.search(pattern, words, re.IGNORECASE):
            yield f"{match.group()!r}: {cure}"
    for opens, closes in ("¿?", "¡!"):
        if words.count(opens) != len(re.findall(rf"(?<=[\w»).…}}]){re.escape(closes)}", words)):
            yield f"open with {opens} what ends with {closes}"


def english_faults(text: str) -> Iterator[str]:
    """Say what is wrong with an English sentence of the bot's own."""
    for pattern, cure in ENGLISH.items():
        if match := re.search(pattern, _TAG.sub("", text), re.IGNORECASE):
            yield f"{match.group()!r}: {cure}"


def differences(source: str, translation: str) -> Iterator[str]:
    """Say in what a translation is not built as its sentence."""
    for ours, theirs in zip(source.split("\n"), translation.split("\n"), strict=False):
        if None not in (heads := [_is_capital(ours), _is_capital(theirs)]) and heads[0] != heads[1]:
            yield f"another capital at its head: {ours!r}, {theirs!r}"
    for what, part in _BUILT.items():
        if part(source) != part(translation):
            yield f"another {what}: {part(source)!r}, {part(translation)!r}"


def _sign(text: str) -> str:
    """Return the emoji or other symbol that a text begins with."""
    first = _TAG.sub("", text)[:1]
    return first if first in {"•", "…", "?"} or unicodedata.category(first or " ").startswith("S") else ""


def _is_capital(text: str) -> bool | None:
    """Tell how the first letter is written; None where a value or a number stands there."""
    words = _TAG.sub("", text).lstrip(_OPENING)
    first = next((word for word in words if word.isalnum() or word in "{/"), "")
    return first.isupper() if first.isalpha() else None


def _end(text: str) -> str:
    last = _TAG.sub("", text).rstrip().rstrip(_CLOSING)[-1:]
    return {"!": "."}.get(last, last) if last in ".:?!…" else ""


_BUILT: dict[str, Callable[[str], object]] = {
    "values": lambda text: sorted(set(_VALUE.findall(text))),
    "tags": lambda text: sorted(_TAG.findall(text)),
    "commands": lambda text: sorted(set(_COMMAND.findall(text))),
    "sign at its head": _sign,
    "end": _end,
    "spaces around it": lambda text: (text[: -len(text.lstrip())], text[len(text.rstrip()) :]),
    "lines": lambda text: text.count("\n"),
}
