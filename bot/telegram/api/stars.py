"""Calls about Telegram Stars: links, cancels, refunds, transactions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.domain.content.prices import LONGEST_TITLE, RENEWAL_DAYS
from bot.domain.delivery.outcome import Outcome, Sent
from bot.domain.subscriptions.transactions import Direction, Transaction
from bot.services.subscriptions.repair import TransactionsError
from bot.telegram.api.errors import AnswerLostError, NeverSentError, answer_of, outcome_of
from bot.telegram.api.transport import Transport

log = structlog.get_logger(__name__)

LONGEST_DESCRIPTION = 255
PAGE = 100
"""Transactions in one answer, by Telegram's limit."""

PERIOD_SECONDS = RENEWAL_DAYS * 86_400
TRIES = 2
"""Of a link: one more is made and never used, where an answer was lost."""


class Stars:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def link(
        self, title: str, description: str, *, payload: str, stars: int, renews: bool
    ) -> str | None:
        """Return a link by which so many Stars are paid; None where Telegram makes none (it is logged)."""
        request = {
            "title": title[:LONGEST_TITLE],
            "description": description[:LONGEST_DESCRIPTION],
            "payload": payload,
            "provider_token": "",
            "currency": "XTR",
            "prices": [{"label": title[:LONGEST_TITLE], "amount": stars}],
        } | ({"subscription_period": PERIOD_SECONDS} if renews else {})
        reason = ""
        for _ in range(TRIES):
            try:
                status, body = await self._transport.fetch("createInvoiceLink", request)
            except (NeverSentError, AnswerLostError) as error:
                reason = str(error)
                continue
            link = (answer_of(body) or {}).get("result")
            if status == 200 and isinstance(link, str):
                return link
            reason = getattr(outcome_of(status, body), "reason", "no link in the answer")
        log.error("no invoice link", reason=reason)
        return None

    async def set_cancelled(self, reader_id: int, charge_id: str, *, cancelled: bool) -> Outcome:
        """Cancel the subscription that this charge began, or allow its payer to renew it in Telegram."""
        request = {"user_id": reader_id, "telegram_payment_charge_id": charge_id, "is_canceled": cancelled}
        outcome = await self._transport.call_with_retries("editUserStarSubscription", request)
        if not isinstance(outcome, Sent):
            log.error("subscription not changed", cancelled=cancelled, reason=getattr(outcome, "reason", ""))
        return outcome


class StarLedger:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def page(self, offset: int) -> list[Transaction]:
        """Return up to 100 transactions, the oldest first, without the first `offset` of them.

        TransactionsError says why Telegram does not tell them.
        """
        try:
            status, body = await self._transport.fetch(
                "getStarTransactions", {"offset": offset, "limit": PAGE}
            )
        except (NeverSentError, AnswerLostError) as error:
            raise TransactionsError(str(error)) from error
        result = (answer_of(body) or {}).get("result")
        listed = result.get("transactions") if isinstance(result, dict) else None
        if status != 200 or not isinstance(listed, list):
            raise TransactionsError(getattr(outcome_of(status, body), "reason", "no list in the answer"))
        try:
            return [_transaction(entry) for entry in listed]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise TransactionsError(f"an entry of a form that nobody knows: {error!r}") from error

    async def refund(self, reader_id: int, charge_id: str) -> Outcome:
        """Give a payment's Stars back to who paid. One that was refunded before is Rejected."""
        request = {"user_id": reader_id, "telegram_payment_charge_id": charge_id}
        return await self._transport.call_with_retries("refundStarPayment", request)


def _transaction(entry: Mapping[str, Any]) -> Transaction:
    came = isinstance(entry.get("source"), dict)
    partner = entry["source"] if came else entry.get("receiver") or {}
    user = partner.get("user") or {}
    payload = partner.get("invoice_payload")
    return Transaction(
        id=str(entry["id"]),
        direction=Direction.IN if came else Direction.OUT,
        stars=abs(int(entry["amount"])),
        at=datetime.fromtimestamp(int(entry["date"]), UTC),
        kind=str(partner.get("transaction_type") or partner.get("type") or "unknown"),
        user_id=user.get("id") if type(user.get("id")) is int else None,
        payload=payload if isinstance(payload, str) else None,
        language=user.get("language_code") if isinstance(user.get("language_code"), str) else None,
    )
