"""The bytes of a file, turned into text that is safe to read on."""

import re

from bot.domain.problem import Findings

LARGEST = 256 * 1024
"""Bytes of Markdown in one edition: some twenty times a long one, and still read and paged in seconds."""

_ENDS = re.compile("[ \t\n\x85\u2028\u2029]+")
"""What parts words and lines; a no-break space holds its words together."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def decode(source: bytes, findings: Findings) -> str:
    """Return the text with its lines ended by newlines and no control characters; stops at bytes that
    are no text.
    """
    refuse_size(len(source), findings)
    text = _text(source, findings).replace("\r\n", "\n").replace("\r", "\n")
    return _clean(text, findings)


def refuse_size(size: int, findings: Findings) -> None:
    """Stop at a file of more than `LARGEST` bytes."""
    if size > LARGEST:
        findings.error(
            None,
            f"The file has {size / 1024:,.0f} KB of Markdown; the most is {LARGEST // 1024} KB.",
            "Shorten it, and link to pictures instead of writing them into the text.",
        )
        findings.stop_if_wrong()


def one_line(value: str) -> str:
    """Return what YAML made of its escapes as text that can be shown: halves of a character are joined, a
    half alone and control characters are replaced, and line ends and runs of spaces become one space.
    """
    joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ENDS.sub(" ", _CONTROL.sub(" ", joined)).strip()


def _text(source: bytes, findings: Findings) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the codec counts from behind a byte order mark
        start = error.start + (3 if source.startswith(b"\xef\xbb\xbf") else 0)
        findings.error(
            source.count(b"\n", 0, start) + 1,
            f"The file is not UTF-8: byte {start} is 0x{source[start]:02x}.",
            "Save it as UTF-8 (in most editors: Save as, encoding UTF-8).",
        )
        findings.stop_if_wrong()
        raise


def _clean(text: str, findings: Findings) -> str:
    first = _CONTROL.search(text)
    if first is None:
        return text
    findings.warn(
        text.count("\n", 0, first.start()) + 1,
        f"A control character (U+{ord(first[0]):04X}) was replaced by a space, here and wherever else "
        "one stands.",
        "Delete it; it often comes along when text is pasted.",
    )
    return _CONTROL.sub(" ", text)
