"""The call that a webhook's response may contain."""

import json
from typing import Any
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
_NEVER = frozenset({"setwebhook", "deletewebhook", "close", "logout"})


def call_of(content_type: str, content: bytes) -> dict[str, Any] | None:
    """Return the method and its parameters; None for no call, or one that Telegram never runs there."""
    call = _form(content) if content_type == FORM else _json(content)
    method = call.get("method")
    if not isinstance(method, str) or method.lower() in _NEVER or method.lower().startswith("get"):
        return None
    return call


def _form(content: bytes) -> dict[str, Any]:
    return dict(parse_qsl(content.decode(errors="replace"), keep_blank_values=True))


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"null")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
