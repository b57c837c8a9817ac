"""Offers: taken by code or button, listed and ended by admins."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.errors import DatabaseError
from bot.db.operations import audit, notices
from bot.db.operations.notices import Notice
from bot.db.subscriptions import codes, offers
from bot.db.subscriptions.codes import Count
from bot.db.subscriptions.offers import Taken
from bot.domain.content.offers import Offer
from bot.domain.content.publication import Publication
from bot.domain.readers.grants import FOREVER
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.codes import has_form
from bot.domain.subscriptions.person import person_hash
from bot.domain.subscriptions.redemption import Outcome, Promise, Redemption
from bot.services.subscriptions.offers.redeeming import LostError, Redeeming, is_for

ENDED = "offer ended"
"""The notice that says so, and the act in the audit."""


ANYTHING = Promise(after=True)
"""Whatever is offered now, whether she has access or not."""


class OfferState(StrEnum):
    COMING = "coming"
    OPEN = "open"
    USED_UP = "used up"  # its cap is reached
    OVER = "over"  # its window has closed
    ENDED = "ended"  # by an admin


@dataclass(frozen=True, slots=True)
class ListedOffer:
    """`codes`: those for one use."""

    offer: Offer
    state: OfferState
    taken: Taken
    codes: Count

    @property
    def left(self) -> int | None:
        """How often it may still be taken; None: without limit."""
        cap = self.offer.cap
        return None if cap is None else max(0, cap - self.taken.taken)


class Offers:
    """Every method may raise DatabaseError. `request` names what was written or tapped: handled again, or
    tapped twice, it has one effect.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hash_key: bytes,
        publication: Callable[[], Publication],
        changed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`hash_key` keys the hashes of codes and of who redeemed: with another key all codes are unknown.
        `changed` is called once an offer was taken or ended, which may have closed it.
        """
        self._database = database
        self._clock = clock
        self._hash_key = hash_key
        self._publication = publication
        self._changed = changed

    async def promotion(self, reader: Reader) -> Offer | None:
        """Return the promotion that this reader may take now; None where there is none for her."""
        now = self._clock.now()
        offer = self._publication().running_promotion(now)
        if offer is None or offer.id == reader.promotion or reader.full_until == FOREVER:
            return None
        person = person_hash(self._hash_key, reader.id)
        async with self._database.read() as session:
            taken = await offers.of(session, offer.id)
            fits = await is_for(session, offer, reader, person, now)
        return offer if fits and not taken.is_closed(offer.cap) else None

    async def closed(self) -> frozenset[str]:
        """Return the ids of the offers that were ended, or taken as often as they may."""
        publication = self._publication()
        async with self._database.read() as session:
            known = await offers.every(session)
        return frozenset(
            offer.id for offer in publication.offers if known.get(offer.id, Taken()).is_closed(offer.cap)
        )

    async def look(self, reader_id: int, text: str, request: str) -> Redemption:
        """Return what a code would give (OPEN), or why nothing; a wrong one counts as a try."""
        return await self._by_code(reader_id, text, request, None)

    async def redeem(
        self, reader_id: int, text: str, request: str, promise: Promise = ANYTHING
    ) -> Redemption:
        """Give what a code gives: GIVEN, or why nothing; a wrong one counts as a try. OPEN, and nothing is
        given, where it is not what the button promised.
        """
        return await self._by_code(reader_id, text, request, promise)

    async def look_at(self, reader_id: int, offer_id: str) -> Redemption:
        """Return what a promotion's button would give (OPEN), or why nothing."""
        return await self._by_button(reader_id, offer_id, "", None)

    async def take(
        self, reader_id: int, offer_id: str, request: str, promise: Promise = ANYTHING
    ) -> Redemption:
        """Give a promotion to whoever tapped its button: GIVEN, or why nothing. OPEN: see `redeem`."""
        return await self._by_button(reader_id, offer_id, request, promise)

    async def listed(self) -> tuple[ListedOffer, ...]:
        """Return all offers of publication.toml, with what became of them."""
        publication, now = self._publication(), self._clock.now()
        async with self._database.read() as session:
            known, made = await offers.every(session), await codes.counts(session)
        return tuple(
            _listed(publication, offer, known.get(offer.id, Taken()), made.get(offer.id, Count()), now)
            for offer in publication.offers
        )

    async def end(self, offer_id: str, by: int) -> bool:
        """End an offer for good, as an admin, and tell all admins. False: it had ended, or is unknown."""
        offer, now = self._publication().offer_by_id(offer_id), self._clock.now()
        if offer is None:
            return False
        details = {"label": dict(offer.label), "by": by}
        async with self._database.write() as session:
            if not await offers.end(session, offer.id, by, now):
                return False
            await audit.add(session, by, "end offer", offer.id, now)
            await notices.add(session, Notice(f"{ENDED} {offer.id}", ENDED, details), now)
        await self._tell_of_change()
        return True

    async def _by_code(self, reader_id: int, text: str, request: str, promise: Promise | None) -> Redemption:
        if not has_form(text) and self._publication().offer_named(text) is None:
            return Redemption(Outcome.NO_CODE)
        return await self._do(reader_id, request, promise, lambda asked: asked.by_code(text))

    async def _by_button(
        self, reader_id: int, offer_id: str, request: str, promise: Promise | None
    ) -> Redemption:
        return await self._do(reader_id, request, promise, lambda asked: asked.by_button(offer_id))

    async def _do(
        self,
        reader_id: int,
        request: str,
        promise: Promise | None,
        work: Callable[[Redeeming], Awaitable[Redemption]],
    ) -> Redemption:
        publication, now = self._publication(), self._clock.now()
        try:
            async with self._database.write() as session:
                answer = await work(
                    Redeeming(session, publication, self._hash_key, now, reader_id, request, promise)
                )
        except LostError as lost:
            return Redemption(lost.outcome)
        if answer.outcome is Outcome.GIVEN:
            await self._tell_of_change()
        return answer

    async def _tell_of_change(self) -> None:
        if self._changed is not None:
            with suppress(DatabaseError):  # it is looked at again in two seconds
                await self._changed()


def _listed(publication: Publication, offer: Offer, taken: Taken, made: Count, now: datetime) -> ListedOffer:
    return ListedOffer(offer, _state(publication, offer, taken, now), taken, made)


def _state(publication: Publication, offer: Offer, taken: Taken, now: datetime) -> OfferState:
    if taken.ended_at is not None:
        return OfferState.ENDED
    if offer.has_passed(now, publication.zone):
        return OfferState.OVER
    if taken.is_closed(offer.cap):
        return OfferState.USED_UP
    return OfferState.OPEN if offer.is_open(now, publication.zone) else OfferState.COMING
