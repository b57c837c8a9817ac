"""Calls about Telegram Stars: invoice links, and cancelling a subscription."""

import structlog

from bot.domain.content.prices import LONGEST_TITLE, RENEWAL_DAYS
from bot.domain.delivery.outcome import Outcome, Sent
from bot.telegram.api.errors import AnswerLostError, NeverSentError, answer_of, outcome_of
from bot.telegram.api.transport import Transport

log = structlog.get_logger(__name__)

LONGEST_DESCRIPTION = 255
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
