"""Answers pre-checkout queries, beside everything else."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import Outcome, Sent
from bot.domain.delivery.schedule import zone_of
from bot.domain.subscriptions.checkout import Question, Refusal
from bot.domain.subscriptions.star_subscription import StarSubscription, State
from bot.i18n import N_, Translator, language_of, translator_for
from bot.services.subscriptions.checkouts import Checkouts, Verdict
from bot.telegram.api.transport import Transport
from bot.telegram.updates.origin import origin

log = structlog.get_logger(__name__)

REMEMBERED = 1_000
"""Queries: Telegram may bring one again, which is then answered once."""

REFUSALS = {
    Refusal.FOREIGN: N_("This invoice isn’t mine, so you weren’t charged. /subscribe shows what I sell."),
    Refusal.OTHERS: N_(
        "This link was made for someone else, so you weren’t charged. /subscribe makes yours."
    ),
    Refusal.PRICE: N_("The price doesn’t match, so you weren’t charged. /subscribe makes a new link."),
    Refusal.OLD: N_("This link is more than a day old, so you weren’t charged. /subscribe makes a new one."),
    Refusal.SUBSCRIBED: N_(
        "You’re subscribed already, so you weren’t charged. /account shows what you have."
    ),
    Refusal.UNSURE: N_(
        "I couldn’t check this payment, so you weren’t charged. Please try again in a minute."
    ),
}


class CheckoutAnswers:
    """Answers each query once, in a task of its own: nothing waits for it, and it waits for nothing.

    Telegram gives ten seconds; it is answered before its update is stored.
    """

    def __init__(
        self, transport: Transport, checkouts: Checkouts, publication: Callable[[], Publication]
    ) -> None:
        self._transport = transport
        self._checkouts = checkouts
        self._publication = publication
        self._answers: dict[str, asyncio.Task[Outcome]] = {}

    def begin(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Begin to answer the queries among these updates, however odd their fields are."""
        for update in updates:
            self._begin(update)

    async def answer(self, update: Mapping[str, Any]) -> bool:
        """Answer the query of this update, if it is one; return once it is, whether Telegram took the
        answer: there is nothing else to do about it.
        """
        task = self._begin(update)
        return task is not None and isinstance(await asyncio.shield(task), Sent)

    async def finish(self) -> bool:
        """Finish the answers that are under way, a few seconds at most; return whether there were any."""
        pending = [task for task in self._answers.values() if not task.done()]
        await asyncio.gather(*pending, return_exceptions=True)
        return bool(pending)

    async def stop(self) -> None:
        """Finish the answers that are under way, and give up what they look up."""
        await self.finish()
        await self._checkouts.stop()

    def _begin(self, update: Mapping[str, Any]) -> asyncio.Task[Outcome] | None:
        query = update.get("pre_checkout_query")
        if not isinstance(query, dict) or "id" not in query:
            return None
        number = str(query["id"])
        known = self._answers.get(number)
        if known is None or _has_failed(known):
            known = self._answers[number] = asyncio.create_task(self._answer(number, query))
            self._forget()
        return known

    def _forget(self) -> None:
        if len(self._answers) > REMEMBERED:
            done = [number for number, task in self._answers.items() if task.done()]
            for number in done[: REMEMBERED // 2]:
                del self._answers[number]

    async def _answer(self, number: str, query: dict[str, Any]) -> Outcome:
        verdict = await self._judge(query)
        answer: dict[str, Any] = {"pre_checkout_query_id": number, "ok": verdict.refusal is None}
        if verdict.refusal is not None:
            answer["error_message"] = self._words(verdict, query)
        outcome = await self._transport.call_with_retries("answerPreCheckoutQuery", answer)
        log.info("pre-checkout answered", refusal=verdict.refusal, arrived=isinstance(outcome, Sent))
        return outcome

    async def _judge(self, query: dict[str, Any]) -> Verdict:
        try:
            question = _question(query)
            return await self._checkouts.judge(question) if question else Verdict(Refusal.FOREIGN)
        except Exception:  # whatever it is: without an answer the payer sees a spinner and then an error
            log.exception("a payment could not be judged")
            return Verdict(Refusal.UNSURE)

    def _words(self, verdict: Verdict, query: dict[str, Any]) -> str:
        reader, subscription = verdict.reader, verdict.subscription
        code = origin({"update_id": 0, "pre_checkout_query": query}).language
        translator = translator_for(reader.language if reader else language_of(code))
        if verdict.is_awaited:
            return translator.plain(
                "You have a subscription already: it’s being renewed. You weren’t charged. /account shows it."
            )
        if subscription is not None and subscription.expires_at is not None:
            zone = zone_of(reader.zone if reader else None, self._publication())
            day = translator.day(subscription.expires_at.astimezone(zone).date())
            return _has_one(translator, subscription, day)
        return translator.plain(REFUSALS[verdict.refusal or Refusal.UNSURE])


def _has_failed(answer: asyncio.Task[Outcome]) -> bool:
    """Tell whether an answer did not arrive, however it ended."""
    if not answer.done():
        return False
    return answer.cancelled() or answer.exception() is not None or not isinstance(answer.result(), Sent)


def _has_one(translator: Translator, subscription: StarSubscription, day: str) -> str:
    if subscription.state is State.CANCELLED:
        return translator.plain(
            "You have a subscription already, paid until {day}. You weren’t charged. Renew it again "
            "in /account.",
            day=day,
        )
    return translator.plain(
        "You have a subscription already: it renews on {day}. You weren’t charged. /account shows it.",
        day=day,
    )


def _question(query: dict[str, Any]) -> Question | None:
    """Read a query; None where its fields are of no use."""
    payer, stars = query.get("from"), query.get("total_amount")
    currency, payload = query.get("currency"), query.get("invoice_payload")
    payer_id = payer.get("id") if isinstance(payer, dict) else None
    if type(payer_id) is not int or type(stars) is not int:
        return None
    if not isinstance(currency, str) or not isinstance(payload, str):
        return None
    return Question(payer_id, currency, stars, payload)
