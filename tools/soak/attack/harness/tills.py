"""People who pay with Stars, and those who forge questions before payments."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.domain.subscriptions.payload import Payload
from tools.soak.attack.harness.environment import START, Environment

KEY = b"k" * 32
"""The HASH_KEY of programs that are attacked."""

MONTHLY, ONCE = (250, 30), (400, 90)
"""Stars and days."""

PRICES = """
[[prices]]
stars = 250
days = 30
renews = true
label.en = "Monthly"
label.es = "Mensual"

[[prices]]
stars = 400
days = 90
label.en = "90 days"
label.es = "90 días"
"""
BUTTONS = {MONTHLY: "do:pay:30r-250", ONCE: "do:pay:90-400"}
UNSURE = ("couldn’t check", "No pude comprobar")
TRIES = 8
LINK_SECONDS = 60.0
LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Till:
    """`began`: when each payer paid, by this machine's clock; `waits`: seconds from each "Pay" to its
    end; `refusals`: how often payers read what instead of paying.
    """

    env: Environment
    began: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    async def link(self, person: int, price: tuple[int, int]) -> str:
        """Let a person tap a price; return the link that she is sent. TimeoutError."""
        crowd = self.env.crowd
        menu = await crowd.asks(person, "/help", patience=LINK_SECONDS)
        await crowd.press(person, menu.message_id, BUTTONS[price])
        async with asyncio.timeout(LINK_SECONDS):
            while True:
                for bubble in await crowd.bubbles(person, 5):
                    urls = [button.get("url", "") for row in bubble["buttons"] or [] for button in row]
                    links = [url for url in urls if "/$" in url]
                    if bubble["message_id"] > menu.message_id and links:
                        return str(links[0])
                await asyncio.sleep(LOOK_SECONDS)

    async def pay(self, person: int, link: str) -> bool:
        """Let a person pay by a link, again where the bot was not sure; return whether she has paid."""
        for _ in range(TRIES):
            said = await self.press_pay(person, link)
            if said["paid"]:
                return True
            self.refusals[str(said["error"])] += 1
            if not any(words in str(said) for words in UNSURE):
                return False
            await asyncio.sleep(1.0)
        return False

    async def press_pay(self, person: int, link: str) -> dict[str, Any]:
        """Press "Pay" once; return what becomes of it."""
        began = time.monotonic()
        address = f"{self.env.telegram}/control/chats/{person}/pay"
        async with self.env.session.post(address, json={"link": link}) as answer:
            said = dict(await answer.json())
        self.waits.append(time.monotonic() - began)
        return said


@dataclass(slots=True)
class Forger:
    """Asks before payments that are never to be; `asked`: when each question was put, by its id."""

    env: Environment
    reader: int
    stranger: int
    asked: dict[str, float] = field(default_factory=dict)

    async def forge(self, rounds: int, pause: float) -> None:
        """Ask so many times everything that is to be refused."""
        numbers = count()
        for _ in range(rounds):
            for changed in self._questions():
                number = f"forged-{next(numbers)}"
                body = {"id": number, "from": self._user(self.reader), "currency": "XTR", **changed}
                self.asked[number] = time.time()
                await self.env.tell("updates", pre_checkout_query=body)
            await asyncio.sleep(pause)

    def _questions(self) -> Iterator[dict[str, Any]]:
        good = self._payload()
        yield {"total_amount": 400, "invoice_payload": good, "from": self._user(self.stranger)}
        yield {"total_amount": 1, "invoice_payload": good}
        yield {"total_amount": 400, "invoice_payload": good, "currency": "USD"}
        yield {"total_amount": 400, "invoice_payload": self._payload(key=b"another" * 5)}
        yield {"total_amount": 400, "invoice_payload": good.replace(".90.", ".3650.")}
        yield {"total_amount": 400, "invoice_payload": self._payload(days_old=2)}
        yield {"total_amount": 400, "invoice_payload": "subscription:month:1"}
        yield {"total_amount": 400, "invoice_payload": "\x00\u202e'; DROP TABLE charges; --"}
        yield {"total_amount": 400, "invoice_payload": good * 110}
        yield {"total_amount": "400", "invoice_payload": good}
        yield {"total_amount": True, "invoice_payload": {"s1": good}}
        yield {"total_amount": 10**30, "invoice_payload": good, "from": {"id": -(10**30), "is_bot": True}}

    def _payload(self, key: bytes = KEY, days_old: int = 0) -> str:
        made = START - timedelta(days=days_old)
        return Payload(self.reader, *ONCE, renews=False, made_at=made, nonce="00000000").signed(key)

    def _user(self, person: int) -> dict[str, Any]:
        return {"id": person, "is_bot": False, "first_name": "Nobody", "language_code": "es"}


async def stall(url: str, times: int, seconds: float) -> None:
    """Let nobody write to a database so many times, for some seconds each. Never returns."""
    for _ in range(times):
        async with nobody_writes(url):
            await asyncio.sleep(seconds)
        await asyncio.sleep(seconds)
    await asyncio.Event().wait()


@asynccontextmanager
async def nobody_writes(url: str) -> AsyncIterator[None]:
    """Let another process keep everybody from writing what follows from a payment."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        file = await asyncio.to_thread(_writing, str(place.database))
        try:
            yield
        finally:
            file.close()
        return
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("LOCK TABLE charges, grants, inbox IN EXCLUSIVE MODE"))
            yield
    finally:
        await engine.dispose()


def _writing(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection
