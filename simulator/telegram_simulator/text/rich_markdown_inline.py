"""Rich Markdown inside a line: styles, links, code, formulas, as rich HTML."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qs

from telegram_simulator.api.urls import split

_STYLES = {
    ("*", 2): "b", ("_", 2): "b", ("*", 1): "i", ("_", 1): "i", ("~", 2): "s", ("=", 2): "mark",
    ("|", 2): "tg-spoiler",
}  # fmt: skip
"""The tag of a marker, by its character and its length."""

_ADDRESS = r"<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+\"([^\"]*)\")?"
_LABEL = r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
_TOKEN = re.compile(
    rf"""
    \\(?P<escaped>[!-/:-@\[-`{{-~])
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | \$(?P<math>[^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)
    | <(?P<auto>(?:https?|mailto|tel|tg):[^\s<>]+)>
    | (?P<raw></?[A-Za-z][^<>]*>|&(?:[A-Za-z][A-Za-z0-9]*|\#\d+|\#[xX][0-9A-Fa-f]+);)
    | \[\^(?P<note>[^\]\s]+)\]
    | !{_LABEL.replace("(", "(?P<alt>", 1)}\({_ADDRESS.replace("(", "(?P<source>", 1)}\)
    | {_LABEL.replace("(", "(?P<label>", 1)}\({_ADDRESS.replace("(", "(?P<href>", 1)}\)
    | (?P<run>\*+|_+|~{{2}}|={{2}}|\|{{2}})
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class _Run:
    """A run of one marker's characters; `count` of them are not used yet."""

    character: str
    count: int
    opens: bool
    closes: bool
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def width(self, closer: "_Run") -> int:
        """Return how many characters of this opener and a closer make one marker, 0 when none do."""
        if self.character != closer.character or not self.opens:
            return 0
        wide = min(self.count, closer.count, 2)
        return wide if (self.character, wide) in _STYLES else 0

    def __str__(self) -> str:
        return "".join([*self.before, self.character * self.count, *reversed(self.after)])


_Part: TypeAlias = "str | _Run"


def inline(text: str) -> str:
    """Write the inline Markdown of a text as rich HTML; HTML tags and entities in it stay as they are."""
    parts: list[_Part] = []
    last = 0
    for match in _TOKEN.finditer(text):
        parts.append(html.escape(text[last : match.start()], quote=False))
        parts.append(_run(match) if match["run"] else _token(match))
        last = match.end()
    parts.append(html.escape(text[last:], quote=False))
    _pair([part for part in parts if isinstance(part, _Run)])
    return "".join(map(str, parts))


def _token(match: re.Match[str]) -> str:
    name = next(name for name in _WRITERS if match[name] is not None)
    return _WRITERS[name](match)


def _image(match: re.Match[str]) -> str:
    """Write what an image stands for inside a line: a custom emoji, a moment; else a picture."""
    address, words = split(match["source"]), html.escape(match["alt"], quote=False)
    given = {name: values[0] for name, values in parse_qs(address.query).items()}
    if (address.scheme, address.netloc) == ("tg", "emoji"):
        return f'<tg-emoji emoji-id="{html.escape(given.get("id", ""))}">{words}</tg-emoji>'
    if (address.scheme, address.netloc) == ("tg", "time"):
        form = f' format="{html.escape(given["format"])}"' if "format" in given else ""
        return f'<tg-time unix="{html.escape(given.get("unix", ""))}"{form}>{words}</tg-time>'
    return f'<img src="{html.escape(match["source"])}">'


_WRITERS: dict[str, Callable[[re.Match[str]], str]] = {
    "escaped": lambda match: html.escape(match["escaped"], quote=False),
    "code": lambda match: f"<code>{html.escape(_code(match['code']), quote=False)}</code>",
    "math": lambda match: f"<tg-math>{html.escape(match['math'], quote=False)}</tg-math>",
    "auto": lambda match: f'<a href="{html.escape(match["auto"])}">{html.escape(match["auto"])}</a>',
    "raw": lambda match: match["raw"],
    "note": lambda match: (
        f'<sup><a href="#{html.escape(match["note"])}">{html.escape(match["note"])}</a></sup>'
    ),
    "alt": _image,
    "label": lambda match: f'<a href="{html.escape(match["href"])}">{inline(match["label"])}</a>',
}
"""What each kind of token becomes, by the group of the pattern that holds it."""


def _code(text: str) -> str:
    """Drop one space at each end of a code span, by which a backtick may stand there."""
    spaced = text.startswith(" ") and text.endswith(" ") and text.strip()
    return text[1:-1] if spaced else text


def _run(match: re.Match[str]) -> _Run:
    text, character = match.string, match["run"][0]
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    opens, closes = _flanks(before, after), _flanks(after, before)
    if character == "_":  # inside a word it is no marker
        opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
    return _Run(character, len(match["run"]), opens, closes)


def _flanks(outside: str, inside: str) -> bool:
    """Tell whether a run between these characters may stand at this end of marked words."""
    if not inside or inside.isspace():
        return False
    return inside.isalnum() or not outside or not outside.isalnum()


def _pair(runs: list[_Run]) -> None:
    """Match closing runs with the nearest opening ones, and write the tags into both."""
    openers: list[_Run] = []
    for run in runs:
        if run.closes:
            _close(openers, run)
        if run.opens and run.count:
            openers.append(run)


def _close(openers: list[_Run], closer: _Run) -> None:
    while closer.count:
        place = next((i for i in range(len(openers) - 1, -1, -1) if openers[i].width(closer)), None)
        if place is None:
            return
        opener = openers[place]
        width = opener.width(closer)
        tag = _STYLES[closer.character, width]
        opener.after.append(f"<{tag}>")
        closer.before.append(f"</{tag}>")
        opener.count -= width
        closer.count -= width
        del openers[place + bool(opener.count) :]
