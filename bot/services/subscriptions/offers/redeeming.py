"""Redeeming: one reader's request for an offer, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.db.engine.session import Session
from bot.db.readers import grants, readers
from bot.db.subscriptions import charges, codes, offers, redemptions
from bot.db.subscriptions.codes import Code
from bot.domain.content.offers import Offer, OfferFor
from bot.domain.content.publication import Publication
from bot.domain.readers.grants import FOREVER, Grant, Source, full_until, running, told_until
from bot.domain.readers.reader import Reader
from bot.domain.readers.ways import is_for as fits_reader
from bot.domain.subscriptions.codes import code_hash, single_use_code
from bot.domain.subscriptions.person import person_hash
from bot.domain.subscriptions.redemption import TRIES_WINDOW, Outcome, Promise, Redemption, try_again_at
from bot.services.subscriptions.access import reasons_of, update_access

_AGAIN = "#"
"""Stands in no offer's id and in no request."""


class LostError(Exception):
    """Somebody else was first: the transaction must have no effect. `outcome`: what this one gets."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("Another transaction took what this one had looked at.")
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class _Word:
    """What a typed code stands for. `hash`, `code`: of a code for one use, else "" and None. `offer`: None
    where publication.toml has it no more.
    """

    offer: Offer | None
    hash: str = ""
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Redeeming:
    """A request of a reader: she gets the offer if it is what she was promised (None: she only looks).

    Its methods may raise LostError, which must end the transaction of `session`.
    """

    session: Session
    publication: Publication
    hash_key: bytes
    now: datetime
    reader_id: int
    request: str
    promise: Promise | None

    async def by_code(self, text: str) -> Redemption:
        """Do what a code asks for. A wrong one counts as a try, and after some tries no code is looked at."""
        await readers.lock_for_update(self.session, self.reader_id)  # her requests come one after the other
        word, request = await self._word(text), self._request_of(text)
        if word is not None and word.offer is not None:
            done = await self._given_before(word.offer, word.hash)
            if done is not None:
                return done
        tried = await codes.tries(self.session, self.reader_id, self.now - TRIES_WINDOW, request)
        if (again_at := try_again_at(tried)) is not None:
            return Redemption(Outcome.WAIT, at=again_at)
        answer = await self._of_word(word)
        if answer.outcome is Outcome.UNKNOWN:
            await codes.add_try(self.session, self.reader_id, request, self.now)
        return answer

    async def by_button(self, offer_id: str) -> Redemption:
        """Do what the button of a promotion asks for."""
        await readers.lock_for_update(self.session, self.reader_id)
        offer = self.publication.offer_by_id(offer_id)
        if offer is None or not offer.automatic:
            return Redemption(Outcome.OVER)
        return await self._given_before(offer, "") or await self._of_offer(offer, "", Outcome.OVER)

    async def _word(self, text: str) -> _Word | None:
        public = self.publication.offer_named(text)
        if public is not None:
            return _Word(public)
        single = single_use_code(text)
        if single is None:
            return None
        hashed = code_hash(self.hash_key, single)
        code = await codes.find(self.session, hashed)
        return None if code is None else _Word(self.publication.offer_by_id(code.offer), hashed, code)

    async def _of_word(self, word: _Word | None) -> Redemption:
        if word is None:
            return Redemption(Outcome.UNKNOWN)
        if word.code is not None and word.code.redeemed_by == self.reader_id:
            until = told_until(await reasons_of(self.session, self.reader_id), self.now)
            return Redemption(Outcome.HAD, word.offer, until, word.code.redeemed_at)
        is_used = word.code is not None and word.code.redeemed_at is not None
        if is_used or word.offer is None or word.offer.single_use is not bool(word.hash):
            return Redemption(Outcome.UNKNOWN)
        return await self._of_offer(word.offer, word.hash, Outcome.UNKNOWN)

    async def _of_offer(self, offer: Offer, hashed: str, closed: Outcome) -> Redemption:
        """Give an offer, or look at it. `hashed`: the code that asks for it; `closed`: what is said where it
        is not to be had now.
        """
        held = await reasons_of(self.session, self.reader_id)
        until = told_until(held, self.now)
        times = await redemptions.count(self.session, offer.id, self._person)
        if times >= offer.per_person:
            await self._note_used_up(offer)
            had_at = await redemptions.last(self.session, offer.id, self._person)
            return Redemption(Outcome.ENOUGH if hashed else Outcome.HAD, offer, until, had_at)
        taken = await offers.of(self.session, offer.id)
        if taken.is_closed(offer.cap) or not offer.is_open(self.now, self.publication.zone):
            return Redemption(closed, offer if closed is Outcome.OVER else None)
        if until == FOREVER:
            return Redemption(Outcome.FOREVER, offer, until)
        reader = await readers.find(self.session, self.reader_id)
        if reader is None or not await is_for(self.session, offer, reader, self._person, self.now):
            return Redemption(Outcome.NOT_HERS, offer, until)
        grant = Grant(Source.OFFER, self._source_id(offer, hashed, times + 1), self.now, days=offer.days)
        then = full_until((*held, grant), self.now)
        answer = Redemption(Outcome.OPEN, offer, then, added=until is not None)
        if not self._keeps_promise(answer, offer):
            return answer
        await self._give(offer, hashed, grant, times + 1, closed)
        return replace(answer, outcome=Outcome.GIVEN)

    def _keeps_promise(self, answer: Redemption, offer: Offer) -> bool:
        promise = self.promise
        if promise is None or promise.days not in (None, offer.days):
            return False
        return promise.after or not answer.added

    async def _give(self, offer: Offer, hashed: str, grant: Grant, nth: int, closed: Outcome) -> None:
        if hashed and not await codes.redeem(self.session, hashed, self.reader_id, self.now):
            raise LostError(closed)
        if not await offers.take(self.session, offer.id, offer.cap):
            raise LostError(closed)
        if not await redemptions.add(self.session, offer.id, self._person, nth, self.now):
            raise LostError(Outcome.HAD)
        if not await grants.add(self.session, self.reader_id, grant):
            raise LostError(Outcome.HAD)
        await update_access(self.session, self.reader_id, self.now)
        if nth >= offer.per_person:
            await self._note_used_up(offer)

    async def _given_before(self, offer: Offer, hashed: str) -> Redemption | None:
        """Return what this very request has given; None: nothing, or nothing that she still has."""
        first = self._source_id(offer, hashed)
        held = await reasons_of(self.session, self.reader_id)
        given = [
            grant
            for grant in running(held, self.now)
            if grant.source == Source.OFFER and grant.source_id.partition(_AGAIN)[0] == first
        ]
        if not given:
            return None  # an old button, tapped again when it is over
        before = full_until([grant for grant in held if grant not in given], self.now)
        return Redemption(Outcome.GIVEN, offer, full_until(held, self.now), added=before is not None)

    async def _note_used_up(self, offer: Offer) -> None:
        if offer.automatic:
            await readers.change(self.session, self.reader_id, promotion=offer.id)

    def _source_id(self, offer: Offer, hashed: str, nth: int = 1) -> str:
        """Return the grant's own id: the offer's, a colon, and what names the request. One button may be
        tapped again once it is over: from the second time on, the number stands behind it.
        """
        first = ":".join(filter(None, (offer.id, self.request, hashed[:16])))
        return first if nth == 1 else f"{first}{_AGAIN}{nth}"

    def _request_of(self, text: str) -> str:
        """Return what names a try: one request with two codes (a forged button) is two."""
        return f"{self.request}:{code_hash(self.hash_key, text)[:16]}"

    @property
    def _person(self) -> str:
        return person_hash(self.hash_key, self.reader_id)


async def is_for(session: Session, offer: Offer, reader: Reader, person: str, now: datetime) -> bool:
    """Tell whether an offer is for this reader, as she is now. Who deleted her data is not new again."""
    fits = fits_reader(
        offer.who,
        had_access=reader.full_since is not None and reader.full_since <= now,
        has_access=reader.full_until is not None and reader.full_until > now,
    )
    if fits and offer.who is OfferFor.NEW:
        return not (await redemptions.has_any(session, person) or await charges.has_any(session, person))
    return fits
