"""A bot of the tests that sells for Stars: it makes links and answers pre-checkout queries."""

import asyncio
from typing import Any

from caller import Caller
from telegram_simulator import Charge, Person

PERIOD = 2_592_000
MONTH: dict[str, Any] = {
    "title": "A month",
    "description": "Thirty days of everything",
    "payload": "month-1",
    "currency": "XTR",
    "prices": [{"label": "A month", "amount": 250}],
}
SUBSCRIPTION: dict[str, Any] = {**MONTH, "subscription_period": PERIOD}


class Shop(Caller):
    offset = 0

    async def link(self, **changes: Any) -> str:
        """Make a link for what is paid once, unless something else is asked for."""
        return str(await self.result("createInvoiceLink", **{**MONTH, **changes}))

    async def updates(self, timeout: int = 0) -> list[dict[str, Any]]:  # noqa: ASYNC109  # Telegram's word
        """Return the updates that wait, and confirm them."""
        updates: list[dict[str, Any]] = await self.result("getUpdates", offset=self.offset, timeout=timeout)
        if updates:
            self.offset = updates[-1]["update_id"] + 1
        return updates

    async def all(self, kind: str) -> list[dict[str, Any]]:
        """Return what waits of a kind of update, or of a kind of message; the rest is dropped."""
        bodies = [update.get(kind) or update.get("message", {}).get(kind) for update in await self.updates()]
        return [body for body in bodies if body]

    async def query(self) -> dict[str, Any]:
        """Wait for the next pre-checkout query."""
        while True:
            for update in await self.updates(timeout=5):
                if "pre_checkout_query" in update:
                    return dict(update["pre_checkout_query"])

    async def allows(self, query: dict[str, Any]) -> None:
        await self.result("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)

    async def refuses(self, query: dict[str, Any], words: str) -> None:
        await self.result(
            "answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=False, error_message=words
        )

    async def sells(self, person: Person, link: str | int) -> Charge:
        """Let a person pay and say yes to it."""
        paying = asyncio.create_task(person.pays(link))
        await self.allows(await self.query())
        return await paying
