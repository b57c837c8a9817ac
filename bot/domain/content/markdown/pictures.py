"""Pictures that begin a line, with their captions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from markdown_it.token import Token

from bot.domain.content.blocks import words
from bot.domain.content.issue import Block, Paragraph, Picture, Run, Text
from bot.domain.content.markdown.links import is_web_address
from bot.domain.content.markdown.text import BREAKS, Marker, TextReader, alt_text
from bot.domain.content.problem import Findings

CURE = "Write what it shows: ![Boats in the port](https://…)."


@dataclass(slots=True)
class Written:
    """A picture, the link that stands around it alone, the tokens behind it, and its line."""

    image: Token
    link: Token | None
    line: int
    caption: list[Token] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.image.attrs.get("src", ""))

    @property
    def alt(self) -> str:
        return alt_text(self.image)

    @property
    def title(self) -> str:
        return str(self.image.attrs.get("title", ""))


def begins_with_picture(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and _at(tokens, 0) is not None


def read_pictures(tokens: Sequence[Token], line: int, mark: Marker, findings: Findings) -> list[Block]:
    """Read a paragraph that begins with a picture; `line` is its first."""
    pictures = (_read(written, mark, findings) for written in _written(tokens, line))
    return [block for block in pictures if block is not None]


def _written(tokens: Sequence[Token], line: int) -> Iterator[Written]:
    now: Written | None = None
    at = 0
    while at < len(tokens):
        begins = at == 0 or tokens[at - 1].type in BREAKS
        if begins and (met := _at(tokens, at)) is not None:
            image, end = met
            if now is not None:
                yield now
            link = tokens[at] if tokens[at] is not image and end > at + 1 else None
            now = Written(image, link, line + _breaks(tokens[:at]))
            if link is None and tokens[at] is not image:  # words stand in the link too: they bear it
                now.caption.append(tokens[at])
                end = tokens.index(image, at) + 1
            at = end
        else:
            assert now is not None
            now.caption.append(tokens[at])
            at += 1
    if now is not None:
        yield now


def _at(tokens: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """Return the picture that begins here, and where it ends together with a link around it alone; with a
    link around more than it, where it begins.
    """
    if tokens[at].type == "image":
        return tokens[at], at + 1
    inner = _past_breaks(tokens, at + 1)
    if tokens[at].type != "link_open" or inner == len(tokens) or tokens[inner].type != "image":
        return None
    end = _past_breaks(tokens, inner + 1)
    is_alone = end < len(tokens) and tokens[end].type == "link_close"
    return tokens[inner], end + 1 if is_alone else at + 1


def _past_breaks(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and (tokens[at].type in BREAKS or _is_space(tokens[at])):
        at += 1
    return at


def _is_space(token: Token) -> bool:
    return token.type == "text" and not token.content.strip()


def _breaks(tokens: Sequence[Token]) -> int:
    return sum(token.type in BREAKS for token in tokens)


def _read(written: Written, mark: Marker, findings: Findings) -> Block | None:
    reader = TextReader(findings, mark, written.line)
    caption = _joined(reader.read(written.caption), written.title)
    link = reader.link(written.link) if written.link is not None else None
    if is_web_address(written.url):
        if not written.alt.strip():
            what = "A picture has no words between its brackets: who cannot see it is told nothing of it."
            findings.warn(written.line, what, CURE)
        if link is not None and link != written.url:  # one that leads to the picture itself is there anyway
            caption = _linked(caption or _run(written.alt), link)
        return Picture(written.url, written.alt, caption)
    is_seen = any((written.alt.strip(), caption, link))
    findings.warn(
        written.line,
        f"A picture from {written.url[:80]!r} is {'shown as its words' if is_seen else 'not shown at all'}.",
        "Use an address that begins with https:// or http://.",
    )
    text = _linked(_joined(_run(written.alt), caption), link)
    return Paragraph(text) if text else None


def _run(text: str) -> Text:
    return (Run(text),) if text.strip() else ()


def _joined(text: Text, further: str | Text) -> Text:
    """Put one below the other, unless both say the same."""
    more = _run(further) if isinstance(further, str) else further
    if not text or not more or words(text) == words(more):
        return text or more
    return (*text, Run("\n"), *more)


def _linked(text: Text, link: str | None) -> Text:
    """Let a text lead to `link` wherever it has no link of its own; without any such word, its host does."""
    if link is None:
        return text
    if not any(run.text.strip() and not run.link and run.note is None for run in text):
        return (*text, *((Run(" "),) if text else ()), Run(urlsplit(link).netloc, link=link))
    return tuple(run if run.link or run.note is not None else replace(run, link=link) for run in text)
