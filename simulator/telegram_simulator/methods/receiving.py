"""The bot itself, and how it gets its updates."""

import re
from typing import Any

from telegram_simulator.addresses import bad_url
from telegram_simulator.errors import bad_request, conflict
from telegram_simulator.methods.call import Call
from telegram_simulator.updates import allowed_kinds
from telegram_simulator.world import Webhook

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def get_me(call: Call) -> dict[str, Any]:
    return {
        **call.account.as_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


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
    account = call.account
    account.updates.allowed = allowed_kinds(call.values.get("allowed_updates"), account.updates.allowed)
    if call.flag("drop_pending_updates"):
        account.updates.clear()
    account.updates.end_poll(conflict("terminated by setWebhook request"))
    account.webhook = Webhook(url, secret or None, call.integer("max_connections", 40))
    account.updates.signal.fire()
    call.world.deliver(account)
    return True


def delete_webhook(call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        call.account.updates.clear()
    call.account.webhook = Webhook()
    call.account.updates.signal.fire()
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
    if account.webhook.failed_at is not None:
        info |= {"last_error_date": account.webhook.failed_at, "last_error_message": account.webhook.failure}
    if account.updates.allowed:
        info["allowed_updates"] = list(account.updates.allowed)
    return info
