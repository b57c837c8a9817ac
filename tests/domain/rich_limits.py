"""What Telegram takes as a rich message: its tags, where they may stand, its limits (see Bot API 10.4)."""

from html.parser import HTMLParser

INLINE = {"b", "i", "s", "code", "a", "sup", "sub", "mark", "u", "br"}
TEXT_ONLY = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "footer",
    "summary",
    "pre",
    "figcaption",
    "td",
    "th",
    "cite",
}
CONTAINERS = {"li", "blockquote", "details"}
INSIDE = {"ul": {"li"}, "ol": {"li"}, "table": {"tr"}, "tr": {"td", "th"}, "figure": {"img", "figcaption"}}
VOID = {"br", "hr", "img"}
UNCOUNTED = INLINE | {"figcaption", "cite", "td", "th", "summary", "img"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src"},
    "ol": {"start"},
    "table": {"bordered", "striped"},
    "details": {"open"},
}


class Refused(Exception):  # noqa: N818  # what Telegram does
    """The markup is not a rich message; the text says why."""


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.blocks = 0
        self.media = 0
        self.columns = 0
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._place(tag)
        self._attributes(tag, dict(attrs))
        self.blocks += tag not in UNCOUNTED
        self.media += tag == "img"
        self.columns = 0 if tag == "tr" else self.columns + (tag in {"td", "th"})
        if self.columns > 20:
            raise Refused("more than 20 columns")
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            raise Refused(f"<{tag}/> closes itself")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        parent = self.open[-1] if self.open else ""
        if data.strip() and parent not in INLINE | TEXT_ONLY | {"li"}:
            raise Refused(f"text {data[:30]!r} stands in no block but {parent!r}")
        self.text.append(data)

    def _place(self, tag: str) -> None:
        parent = self.open[-1] if self.open else ""
        known = INLINE | TEXT_ONLY | CONTAINERS | VOID | INSIDE.keys()
        if tag not in known or (tag == "br" and not parent):
            raise Refused(f"<{tag}> is not known here")
        if parent in INLINE | TEXT_ONLY and tag not in INLINE | (
            {"cite"} if parent == "figcaption" else set()
        ):
            raise Refused(f"<{tag}> stands in <{parent}>")
        if parent in INSIDE and tag not in INSIDE[parent]:
            raise Refused(f"<{tag}> stands in <{parent}>")
        if parent in {"", "blockquote", "details"} and tag in INLINE:
            raise Refused(f"<{tag}> stands in no block")

    def _attributes(self, tag: str, given: dict[str, str | None]) -> None:
        if not given.keys() <= ATTRIBUTES.get(tag, set()):
            raise Refused(f"<{tag}> has attributes {sorted(given)}")
        for address in (given.get("href"), given.get("src")):
            if address is not None and not address.startswith(("https://", "http://", "tg://")):
                raise Refused(f"{address!r} is no address")


def judge(markup: str) -> str:
    """Return the visible text of a rich message; Refused with the reason."""
    found = _Judge()
    found.feed(markup)
    found.close()
    text = "".join(found.text)
    if found.open:
        raise Refused(f"<{found.open[-1]}> is not closed")
    if len(text) > 32_768 or found.blocks > 500 or found.media > 50 or found.deepest > 16:
        raise Refused(
            f"{len(text)} characters, {found.blocks} blocks, {found.media} media, depth {found.deepest}"
        )
    if not text.strip():
        raise Refused("RICH_MESSAGE_CONTENT_REQUIRED")
    return text
