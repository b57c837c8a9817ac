"""Selling: what a price would give, and the payload of its link."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.readers import grants
from bot.db.subscriptions import star_subscriptions
from bot.domain.content.prices import Price
from bot.domain.readers.grants import Grant, Source, full_until
from bot.domain.subscriptions.payload import Payload
from bot.domain.subscriptions.star_subscription import StarSubscription
from bot.services.subscriptions.star_subscriptions import running_of


@dataclass(frozen=True, slots=True)
class Sale:
    """`payload`: of the link that this reader may pay; None where she has a `subscription` already, also
    a cancelled one that still runs, so that she may not. `until`: the end of her access if she paid now.
    """

    payload: str | None
    until: datetime | None
    subscription: StarSubscription | None = None


class Selling:
    def __init__(self, database: Database, clock: Clock, key: bytes) -> None:
        """`key` signs payloads."""
        self._database = database
        self._clock = clock
        self._key = key

    async def sell(self, reader_id: int, price: Price) -> Sale:
        """Return what a reader would buy at this price. Nothing is stored: the payload says it all."""
        now = self._clock.now()
        async with self._database.read() as session:
            given = await grants.of(session, reader_id)
            held = await star_subscriptions.of(session, reader_id)
        standing = running_of([known for known in held if known.excludes_another(now)], now)
        if price.renews and standing is not None:
            return Sale(None, full_until(given, now), standing)
        until = full_until((*given, Grant(Source.STARS, "", now, days=price.days)), now)
        nonce = secrets.token_hex(4)
        payload = Payload(reader_id, price.stars, price.days, renews=price.renews, made_at=now, nonce=nonce)
        return Sale(payload.signed(self._key), until)
