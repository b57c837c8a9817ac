"""Link preview options: what Telegram refuses of them."""

from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.urls import bad_url

_FLAGS = frozenset({"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"})


def checked(options: Any, *, strict: bool) -> dict[str, Any] | None:
    """Return the options as messages keep them, None for none; ApiError 400 for a wrong one."""
    if options is None:
        return None
    if not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    unknown = sorted(set(options) - _FLAGS - {"url"})
    if strict and unknown:
        raise bad_request(f"LinkPreviewOptions has no field {', '.join(unknown)}")
    given = {name: options[name] for name in (*sorted(_FLAGS), "url") if options.get(name) is not None}
    if not all(isinstance(given[name], bool) for name in given if name in _FLAGS):
        raise bad_request("can't parse LinkPreviewOptions: expected a Boolean")
    if given.get("url") == "":
        del given["url"]
    if "url" in given and bad_url(given["url"]):
        raise bad_request("WEBPAGE_URL_INVALID")
    if given.get("prefer_small_media") and given.get("prefer_large_media"):
        raise bad_request("can't prefer small and large media in a link preview at the same time")
    return given or None
