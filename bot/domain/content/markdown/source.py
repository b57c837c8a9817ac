"""A file's bytes, decoded and checked for size."""

import codecs
import re

from bot.domain.content.problem import Findings

LARGEST = 256 * 1024
"""Bytes of Markdown in one edition: some twenty times a long one, and still read and paged in seconds."""

SAVE = "Save it as UTF-8 (in most editors: Save as, encoding UTF-8)."
MOST_LINES = 8
LONGEST_WORD = 40

_ENDS = re.compile("[ \t\n\x85\u2028\u2029]+")
"""What parts words and lines; a no-break space holds its words together."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def decode(source: bytes, findings: Findings) -> str:
    """Return the text with newlines as line ends and without control characters.

    ContentErrors for bytes that are no text.
    """
    refuse_size(len(source), findings)
    text = _text(source, findings).replace("\r\n", "\n").replace("\r", "\n")
    return _clean(text, findings)


def refuse_size(size: int, findings: Findings) -> None:
    """Raise ContentErrors for a file of more than `LARGEST` bytes."""
    if size > LARGEST:
        findings.error(
            None,
            f"The file has {size / 1024:,.0f} KB of Markdown; the most is {LARGEST // 1024} KB.",
            "Shorten it, and link to pictures instead of writing them into the text.",
        )
        findings.stop_if_wrong()


def one_line(value: str) -> str:
    """Return a value from YAML as one line that can be shown.

    Surrogate pairs are joined; lone surrogates and control characters are replaced; line ends and runs of
    spaces become one space.
    """
    joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ENDS.sub(" ", _CONTROL.sub(" ", joined)).strip()


def _is_wide(source: bytes) -> bool:
    """Tell whether the file seems to hold two bytes for each letter."""
    head = source[:1024]
    return source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or head.count(0) * 3 > len(head)


def _text(source: bytes, findings: Findings) -> str:
    if b"\0" in source and _is_wide(source):
        findings.error(1, "The file is not UTF-8; it seems to be UTF-16.", SAVE)
        findings.stop_if_wrong()
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the codec counts from behind a byte order mark
        start = error.start + (3 if source.startswith(b"\xef\xbb\xbf") else 0)
        _tell_of_encoding(source, start, findings)
        findings.stop_if_wrong()
        raise


def _tell_of_encoding(source: bytes, start: int, findings: Findings) -> None:
    """Add an error for a file that is not UTF-8: all of it Windows-1252, or two encodings mixed."""
    line = source.count(b"\n", 0, start) + 1
    what = f"The file is not UTF-8: byte {start} is 0x{source[start]:02x}"
    foreign = _foreign_lines(source)
    first = f", in “{_word(source, start)}”"
    if not _is_part_utf8(source):
        findings.error(line, f"{what}{first}; it seems to be Windows-1252.", SAVE)
        return
    places = ", ".join(map(str, foreign[:MOST_LINES])) + ("…" if len(foreign) > MOST_LINES else "")
    findings.error(
        line,
        f"{what}{first}. The rest is: two texts in different encodings were put into one file.",
        f"Write these words anew (line{'s'[: len(foreign) > 1]} {places}) and save the file as UTF-8; to "
        "save it in another encoding would spoil the rest.",
    )


def _foreign_lines(source: bytes) -> list[int]:
    return [number for number, line in enumerate(source.split(b"\n"), start=1) if not _is_utf8(line)]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_part_utf8(source: bytes) -> bool:
    """Tell whether anything but ASCII is left of the file without its foreign bytes."""
    return any(ord(sign) > 127 for sign in source.decode("utf-8-sig", "ignore"))


def _word(source: bytes, at: int) -> str:
    """Return the word that a byte stands in, as Windows-1252 has it."""
    begin = max(source.rfind(sign, 0, at) for sign in (b" ", b"\n", b"\t")) + 1
    word = re.split(rb"\s", source[begin : begin + LONGEST_WORD], maxsplit=1)[0]
    return one_line(word.decode("cp1252", "replace"))


def _clean(text: str, findings: Findings) -> str:
    first = _CONTROL.search(text)
    if first is not None:
        findings.warn(
            text.count("\n", 0, first.start()) + 1,
            f"A control character (U+{ord(first[0]):04X}) was replaced by a space, here and wherever else "
            "one stands.",
            "Delete it; it often comes along when text is pasted.",
        )
    return _CONTROL.sub(" ", text)
