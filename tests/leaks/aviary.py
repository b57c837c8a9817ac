"""A bot with canaries in its content, and all kinds of readers."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.db import tables
from bot.db.readers import readers
from bot.domain.readers.reader import Rendering
from bot.domain.subscriptions.charges import Payment
from bot.domain.subscriptions.payload import Payload
from telegram_simulator import Bubble, Person
from tests.leaks.canaries import FALLBACK, Nest, found
from tests.world import World

WITHOUT = ("none", "expired", "revoked", "redeemed before")
WITH = ("trial", "granted", "redeemed")


@dataclass(frozen=True, slots=True)
class Aviary:
    """The running bot, and the canaries in its content."""

    world: World
    nest: Nest

    def person(self, number: int, language: str = "en") -> Person:
        return self.world.person(5_000_000_000 + number, language)

    def start(self) -> int:
        return len(self.world.telegram.ledger)


async def prepare(world: World, people: dict[str, Person], rendering: Rendering) -> None:
    """Bring each person into her state of access; some have had access and read with it."""
    for person in people.values():
        await world.ask(person, "/settings")
        await world.tap(person, data=f"do:set:rendering:{rendering}")
    await world.take_trial(people["expired"])
    await world.subscribe(people["revoked"], 30)
    await redeem(world, people["redeemed before"])
    for state in WITHOUT[1:]:
        assert found(shown_text(await world.ask(people[state], "/economy")))
        await world.ask(people[state], f"/start i_{FALLBACK}_topstory")
    await revoke(world, people["revoked"])
    world.later(days=8)
    await world.take_trial(people["trial"])
    await world.subscribe(people["granted"], 30)
    await redeem(world, people["redeemed"])


async def redeem(world: World, person: Person) -> None:
    """Let her redeem LANTERN, which gives seven days."""
    await world.ask(person, "LANTERN")
    await world.tap(person, data="do:code:LANTERN:7")


async def prepare_paying(world: World, people: dict[str, Person]) -> None:
    """Bring each person into a state of access that she has paid for, or has lost."""
    for person in people.values():
        await world.ask(person, "/help")
    charges = world.program.parts.handlers.payments.services.charges
    days_ago = {"paid": 1, "refunded": 1, "grace": 31, "lapsed": 33}
    for state, person in people.items():
        paid_at = world.clock.now() - timedelta(days=days_ago[state])
        payload = Payload(person.id, 250, 30, renews=True, made_at=paid_at, nonce="0" * 8).signed(b"any")
        await charges.record(Payment(state, person.id, payload, 250, paid_at, is_first=True))
    await charges.refund("refunded")


async def revoke(world: World, person: Person) -> None:
    hers = update(tables.grants).where(tables.grants.c.reader_id == person.id)
    async with world.program.core.database.write() as session:
        await session.execute(hers.values(revoked_at=world.clock.now()))
        await readers.change(session, person.id, full_until=None)


def shown_text(seen: Bubble | dict[str, Any]) -> str:
    """Return all that can be read of a message or an answer, with what its buttons and links hold."""
    if not isinstance(seen, Bubble):
        return json.dumps(seen, ensure_ascii=False)
    if not seen.from_bot:
        return ""
    return json.dumps([seen.text, seen.html, seen.rich, seen.buttons, seen.preview], ensure_ascii=False)
