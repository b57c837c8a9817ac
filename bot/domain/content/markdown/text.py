"""Inline text: markdown-it's tokens as runs of one style."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from bot.domain.content.issue import Run, Text
from bot.domain.content.markdown.links import LONGEST_LINK, is_linkable
from bot.domain.content.markdown.nodes import refuse_comment
from bot.domain.content.problem import Findings

STYLES = ("strong", "em", "s")
BREAKS = ("softbreak", "hardbreak")
SIGN = "🖼"
"""Stands for a picture without words."""

_DROPPED = re.compile("[\u2028\u2029\u030a]")
_RINGED = re.compile(r"[AaUuWwYy][\u0300-\u036f]*\u030a")

Marker = Callable[[Token, int], int | None]
"""Gives a footnote's mark its number; None where no note can stand."""


def strip(text: Text) -> Text:
    """Return the text without spaces at its ends."""
    runs = list(text)
    while runs and not runs[0].text.strip():
        del runs[0]
    while runs and not runs[-1].text.strip():
        del runs[-1]
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return tuple(runs)


def kept_by_telegram(text: str) -> str:
    """Return `text` with newlines for the line and paragraph ends of Unicode, and with letters like å in one
    sign: Telegram drops those ends, and a ring that is a sign of its own.
    """
    if not _DROPPED.search(text):
        return text
    whole = _RINGED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return whole.replace("\u2028", "\n").replace("\u2029", "\n")


def no_note(_token: Token, _line: int) -> None:
    return None


@dataclass(slots=True)
class TextReader:
    """Reads one stretch of inline tokens that begins on `line`. `soft` is what a line's end becomes."""

    findings: Findings
    mark: Marker
    line: int
    soft: str = " "
    _runs: list[Run] = field(default_factory=list)
    _style: Run = field(default_factory=lambda: Run(""))
    _open: Counter[str] = field(default_factory=Counter)

    def read(self, tokens: Sequence[Token]) -> Text:
        for token in tokens:
            self._take(token)
        return strip(tuple(self._runs))

    def _take(self, token: Token) -> None:
        kind, _, end = token.type.rpartition("_")
        if kind in STYLES:
            self._turn(kind, 1 if end == "open" else -1)
        elif kind == "link":
            self._style = replace(self._style, link=self.link(token) if end == "open" else None)
        elif token.type in BREAKS:
            self.line += 1
            self._add(replace(self._style, text=self.soft if token.type == "softbreak" else "\n"))
        elif token.type == "footnote_ref":
            self._note(token)
        elif token.type == "comment":
            refuse_comment(self.line, token.content, self.findings)
        elif token.type == "image":
            self._picture(token)
        else:
            written = kept_by_telegram(token.content)
            self._add(replace(self._style, text=written, code=token.type == "code_inline"))

    def _turn(self, style: str, by: int) -> None:
        self._open[style] += by
        self._style = replace(
            self._style,
            bold=self._open["strong"] > 0,
            italic=self._open["em"] > 0,
            strike=self._open["s"] > 0,
        )

    def _add(self, run: Run) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and replace(last, text="") == replace(run, text=""):
            self._runs[-1] = replace(last, text=last.text + run.text)
        elif run.text:
            self._runs.append(run)

    def link(self, token: Token) -> str | None:
        """Return where a link leads; None, with a warning, where readers cannot be led."""
        url = str(token.attrs.get("href", ""))
        if len(url) > LONGEST_LINK:
            self.findings.warn(
                self.line,
                f"A link of {len(url):,} characters is shown as its text only: Telegram takes "
                f"{LONGEST_LINK:,}.",
                "Link to a shorter address, say without what stands behind its ?.",
            )
            return None
        if is_linkable(url):
            return url
        self.findings.warn(
            self.line,
            f"A link to {url[:80]!r} is shown as its text only.",
            "Link to an address that begins with https://, http:// or tg://.",
        )
        return None

    def _note(self, token: Token) -> None:
        number = self.mark(token, self.line)
        if number is not None:
            self._runs.append(Run(str(number), note=number))

    def _picture(self, token: Token) -> None:
        url, alt, title = str(token.attrs.get("src", "")), alt_text(token), str(token.attrs.get("title", ""))
        words = f"{alt} ({title})" if alt and title and alt != title else alt or title or SIGN
        link = self._style.link or (url if is_linkable(url) else None)
        seen = "a sign" if words == SIGN else "its words"
        seen += ", with a link to it" if link == url else ""
        self.findings.warn(
            self.line,
            f"A picture in the middle of a text is shown as {seen}.",
            "Give it a paragraph of its own; if that is meant, write it as a link: [words](https://…).",
        )
        self._add(replace(self._style, text=words, link=link))


def alt_text(token: Token) -> str:
    """Return the words in an image's square brackets."""
    return "".join(alt_text(child) if child.children else child.content for child in token.children or ())
