"""Reads and judges an invoice's parameters, as Telegram's servers do."""

from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.methods.call import Call
from telegram_simulator.payments.invoices import CURRENCY, Invoice
from telegram_simulator.payments.payments import new_slug

TITLE_LIMIT, DESCRIPTION_LIMIT = 32, 255  # characters
PAYLOAD_LIMIT = 128  # bytes
PERIODS = (2_592_000,)
"""The only period, in seconds, of a subscription."""

TEST_PERIODS = (60, 300)
"""Those of Telegram's test environment."""

SUBSCRIPTION_LIMIT = 10_000
"""Stars of a subscription: "must no exceed 10000 Telegram Stars" (Bot API, createInvoiceLink)."""

AMOUNT_LIMIT = 100_000
"""Stars of what is paid once. Telegram documents none; its servers refuse somewhere above."""

MOST = 9_999_99_99_99_99  # TDLib's bound on any amount of money
_REQUIRED = ("title", "description", "payload", "currency", "prices")
_NOT_FOR_STARS = (
    "max_tip_amount", "suggested_tip_amounts", "need_name", "need_phone_number", "need_email",
    "need_shipping_address", "send_phone_number_to_provider", "send_email_to_provider", "is_flexible",
)  # fmt: skip


def invoice_of(call: Call) -> Invoice:
    """Return the invoice that the call describes; ApiError 400 for one that Telegram refuses."""
    for name in _REQUIRED:
        if call.values.get(name) in (None, ""):
            raise bad_request(f'parameter "{name}" is required')
    label, amount = _price(call)
    if call.text("currency") != CURRENCY or call.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if any(call.values.get(name) for name in _NOT_FOR_STARS):
        raise bad_request("STARS_INVOICE_INVALID")
    period = max(call.integer("subscription_period"), 0) or None
    periods = TEST_PERIODS if call.state.payments.settings.test_environment else PERIODS
    if period not in (None, *periods):
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    _check_texts(call)
    if amount > (AMOUNT_LIMIT if period is None else SUBSCRIPTION_LIMIT):
        raise bad_request("STARS_AMOUNT_INVALID")
    return Invoice(
        slug=new_slug(),
        title=call.text("title"),
        description=call.text("description"),
        payload=call.text("payload"),
        label=label,
        amount=amount,
        subscription_period=period,
        start_parameter=call.text("start_parameter"),
    )


def _check_texts(call: Call) -> None:
    if not 1 <= len(call.text("title").strip()) <= TITLE_LIMIT:
        raise bad_request("TITLE_INVALID")
    if not 1 <= len(call.text("description").strip()) <= DESCRIPTION_LIMIT:
        raise bad_request("DESCRIPTION_INVALID")
    if len(call.text("payload").encode()) > PAYLOAD_LIMIT:
        raise bad_request("INVOICE_PAYLOAD_INVALID")


def _price(call: Call) -> tuple[str, int]:
    """Return the label and the Stars of the only price."""
    prices = call.values["prices"]
    if not isinstance(prices, list):
        raise bad_request("expected an Array of labeled prices")
    read = [_labeled(price) for price in prices]
    if not read:
        raise bad_request("there must be at least one price")
    if any(abs(amount) > MOST for _, amount in read):
        raise bad_request("too big amount of the currency specified")
    if sum(amount for _, amount in read) <= 0:
        raise bad_request("total price must be positive")
    if len(read) > 1:
        raise bad_request("STARS_INVOICE_INVALID")
    return read[0]


def _labeled(price: Any) -> tuple[str, int]:
    if not isinstance(price, dict):
        raise bad_request("can't parse labeled price: LabeledPrice must be an Object")
    label, amount = price.get("label"), price.get("amount")
    if label is None:
        raise bad_request("can't parse labeled price: can't find field \"label\"")
    if not isinstance(label, str | int | float) or isinstance(label, bool):
        raise bad_request('can\'t parse labeled price: field "label" must be of type String')
    if label == "":
        raise bad_request("can't parse labeled price: LabeledPrice label must be non-empty")
    return str(label), _whole(amount)


def _whole(amount: Any) -> int:
    """Read a whole number, also one in quotes, as Telegram's parser does."""
    if amount is None:
        raise bad_request("can't parse labeled price: can't find field \"amount\"")
    text = str(amount).strip() if isinstance(amount, str | int) and not isinstance(amount, bool) else ""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 20):
        raise bad_request('can\'t parse labeled price: field "amount" must be a Number')
    return int(text)
