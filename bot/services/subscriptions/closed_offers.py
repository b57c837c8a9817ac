"""Which offers are ended or used up, told to the publication."""

from bot.db.engine.session import Database
from bot.db.subscriptions import offer_states
from bot.domain.content.offers import Offer
from bot.services.content.archive import Archive

SECONDS = 2.0
"""Between two looks at what other processes have changed."""


class ClosedOffers:
    """Lets the publication know which of its offers nobody can take any more (see `Publication.closed`).

    Whoever meets a lock asks the publication, in memory, and no database.
    """

    def __init__(self, database: Database, archive: Archive) -> None:
        self._database = database
        self._archive = archive

    async def refresh(self) -> None:
        """Look anew: call it every `SECONDS`, and at once when one was taken or ended. DatabaseError."""
        async with self._database.read() as session:
            states = await offer_states.all_(session)
        offers = self._archive.publication.offers
        self._archive.close_offers(
            frozenset(offer.id for offer in offers if _is_closed(offer, states.get(offer.id)))
        )


def _is_closed(offer: Offer, state: offer_states.OfferState | None) -> bool:
    if state is None:
        return False
    return state.ended_at is not None or (offer.cap is not None and state.taken >= offer.cap)
