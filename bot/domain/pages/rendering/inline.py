"""Runs of text as HTML; the only place that escapes them."""

import html
import re
from collections.abc import Callable

from bot.domain.content.issue import Run, Text

_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"(?=.{1,2048}$)(https?|tg)://[^\s\x00-\x1f]+", re.IGNORECASE)


def escape(string: str) -> str:
    return html.escape(string, quote=False)


def attribute(string: str) -> str:
    return html.escape(string)


def safe_link(url: str | None) -> str | None:
    """Return `url` as the value of an attribute, or None for anything but http, https and tg."""
    return attribute(url) if url and _LINK.fullmatch(url) else None


def visible(markup: str) -> str:
    """Return what is left to read of markup that these renderers wrote."""
    return _TAG.sub("", markup).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def inline(
    text: Text, *, mark: Callable[[str], str], newline: str, written: Callable[[str], str] = str
) -> str:
    """`mark` writes a footnote's mark, `newline` stands for a line break, `written` changes all but code."""
    return "".join(mark(escape(run.text)) if run.note else _styled(run, newline, written) for run in text)


def _styled(run: Run, newline: str, written: Callable[[str], str]) -> str:
    markup = escape(run.text if run.code else written(run.text)).replace("\n", newline)
    if run.code:
        markup = f"<code>{markup}</code>"
    if run.strike:
        markup = f"<s>{markup}</s>"
    if run.italic:
        markup = f"<i>{markup}</i>"
    if run.bold:
        markup = f"<b>{markup}</b>"
    link = safe_link(run.link)
    return f'<a href="{link}">{markup}</a>' if link else markup
