"""The doctor: does what is stored agree with what it follows from?"""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.clock import Clock
from bot.db.engine.session import Database, Session
from bot.db.operations import examination
from bot.db.subscriptions import charges
from bot.domain.readers.grants import Grant, Source, full_until, timeline
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.charges import Charge
from bot.domain.subscriptions.payload import paid_payload
from bot.domain.subscriptions.star_subscription import StarSubscription
from bot.domain.subscriptions.transactions import Direction, Transaction
from bot.services.subscriptions.access import update_access, with_graces
from bot.services.subscriptions.repair import ON_ITS_WAY, Page

MANY = 1_000
"""Rows that are read at a time."""

Tell = Callable[[str], None]
"""Takes a sentence about a difference."""


class Doctor:
    """Compares, and tells each difference. Only `readers` with `mend` writes, and nothing but what follows
    from grants.
    """

    def __init__(self, database: Database, clock: Clock, tell: Tell) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell
        self.differences = 0

    async def readers(self, *, mend: bool = False) -> int:
        """Compare each reader's stored access with her timeline; return how many readers there are.

        `mend`: store what follows from her grants.
        """
        count, last = 0, 0
        while True:
            async with self._database.read() as session:
                page = await examination.readers_after(session, last, MANY)
                wrong = await self._compared(session, page)
            if not page:
                return count
            for reader in wrong:
                await self._examine(reader, mend=mend)
            count, last = count + len(page), page[-1].id

    async def charges(self) -> int:
        """Compare each charge with the grant that it bought; return how many charges there are."""
        count, last = 0, ""
        while True:
            async with self._database.read() as session:
                page = await examination.charges_after(session, last, MANY)
                bought = await examination.bought(session, [charge.charge_id for charge in page])
            if not page:
                return count
            for charge in page:
                self._compare_grant(charge, bought.get(charge.charge_id))
            count, last = count + len(page), page[-1].charge_id

    async def ledger(self, page: Page) -> int:
        """Compare the charges with Telegram's list; return how many transactions it holds.

        TransactionsError: Telegram does not tell them. What is younger than some minutes is left out.
        """
        until = self._clock.now() - ON_ITS_WAY
        paid, back, count = set[str](), set[str](), 0
        while entries := await page(count):
            count += len(entries)
            async with self._database.read() as session:
                known = await charges.known(session, [entry.id for entry in entries])
            for entry in entries:
                (paid if entry.direction is Direction.IN else back).add(entry.id)
                if entry.at <= until:
                    self._compare_entry(entry, known.get(entry.id))
        await self._compare_list(paid, back, until)
        return count

    async def _compared(self, session: Session, page: Sequence[Reader]) -> list[Reader]:
        ids = [reader.id for reader in page]
        held = await examination.grants_of(session, ids)
        subscriptions = await examination.subscriptions_of(session, ids)
        now = self._clock.now()
        return [
            reader
            for reader in page
            if _differences(reader, held.get(reader.id, []), subscriptions.get(reader.id, []), now)
        ]

    async def _examine(self, reader: Reader, *, mend: bool) -> None:
        """Look again at one reader, whom a running bot may have changed meanwhile; tell what is wrong."""
        async with self._database.read() as session:
            page = await examination.readers_after(session, reader.id - 1, 1)
            held = await examination.grants_of(session, [reader.id])
            subscriptions = await examination.subscriptions_of(session, [reader.id])
        now = self._clock.now()
        told = _differences(page[0], held.get(reader.id, []), subscriptions.get(reader.id, []), now)
        for difference in told:
            self._report(f"Reader {reader.id}: {difference}")
        if told and mend:
            async with self._database.write() as session:
                await update_access(session, reader.id, now)

    def _compare_grant(self, charge: Charge, grant: Grant | None) -> None:
        if charge.grant() is None or charge.reader_id is None:
            return
        if grant is None:
            self._report(f"Charge {charge.charge_id}: its {charge.days} days were never given.")
        elif charge.refunded_at is not None and grant.revoked_at is None:
            self._report(f"Charge {charge.charge_id}: it was refunded, and its days still count.")
        elif grant.days != charge.days:
            self._report(f"Charge {charge.charge_id}: {charge.days} days were paid, {grant.days} given.")

    def _compare_entry(self, entry: Transaction, charge: Charge | None) -> None:
        ours = charge is not None or paid_payload(entry.payload or "") is not None
        if not ours:
            return
        if charge is None or (entry.direction is Direction.IN and charge.paid_at is None):
            what = "payment" if entry.direction is Direction.IN else "refund"
            self._report(
                f"Charge {entry.id}: Telegram lists a {what} of {entry.stars} Stars that is not stored."
            )
        elif charge.stars != entry.stars:
            self._report(f"Charge {entry.id}: {charge.stars} Stars are stored, {entry.stars} by Telegram.")
        elif entry.direction is Direction.OUT and charge.refunded_at is None:
            self._report(f"Charge {entry.id}: Telegram lists a refund that is not stored.")

    async def _compare_list(self, paid: set[str], back: set[str], until: datetime) -> None:
        last = ""
        while True:
            async with self._database.read() as session:
                page = await examination.charges_after(session, last, MANY)
            if not page:
                return
            for charge in page:
                if charge.paid_at and charge.paid_at <= until and charge.charge_id not in paid:
                    self._report(f"Charge {charge.charge_id}: it is stored, and Telegram does not list it.")
                if charge.refunded_at and charge.refunded_at <= until and charge.charge_id not in back:
                    self._report(
                        f"Charge {charge.charge_id}: a refund is stored that Telegram does not list."
                    )
            last = page[-1].charge_id

    def _report(self, sentence: str) -> None:
        self.differences += 1
        self._tell(sentence)


def _differences(
    reader: Reader, held: Sequence[Grant], subscriptions: Sequence[StarSubscription], now: datetime
) -> list[str]:
    reasons = with_graces(held, subscriptions)
    stored = reader.full_until if reader.full_until and reader.full_until > now else None
    periods = timeline(reasons)
    trials = [grant.given_at for grant in held if grant.source == Source.TRIAL]
    follows = {
        "full_until": (stored, full_until(reasons, now)),
        "trial_at": (reader.trial_at, min(trials, default=None)),
        "full_since": (reader.full_since, periods[0].starts if periods else None),
    }
    return [
        f"{name} is {_moment(before)}, and {_moment(right)} by her grants."
        for name, (before, right) in follows.items()
        if before != right
    ]


def _moment(moment: datetime | None) -> str:
    return "empty" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
