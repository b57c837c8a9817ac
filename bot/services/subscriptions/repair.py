"""The repair: Telegram's list of transactions makes up for lost updates."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.operations import counters, notices, timestamps
from bot.db.operations.notices import Notice
from bot.db.subscriptions import charges
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.payload import paid_payload, read_payload
from bot.domain.subscriptions.transactions import Direction, Transaction
from bot.services.subscriptions.charges import Charges

log = structlog.get_logger(__name__)

WHOLE_EVERY = timedelta(days=1)
ON_ITS_WAY = timedelta(minutes=5)
"""The update of what is younger may still come: it is left for the next time."""

CHECKED = "transactions checked"
"""When the whole list was gone through last."""

Page = Callable[[int], Awaitable[Sequence[Transaction]]]
"""Returns the next transactions, the oldest first, without so many of the first; TransactionsError."""


class TransactionsError(Exception):
    """Telegram does not tell its transactions now; the text says why."""


@dataclass(slots=True)
class Mended:
    """What one run has seen and mended. `payments`, `refunds`: those that were not known before, with their
    Stars in all. `foreign`: payments by invoices of others. `others`: what is no payment, by its kind.
    """

    seen: int = 0
    payments: int = 0
    paid_stars: int = 0
    refunds: int = 0
    refunded_stars: int = 0
    foreign: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing had to be mended."""
        return not self.payments and not self.refunds


class Repair:
    """Goes through Telegram's list. What it holds and the database does not is stored as if its update had
    come; every effect is had once, whatever was stored before and whoever else is at it.
    """

    def __init__(self, database: Database, clock: Clock, key: bytes, page: Page, charges: Charges) -> None:
        """`key` signs payloads; `page` asks Telegram."""
        self._database = database
        self._clock = clock
        self._key = key
        self._page = page
        self._charges = charges

    async def run(self) -> Mended | None:
        """Go on from where the last run ended; through the whole list once a day.

        Returns what was mended, of which the admins are told. None where Telegram does not answer: what was
        done until then stays, and the next run goes on there.
        """
        began, mended = self._clock.now(), Mended()
        whole = await self._is_whole(began)
        count = 0 if whole else await self._seen()
        try:
            while await self._mend_page(count + mended.seen, began, mended):
                await self._note_seen(count + mended.seen, whole=whole)
        except TransactionsError as error:
            log.warning("Telegram does not tell its transactions", reason=str(error))
            return None
        finally:
            await self._report(mended, began, whole=whole)
        await self._note_end(count + mended.seen, began, whole=whole)
        return mended

    async def _mend_page(self, offset: int, began: datetime, mended: Mended) -> bool:
        """Mend by one page; False where the list ends, or what follows is too young."""
        page = await self._page(offset)
        ready = page[: _first_young(page, began)]
        if ready:
            known, payloads = await self._known(ready)
            for entry in ready:
                await self._mend(entry, known, payloads, mended)
                mended.seen += 1
        return bool(page) and len(ready) == len(page)

    async def _known(self, page: Sequence[Transaction]) -> tuple[dict[str, Charge], set[str]]:
        async with self._database.read() as session:
            known = await charges.known(session, [entry.id for entry in page])
            payloads = {entry.payload for entry in page if entry.payload is not None}
            return known, await charges.known_payloads(session, payloads)

    async def _mend(
        self, entry: Transaction, known: dict[str, Charge], payloads: set[str], mended: Mended
    ) -> None:
        charge, payment = known.get(entry.id), entry.payment()
        if entry.direction is Direction.OUT and (charge is not None or self._is_ours(entry, payloads)):
            if charge is None or charge.refunded_at is None:
                await self._refund(entry, mended)
        elif payment is None:
            mended.others[entry.kind] += 1
        elif charge is not None and charge.paid_at is not None:
            return
        elif self._is_ours(entry, payloads):
            recorded = await self._charges.record(payment)
            known[entry.id] = recorded.charge
            mended.payments += recorded.is_new
            mended.paid_stars += entry.stars * recorded.is_new
        else:
            mended.foreign += 1

    async def _refund(self, entry: Transaction, mended: Mended) -> None:
        refunded = await self._charges.refund(entry.id, entry.at, stars=entry.stars)
        mended.refunds += refunded.is_new
        mended.refunded_stars += entry.stars * refunded.is_new

    def _is_ours(self, entry: Transaction, payloads: set[str]) -> bool:
        """Tell whether this bot made the invoice: by the signature, or by an earlier payment where the key
        was another.
        """
        if entry.payload is None or paid_payload(entry.payload) is None:
            return False
        return read_payload(entry.payload, self._key) is not None or entry.payload in payloads

    async def _is_whole(self, now: datetime) -> bool:
        async with self._database.read() as session:
            checked = await timestamps.find(session, CHECKED)
        return checked is None or not timedelta(0) <= now - checked < WHOLE_EVERY

    async def _seen(self) -> int:
        async with self._database.read() as session:
            return await counters.find(session, counters.TRANSACTIONS) or 0

    async def _note_seen(self, count: int, *, whole: bool) -> None:
        """Note how far it is; while the whole list is gone through again, only what is new moves on."""
        async with self._database.write() as session:
            before = await counters.find(session, counters.TRANSACTIONS) or 0
            if not whole or count > before:
                await counters.put(session, counters.TRANSACTIONS, count)

    async def _note_end(self, count: int, began: datetime, *, whole: bool) -> None:
        async with self._database.write() as session:
            await counters.put(session, counters.TRANSACTIONS, count)
            if whole:
                await timestamps.put(session, CHECKED, began)

    async def _report(self, mended: Mended, began: datetime, *, whole: bool) -> None:
        """Leave the admins a notice of what was mended, and of payments that are others'."""
        if not mended.is_silent:
            log.warning(
                "Stars were mended by the transactions",
                payments=mended.payments,
                refunds=mended.refunds,
                seen=mended.seen,
            )
        if mended.is_silent and not mended.foreign:
            return
        async with self._database.write() as session:
            if not mended.is_silent:
                details = {
                    "payments": mended.payments,
                    "paid": mended.paid_stars,
                    "refunds": mended.refunds,
                    "refunded": mended.refunded_stars,
                }
                await notices.add(session, Notice(f"mended:{uuid4()}", "mended", details), began)
            if mended.foreign:
                await _tell_of_foreign(session, mended.foreign, began, whole=whole)


async def _tell_of_foreign(session: Session, count: int, now: datetime, *, whole: bool) -> None:
    """Tell of foreign payments that nobody was told of: the whole list holds those told before, too."""
    told = await counters.find(session, counters.FOREIGN) or 0
    new, total = (count - told, count) if whole else (count, told + count)
    if new > 0:
        await notices.add(
            session, Notice(f"foreign payments:{total}", "foreign payments", {"count": new}), now
        )
        await counters.put(session, counters.FOREIGN, total)


def _first_young(page: Sequence[Transaction], began: datetime) -> int:
    """Return how many of the first entries are old enough."""
    return next((at for at, entry in enumerate(page) if entry.at > began - ON_ITS_WAY), len(page))
