"""Rich HTML: allowed tags, attributes and nesting, and the limits."""

from typing import Final

LENGTH: Final = 32_768  # characters of text
BLOCKS: Final = 500
DEPTH: Final = 16
MEDIA: Final = 50
COLUMNS: Final = 20
BUTTONS_IN_ROW: Final = 8
ALIGNMENTS: Final = frozenset({"left", "center", "right"})

STYLES: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code",
    "mark": "marked", "sub": "subscript", "sup": "superscript", "tg-spoiler": "spoiler",
}  # fmt: skip
INLINE: Final = frozenset(STYLES) | {
    "a", "tg-reference", "tg-emoji", "tg-time", "tg-math", "tg-button", "br",
}  # fmt: skip
FILES: Final = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}
HEADINGS: Final = {f"h{size}": size for size in range(1, 7)}
BLOCK: Final = (
    frozenset(FILES)
    | frozenset(HEADINGS)
    | {
        "p", "pre", "footer", "hr", "ul", "ol", "blockquote", "aside", "figure", "table", "details",
        "tg-collage", "tg-slideshow", "tg-map", "tg-math-block", "tg-button-row",
    }
)  # fmt: skip
VOID: Final = frozenset({"br", "hr", "img", "input"})
MAY_CLOSE_ITSELF: Final = VOID | {"video", "audio", "tg-document", "tg-map", "a"}
COUNTED: Final = (BLOCK - {"figure"}) | {"li", "tr"}
"""Elements that count as blocks; text that stands loose between blocks counts, too."""

_TEXT: Final = INLINE | {"#text"}
_FLOW: Final = _TEXT | BLOCK
_MEDIA_ONLY: Final = frozenset({"img", "video", "figcaption"})

CHILDREN: Final[dict[str, frozenset[str]]] = {
    "#root": _FLOW,
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "li": _FLOW | {"input"},
    "blockquote": _FLOW | {"cite"},
    "aside": _TEXT | {"cite"},
    "figure": frozenset(FILES) | {"tg-map", "tg-collage", "tg-slideshow", "figcaption"},
    "figcaption": _TEXT | {"cite"},
    "tg-collage": _MEDIA_ONLY,
    "tg-slideshow": _MEDIA_ONLY,
    "table": frozenset({"tr", "caption"}),
    "tr": frozenset({"td", "th"}),
    "details": _FLOW | {"summary"},
    "pre": frozenset({"code", "#text"}),
    "tg-button-row": frozenset({"tg-button"}),
    "tg-math": frozenset({"#text"}),
    "tg-math-block": frozenset({"#text"}),
    "tg-emoji": frozenset({"#text"}),
    "a": _TEXT - {"a"},
} | {tag: frozenset() for tag in ("br", "hr", "input", "img", "video", "audio", "tg-document", "tg-map")}
"""What may stand in an element; in those not listed, text and inline elements."""

_BUTTON: Final = "type url data style text query disabled"
ATTRIBUTES: Final = {
    tag: frozenset(names.split())
    for tag, names in {
        "a": "href name",
        "tg-reference": "name",
        "tg-emoji": "emoji-id",
        "tg-time": "unix format",
        "tg-button": _BUTTON,
        "tg-button-row": "align",
        "code": "class",
        "pre": "class",
        "ol": "start type reversed",
        "li": "value type",
        "input": "type checked",
        "blockquote": "expandable",
        "details": "open",
        "img": "src alt tg-spoiler",
        "video": "src tg-spoiler",
        "audio": "src",
        "tg-document": "src",
        "tg-map": "lat long zoom width height",
        "table": "bordered striped compact",
        "td": "colspan rowspan align valign",
        "th": "colspan rowspan align valign",
    }.items()
}

ENTITIES: Final = frozenset({
    "lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo",
    "rdquo"
})  # fmt: skip
