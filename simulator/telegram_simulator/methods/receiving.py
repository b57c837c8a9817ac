"""Methods about the bot itself and its updates."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from telegram_simulator.api.errors import bad_request, conflict, too_many
from telegram_simulator.api.urls import bad_url, split
from telegram_simulator.methods.call import Call
from telegram_simulator.network.updates import allowed_kinds
from telegram_simulator.state.account import Webhook

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
SETTINGS: Mapping[str, bool] = MappingProxyType(
    {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
        "needs_inline_query_location": False,
        "can_connect_to_business": False,
        "can_manage_bots": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "has_topic_sidebar": False,
        "can_communicate_with_bots": False,
    }
)
"""What a new bot is set to."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def get_me(call: Call) -> dict[str, Any]:
    """Return the bot as BotFullInfo, with the settings that it has changed."""
    return {**call.account.as_user(), **SETTINGS, "has_main_web_app": False, **call.account.settings}


def set_my_settings(call: Call) -> bool:
    """Change what getMe tells; a setting that is not named stays as it is."""
    call.account.settings.update({name: value for name, value in call.values.items() if name in SETTINGS})
    return True


def log_out(_call: Call) -> bool:
    return True


async def get_updates(call: Call) -> list[dict[str, Any]]:
    account = call.account
    if account.webhook.url:
        raise conflict(WEBHOOK_ACTIVE)
    account.updates.allowed = allowed_kinds(call.values.get("allowed_updates"), account.updates.allowed)
    timeout = max(0, call.integer("timeout"))
    return await account.updates.fetch(call.integer("offset"), call.integer("limit", 100), timeout)


def set_webhook(call: Call) -> bool:
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    reason = bad_url(url)
    if reason or "://" not in url:
        raise bad_request(f"bad webhook: {reason or 'Wrong HTTP URL'}")
    secret = call.values.get("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    address = _ip_address(call) or _literal(split(url).hostname or "")
    account = call.account
    _pace(call)
    account.updates.allowed = allowed_kinds(call.values.get("allowed_updates"), account.updates.allowed)
    if call.flag("drop_pending_updates"):
        account.updates.clear()
    account.updates.end_poll(conflict("terminated by setWebhook request"))
    account.webhook = Webhook(
        url,
        secret or None,
        call.integer("max_connections", 40),
        address,
        fixed_address=bool(address),
    )
    account.updates.changed.notify_all()
    call.state.deliver(account)
    return True


def _ip_address(call: Call) -> str:
    """Return the address that the call fixes, "" for none; ApiError 400 for a text that is no address."""
    given = call.text("ip_address")
    if given and not _literal(given):
        raise bad_request("bad webhook: Invalid IP address specified")
    return _literal(given)


def _literal(host: str) -> str:
    """Return a host that is an IP address itself, "" for a name: it is looked up at the first delivery."""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def _pace(call: Call) -> None:
    """ApiError 429 when this bot set a webhook less than a second ago."""
    now = call.state.now()
    if now < call.account.webhook_allowed_at:
        raise too_many(1)
    call.account.webhook_allowed_at = now + call.state.webhook_pause


def delete_webhook(call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        call.account.updates.clear()
    call.account.webhook = Webhook()
    call.account.updates.changed.notify_all()
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    account = call.account
    info: dict[str, Any] = {
        "url": account.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(account.updates),
    }
    if account.webhook.url:
        info["max_connections"] = account.webhook.max_connections
        info["ip_address"] = account.webhook.ip_address or "<unknown>"
    if account.webhook.failed_at is not None:
        info |= {"last_error_date": account.webhook.failed_at, "last_error_message": account.webhook.failure}
    if account.updates.allowed:
        info["allowed_updates"] = list(account.updates.allowed)
    if account.synchronization_failed_at is not None:
        info["last_synchronization_error_date"] = account.synchronization_failed_at
    return info
