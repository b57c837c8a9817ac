"""Which addresses may be linked to, and which ones may be shown as pictures."""

import re
from urllib.parse import urlsplit

_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>\"]")


def is_web_address(url: str) -> bool:
    return _is_address(url, ("http", "https"))


def is_linkable(url: str) -> bool:
    return _is_address(url, ("http", "https", "tg"))


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc) and not _UNSAFE.search(url)
