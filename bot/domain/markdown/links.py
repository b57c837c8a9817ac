"""Which addresses may be linked to, and which ones may be shown as pictures."""

import re
from urllib.parse import urlsplit

LONGEST_LINK = 2048
"""Characters of an address that Telegram keeps as a link."""

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
    is_known = parts.scheme in schemes and bool(parts.netloc)
    return is_known and len(url) <= LONGEST_LINK and not _UNSAFE.search(url)
