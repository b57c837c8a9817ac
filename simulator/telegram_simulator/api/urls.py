"""Web addresses: which ones Telegram takes."""

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"[^\s/?#@:]+\.[^\s/?#@:.]+|localhost|\d+(\.\d+){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")


def split(url: str) -> SplitResult:
    """Return the parts of an address, all empty when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def bad_url(url: Any) -> str | None:
    """Return why Telegram takes no such link, or None: http, https, tg and ton links are good."""
    if not isinstance(url, str) or not url.strip():
        return "URL is empty"
    parts = split(url if "://" in url else f"http://{url}")
    if parts.scheme in ("tg", "ton"):
        return None
    if parts.scheme not in ("http", "https", ""):
        return "Unsupported URL protocol"
    return None if _HOST.fullmatch(parts.hostname or "") else "Wrong HTTP URL"
