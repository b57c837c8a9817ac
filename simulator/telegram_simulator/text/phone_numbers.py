"""Phone numbers in texts, which Telegram's server finds and TDLib does not."""

import re

from telegram_simulator.text.entities import Entity, utf16

_NUMBER = re.compile(r"(?<![\w+])\+\d(?:[ -]?\(?\d+\)?)+(?!\w)", re.ASCII)
_DIGITS = range(8, 16)
"""How many digits an international number has, its country code included."""


def find(text: str) -> tuple[Entity, ...]:
    """Return the `phone_number` entities of a text, in order; a number begins with + and its country."""
    return tuple(
        {
            "type": "phone_number",
            "offset": utf16(text[: match.start()]),
            "length": utf16(match.group()),
        }
        for match in _NUMBER.finditer(text)
        if sum(character.isdecimal() for character in match.group()) in _DIGITS
    )
