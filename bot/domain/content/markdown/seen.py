"""Text as readers will see it, kept for the lint."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

SEEN = "seen"
"""Where an inline token's `meta` holds it: what was written to be shown as it is stands in it as a sign
that no rule knows, an address as `ADDRESS`, asterisks that made italics or bold as `OPENS` and `CLOSES`, what
struck a text as `STRIKE`, code as `CODE`, the end of a line as a newline.
"""

UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
"""Signs that nobody sees, as a class of a pattern."""

ADDRESS = "\ufffc"
ITALIC, ITALIC_END = "\ue200", "\ue204"
CODE = "\ue201"
BOLD, BOLD_END = "\ue202", "\ue205"
STRIKE = "\ue203"
EMPHASIS = {("*", 1): ITALIC, ("*", -1): ITALIC_END, ("**", 1): BOLD, ("**", -1): BOLD_END}
SIGNS = {
    "softbreak": "\n",
    "hardbreak": "\n",
    "s_open": STRIKE,
    "s_close": STRIKE,
    "code_inline": CODE,
    "footnote_ref": ADDRESS,
    "image": ADDRESS,
    "comment": ADDRESS,
}
OPENS, CLOSES = ITALIC + BOLD, ITALIC_END + BOLD_END
TYPED_AS = {ITALIC: "*", ITALIC_END: "*", BOLD: "**", BOLD_END: "**", STRIKE: "~~", CODE: "…", ADDRESS: "…"}
"""How each of these is shown."""

ESCAPED = 0xE000
"""An escaped sign of ASCII stands so much higher."""

_ADDRESS = re.compile(r"(?:https?|tg)://[^\s|<>()\[\]\"“”]+", re.IGNORECASE)


def escaped(sign: str) -> str:
    return chr(ESCAPED + ord(sign))


def without_addresses(text: str) -> str:
    return _ADDRESS.sub(ADDRESS, text)


def keep_seen(state: StateCore) -> None:
    """Keep the text as readers see it while escaped signs still differ from others; a markdown-it rule."""
    for token in state.tokens:
        if token.type == "inline":
            notes = state.env.get("footnotes", {}).get("list", {})
            token.meta[SEEN] = without_addresses("".join(_seen(token.children or (), notes)))


def _seen(tokens: Sequence[Token], notes: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    hidden = False  # inside <https://…>
    for token in tokens:
        if token.type in ("link_open", "link_close") and token.markup == "autolink":
            hidden = token.nesting > 0
        elif not hidden:
            yield _sign(token)
        else:  # Slack writes <https://…|words>
            yield f"<{token.content}>" if token.content.count("|") == 1 else ADDRESS
        if token.type == "footnote_ref":  # of a note in place its words stand here
            yield from _seen(notes.get(token.meta["id"], {}).get("tokens", ()), notes)


def _sign(token: Token) -> str:
    match token.type:
        case "text_special":
            return _special(token)
        case "em_open" | "strong_open" | "em_close" | "strong_close":
            return EMPHASIS.get((token.markup, token.nesting), "")
        case _:
            return SIGNS.get(token.type, token.content)


def _special(token: Token) -> str:
    if token.info == "entity":
        return " " if token.content.isspace() else ADDRESS
    return token.content if token.content == token.markup else escaped(token.content)
