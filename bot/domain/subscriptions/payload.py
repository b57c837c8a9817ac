"""The payload of an invoice link: payer and price, signed."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_FORM = re.compile(
    r"s1\.([0-9]{1,19})\.([0-9]{1,5})\.([0-9]{1,5})\.([ro])\.([0-9]{1,11})\.([0-9a-f]{8})\.([0-9a-f]{24})"
)


@dataclass(frozen=True, slots=True)
class Payload:
    """What one invoice link sells to the reader `reader_id`: `days` for `stars`, once or renewed by Telegram.

    `made_at`: when the link was made, to the second. `nonce`: 8 hexadecimal digits that make it unique.
    """

    reader_id: int
    stars: int
    days: int
    renews: bool
    made_at: datetime
    nonce: str

    def signed(self, key: bytes) -> str:
        """Return the payload as Telegram keeps it, at most 90 bytes; only who has the key can make it."""
        kind = "r" if self.renews else "o"
        made = int(self.made_at.timestamp())
        text = f"s1.{self.reader_id}.{self.stars}.{self.days}.{kind}.{made}.{self.nonce}"
        return f"{text}.{_signature(key, text)}"


def read_payload(text: str, key: bytes) -> Payload | None:
    """Return what a payload says; None where it is not one of ours, or was signed with another key."""
    payload = paid_payload(text)
    if payload is None:
        return None
    signed, signature = text.rpartition(".")[::2]
    return payload if hmac.compare_digest(signature, _signature(key, signed)) else None


def paid_payload(text: str) -> Payload | None:
    """Return what the payload of a payment says, whatever key signed it; None where it is not one of ours.

    Only for what Telegram says was paid: it was checked before, and the key may have been lost since.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    reader_id, stars, days, kind, made, nonce, _ = match.groups()
    made_at = datetime.fromtimestamp(int(made), UTC)
    return Payload(int(reader_id), int(stars), int(days), kind == "r", made_at, nonce)


def _signature(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]
