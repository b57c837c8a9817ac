"""Partners of transactions that are no payments."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_SOMEBODY = MappingProxyType({"id": 777_000, "is_bot": False, "first_name": "Telegram"})
_STICKER = MappingProxyType(
    {
        "file_id": "sticker",
        "file_unique_id": "sticker",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": True,
        "is_video": False,
    }
)
_GIFT = MappingProxyType({"id": "5170145012310081615", "sticker": dict(_STICKER), "star_count": 15})
_CHAT = MappingProxyType({"id": -1_001_234_567_890, "type": "channel", "title": "A channel"})

KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "fragment": {"type": "fragment"},
        "telegram_ads": {"type": "telegram_ads"},
        "telegram_api": {"type": "telegram_api", "request_count": 1},
        "affiliate_program": {
            "type": "affiliate_program",
            "sponsor_user": {**_SOMEBODY, "is_bot": True},
            "commission_per_mille": 100,
        },
        "chat": {"type": "chat", "chat": dict(_CHAT), "gift": dict(_GIFT)},
        "other": {"type": "other"},
        "gift_purchase": {
            "type": "user",
            "transaction_type": "gift_purchase",
            "user": dict(_SOMEBODY),
            "gift": dict(_GIFT),
        },
        "premium_purchase": {
            "type": "user",
            "transaction_type": "premium_purchase",
            "user": dict(_SOMEBODY),
            "premium_subscription_duration": 3,
        },
        "business_account_transfer": {
            "type": "user",
            "transaction_type": "business_account_transfer",
            "user": dict(_SOMEBODY),
        },
    }
)
"""What else stands in a bot's transactions, by name, with the fields that the Bot API requires."""


def partner(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the TransactionPartner of a kind with these fields; ValueError names the kinds there are."""
    if kind not in KINDS:
        raise ValueError(f"There is no transaction {kind}; there are {', '.join(KINDS)}.")
    return {**KINDS[kind], **fields}
