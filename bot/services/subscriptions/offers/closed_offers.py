"""Which offers are ended or used up, told to the publication."""

from bot.db.engine.session import Database
from bot.db.subscriptions import offers
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
            known = await offers.every(session)
        self._archive.close_offers(
            frozenset(
                offer.id
                for offer in self._archive.publication.offers
                if offer.id in known and known[offer.id].is_closed(offer.cap)
            )
        )
