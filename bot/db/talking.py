"""Who handles a sender's updates: one process at a time, so that they stay in order.

Keeping an update and asking for its sender are one transaction, and so are looking for more updates of a
sender and letting her go. Both lock her row: of the two, the later one sees what the earlier one did.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, delete, exists, select, update

from bot.db.inbox import inbox, waits
from bot.db.processes import living, processes
from bot.db.session import Session
from bot.db.tables import TalkingRow
from bot.db.upsert import insert

NOBODY = ""
"""Has the senders whom the one that kept their updates had no room for: no process has this name."""

talking = cast("Table", TalkingRow.__table__)  # type: ignore[attr-defined]  # SQLModel sets it at run time


@dataclass(frozen=True, slots=True)
class Claim:
    """The senders whose updates are now this process's: `free` ones nobody had; of those `inherited` older
    updates may wait.
    """

    free: frozenset[int] = frozenset()
    inherited: frozenset[int] = frozenset()


async def claim(
    session: Session, senders: Iterable[int], owner: str, left: Iterable[int] = (), *, epoch: int = 0
) -> Claim:
    """Take these senders on under this number, except those whom another living process has.

    Of those who are `left`, for whom there is no room, it is only noted that their updates wait: who takes
    them on must look for older ones.
    """
    wanted = frozenset(senders)
    owners = dict.fromkeys(left, NOBODY) | dict.fromkeys(wanted, owner)
    rows = [
        {"sender": sender, "owner": owners[sender], "epoch": epoch} for sender in sorted(owners)
    ]  # in order: no deadlocks
    if not rows:
        return Claim()
    statement = insert(session, talking).on_conflict_do_nothing().returning(talking.c.sender)
    free = frozenset((await session.execute(statement, rows)).scalars())
    taken = [row for row in rows if row["sender"] not in free]
    inherited = await _inherit(session, taken, wanted, (owner, epoch)) if taken else frozenset()
    return Claim(free & wanted, inherited)


async def _inherit(
    session: Session, rows: list[dict[str, object]], wanted: frozenset[int], heir: tuple[str, int]
) -> frozenset[int]:
    """Lock what somebody has already; of those who are wanted take over what the dead have left."""
    statement = insert(session, talking)
    locked = statement.on_conflict_do_update(
        index_elements=["sender"], set_={"sender": statement.excluded.sender}
    ).returning(talking.c.sender, talking.c.owner)
    owners = {row.sender: row.owner for row in await session.execute(locked, rows)}
    owner, epoch = heir
    others = await living(session, set(owners.values()) - {owner})
    heirless = frozenset(sender for sender, holder in owners.items() if holder not in others) & wanted
    if heirless:
        taking = update(talking).where(talking.c.sender.in_(heirless))
        await session.execute(taking.values(owner=owner, epoch=epoch))
    return heirless


async def let_go(session: Session, senders: Collection[int], owner: str, now: datetime) -> set[int]:
    """Let go of the senders of whom no update waits; return those that are still this process's."""
    if not senders:
        return set()
    mine = and_(talking.c.owner == owner, talking.c.sender.in_(senders))
    if session.dialect.name == "postgresql":  # SQLite has one writer: nothing to wait for
        await session.execute(
            select(talking.c.sender).where(mine).order_by(talking.c.sender).with_for_update()
        )
    more = exists(select(inbox.c.seq).where(inbox.c.sender == talking.c.sender, waits(now)))
    gone = await session.execute(delete(talking).where(mine, ~more).returning(talking.c.sender))
    if len(set(gone.scalars())) == len(senders):
        return set()
    return set((await session.execute(select(talking.c.sender).where(mine))).scalars())


async def orphans(session: Session, owner: str, limit: int, now: datetime, *, owed: bool = False) -> set[int]:
    """Return senders of waiting updates, or who are `owed` an answer, whom no other living process has."""
    others = and_(processes.c.id == talking.c.owner, processes.c.id != owner)
    held = inbox.outerjoin(talking, talking.c.sender == inbox.c.sender).outerjoin(processes, others)
    query = (
        select(inbox.c.sender)
        .distinct()
        .select_from(held)
        .where(waits(now), inbox.c.due_at.is_not(None) == owed, processes.c.id.is_(None))
        .limit(limit)
    )
    return set((await session.execute(query)).scalars())
