"""Message texts: parsed by TDLib, cleaned, trimmed, measured.

TDLib counts lengths in code points; here they are UTF-16 units, which refuses some texts that Telegram takes
(2,100 emoji), and none the other way.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram_simulator.api.errors import ApiError, bad_request
from telegram_simulator.text import entities, phone_numbers
from telegram_simulator.text.entities import Entity, utf16

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768  # bytes before parsing
NO_MODE = "none"

_MODES: dict[str, dict[str, Any]] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_SPACE = " \n"
_MARKS = re.compile(r"[*_~|`\[\]]")
"""What stands for formatting in a text that a person types."""
_MAY_HOLD_MORE = re.compile(r"[@#$/.:+\d]")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities, as in Message."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """The length in UTF-16 units."""
        return utf16(self.text)

    @property
    def html(self) -> str:
        return entities.to_html(self.text, self.entities)


class MissingParserError(Exception):
    """TDLib's parser is not installed; the text says where it can be."""

    def __init__(self) -> None:
        super().__init__(
            "The simulator needs tdjson, which parses texts as Telegram does. It is built for Linux with "
            "glibc and Python 3.11 to 3.13: use one of these, or a container."
        )


class Parser:
    """TDLib's own parser; needs no login and no network."""

    def __init__(self) -> None:
        try:
            from tdjson import td_execute  # noqa: PLC0415  # no wheel on some systems; only a simulator needs it
        except ModuleNotFoundError:
            raise MissingParserError from None
        self._execute: Callable[[bytes], bytes | None] = td_execute
        self._ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})

    def parse(self, text: str, mode: str | None, given: Sequence[Any] | None = None) -> Formatted:
        """Parse a bot's text; without a mode, `given` are its entities. ApiError 400 says what is wrong."""
        raw = _encoded(text)
        if len(raw) > RAW_LIMIT:
            raise bad_request("text is too long")
        if mode and mode.lower() != NO_MODE:
            formatted = self._parse_mode(text, mode)
        else:
            formatted = Formatted(text, self._judged(text, entities.explicit(given or ())))
        return self._with_found(_trimmed(_cleaned(formatted)))

    def detect(self, text: str) -> Formatted:
        """Read what a person types: commands, links, mentions."""
        return self._with_found(_trimmed(Formatted(_clean(text))))

    def typed(self, text: str) -> Formatted:
        """Read what a person types into a client, which takes **bold**, __italic__ and the like for marks."""
        answer = self._ask(
            {"@type": "parseMarkdown", "text": {"@type": "formattedText", "text": _clean(text)}}
        )
        typed = Formatted(answer["text"], entities.from_tdlib(answer["entities"]))
        return self._with_found(_trimmed(typed))

    def raw(self, text: str, mode: str) -> dict[str, Any]:
        """Return TDLib's own answer, a `formattedText` or an `error`."""
        return self._ask({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]})

    def _parse_mode(self, text: str, mode: str) -> Formatted:
        if mode.lower() not in _MODES:
            raise bad_request("unsupported parse_mode")
        answer = self.raw(text, mode.lower())
        if answer["@type"] == "error":
            raise _said(answer["message"])
        return Formatted(answer["text"], entities.from_tdlib(answer["entities"]))

    def _judged(self, text: str, given: Sequence[Entity]) -> tuple[Entity, ...]:
        """Let TDLib check and order a bot's own entities; it looks at places and links, not at the words."""
        if not given:
            return ()
        marked = {
            "@type": "formattedText",
            "text": _MARKS.sub("x", _BLANKED.sub(" ", _DROPPED.sub("x", text))),
            "entities": [entities.to_tdlib(entity) for entity in given],
        }
        answer = self._ask({"@type": "parseMarkdown", "text": marked})
        if answer["@type"] == "error":
            raise _said(answer["message"])
        return entities.from_tdlib(answer["entities"])

    def _with_found(self, formatted: Formatted) -> Formatted:
        if not _MAY_HOLD_MORE.search(formatted.text):
            return formatted
        answer = self._ask({"@type": "getTextEntities", "text": formatted.text})
        detected = entities.from_tdlib(answer["entities"])
        numbers = entities.apart_from(detected, phone_numbers.find(formatted.text))
        return Formatted(formatted.text, entities.merged(formatted.entities, [*detected, *numbers]))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._execute(json.dumps(request).encode()) or b"{}")
        return answer


def _said(message: str) -> ApiError:
    return bad_request(message[:1].lower() + message[1:])


def _clean(text: str) -> str:
    return _BLANKED.sub(" ", _DROPPED.sub("", text))


def _cleaned(formatted: Formatted) -> Formatted:
    """Drop and blank what Telegram does after parsing; entities stay on their words."""
    text = formatted.text
    dropped = [match.start() for match in _DROPPED.finditer(text)]
    if not dropped:
        return Formatted(_BLANKED.sub(" ", text), formatted.entities)
    places = [utf16(text[:place]) for place in dropped]
    return Formatted(_clean(text), entities.without(formatted.entities, places))


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise bad_request("text must be encoded in UTF-8") from None


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text
    start = len(text) - len(text.lstrip(_SPACE))
    trimmed = text.strip(_SPACE)
    moved = entities.moved(formatted.entities, -start, utf16(trimmed))
    return Formatted(trimmed, moved)
