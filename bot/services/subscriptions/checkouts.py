"""Checkouts: may this be paid? Answered in time, whatever else runs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.errors import DatabaseError, is_news
from bot.db.readers import readers
from bot.db.subscriptions import charges, checkouts, star_subscriptions
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.checkout import (
    Question,
    Refusal,
    in_the_way,
    is_good,
    is_renewal,
    refusal_of,
)
from bot.domain.subscriptions.payload import Payload, read_payload
from bot.domain.subscriptions.star_subscription import StarSubscription

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.5
"""How long to wait for the database. The payer waits, and Telegram for ten seconds at most."""

UNDER_WAY = timedelta(minutes=1)
"""How long after a yes its payment may still be on its way to the database."""

MOST_LOOKS = 50
"""Looks under way: the next one waits for one of them, and is not begun where none is answered in time."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a payment is to be (`refusal` is None), or why not.

    `reader`: the payer, as far as she was looked up. `subscription`: the one that is in the way.
    `is_awaited`: its renewal is due.
    """

    refusal: Refusal | None = None
    reader: Reader | None = None
    subscription: StarSubscription | None = None
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    reader: Reader | None
    has_paid: bool
    subscriptions: tuple[StarSubscription, ...]


class Checkouts:
    """Judges payments before they are made, by the signed payload and one look into the database."""

    def __init__(
        self, database: Database, clock: Clock, key: bytes, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        """Use a `database` of its own, so that no look waits for a connection. `key` signs payloads."""
        self._database = database
        self._clock = clock
        self._key = key
        self._look_seconds = look_seconds
        self._looks: set[asyncio.Task[Any]] = set()
        self._places = asyncio.Semaphore(MOST_LOOKS)
        self._beginning: dict[int, datetime] = {}

    async def judge(self, question: Question) -> Verdict:
        """Return the verdict, within LOOK_SECONDS. In doubt, as where the database is silent, it is no."""
        payload = read_payload(question.payload, self._key)
        refusal = refusal_of(question, payload)
        if refusal is not None or payload is None:
            return Verdict(refusal)
        ends = asyncio.get_running_loop().time() + self._look_seconds
        look = partial(_seen, question=question)
        seen = await self._answer(partial(self._database.query, look), ends)
        if seen is None:
            return Verdict(Refusal.UNSURE)
        now = self._clock.now()
        verdict = _judged(question, payload, seen, now)
        begins = payload.renews and not is_renewal(question, seen.subscriptions, now)
        if verdict.refusal is None and begins and not await self._may_begin(question.payer_id, now, ends):
            return Verdict(Refusal.UNSURE, seen.reader)
        return verdict

    async def _may_begin(self, payer_id: int, now: datetime, ends: float) -> bool:
        """Note that a payer begins a subscription; False where she may be paying for another just now, which
        no look at her subscriptions can tell: on two devices, say, which ask two programs.
        """
        self._beginning = {payer: at for payer, at in self._beginning.items() if abs(now - at) < UNDER_WAY}
        if self._beginning.setdefault(payer_id, now) is not now:
            return False
        note = partial(checkouts.begin, payer_id=payer_id, now=now, under_way=UNDER_WAY)
        is_noted = await self._answer(partial(self._database.transact, note, fenced=False), ends)
        if is_noted is None:
            # A file may be locked while others store updates: there this program's memory is enough.
            is_noted = not self._database.is_shared
        if not is_noted:
            self._beginning.pop(payer_id, None)
        return is_noted

    async def stop(self) -> None:
        """Give up the looks that are still under way."""
        for task in self._looks:
            task.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)

    async def _answer(self, ask: Callable[[], Awaitable[Answer]], ends: float) -> Answer | None:
        """Return what the database answers; None where it does not by `ends`, in the loop's time."""
        try:
            async with asyncio.timeout_at(ends):
                await self._places.acquire()
        except TimeoutError:
            return None
        task = asyncio.create_task(_asked(ask))
        self._looks.add(task)
        task.add_done_callback(self._end_look)
        # Not cancelled at the deadline: on SQLite that would wait for the end of the query.
        await asyncio.wait({task}, timeout=max(0.0, ends - asyncio.get_running_loop().time()))
        return task.result() if task.done() else None

    def _end_look(self, task: asyncio.Task[Any]) -> None:
        self._looks.discard(task)
        self._places.release()


async def _asked(ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
    try:
        return await ask()
    except DatabaseError as error:
        if is_news(error):
            log.warning("the database cannot answer for a payment", error=type(error).__name__)
        return None


async def _seen(session: Session, question: Question) -> _Seen:
    paid = await charges.of_payload(session, question.payload)
    return _Seen(
        await readers.find(session, question.payer_id),
        any(charge.paid_at is not None for charge in paid),
        await star_subscriptions.of(session, question.payer_id),
    )


def _judged(question: Question, payload: Payload, seen: _Seen, now: datetime) -> Verdict:
    if not is_good(payload, now, paid=seen.has_paid):
        return Verdict(Refusal.OLD, seen.reader)
    standing = in_the_way(question, payload, seen.subscriptions, now)
    if standing is None:
        return Verdict(None, seen.reader)
    return Verdict(Refusal.SUBSCRIBED, seen.reader, standing, standing.is_awaited(now))
