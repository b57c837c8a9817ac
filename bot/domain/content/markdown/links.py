"""Addresses that may be linked to, or shown as pictures."""

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST_LINK = 2048
"""Characters of an address that Telegram keeps as a link."""

LONGEST_HOST = 253

_HOST = re.compile(r"([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_]([\w-]*[^\W_])?")
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>\"]")


def is_web_address(url: str) -> bool:
    return _is_address(url, ("http", "https"))


def is_button_address(url: str) -> bool:
    """Tell whether a button may lead there: Telegram refuses the whole message for a host that is none."""
    if not is_web_address(url):
        return False
    parts = urlsplit(url)
    try:
        has_port = parts.port != 0
    except ValueError:  # no number, or beyond 65,535
        return False
    return has_port and parts.username is None and _is_host(parts.hostname or "")


def is_linkable(url: str) -> bool:
    return _is_address(url, ("http", "https", "tg"))


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_known = parts.scheme in schemes and bool(parts.netloc)
    return is_known and len(url) <= LONGEST_LINK and not _UNSAFE.search(url)


def _is_host(name: str) -> bool:
    if _HOST.fullmatch(name):
        return len(name) <= LONGEST_HOST
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False
