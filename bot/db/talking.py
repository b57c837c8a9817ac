"""Who handles a sender's updates: one process at a time, so that they stay in order.

Keeping an update and asking for its sender are one transaction, and so are looking for more updates of a
sender and letting her go. Both lock her row: of the two, the later one sees what the earlier one did. Who may
not wait for that lock keeps the update alone, and whoever finds it waiting takes her on (`orphans`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, select, update

from bot.db.inbox import waits
from bot.db.processes import living
from bot.db.session import Session
from bot.db.tables import inbox, processes, talking
from bot.db.upsert import insert


@dataclass(frozen=True, slots=True)
class Claim:
    """The senders whose updates are now this process's: `free` ones nobody had; `inherited` ones somebody
    had who is dead.
    """

    free: frozenset[int] = frozenset()
    inherited: frozenset[int] = frozenset()


async def claim(session: Session, senders: Iterable[int], owner: str, *, epoch: int = 0) -> Claim:
    """Take these senders on under this number, except those whom another living process has."""
    # in order: no deadlocks
    rows = [{"sender": sender, "owner": owner, "epoch": epoch} for sender in sorted(set(senders))]
    if not rows:
        return Claim()
    statement = insert(session, talking).on_conflict_do_nothing().returning(talking.c.sender)
    free = frozenset((await session.execute(statement, rows)).scalars())
    taken = [row for row in rows if row["sender"] not in free]
    return Claim(free, await _inherit(session, taken, (owner, epoch)) if taken else frozenset())


async def _inherit(session: Session, rows: list[dict[str, object]], heir: tuple[str, int]) -> frozenset[int]:
    """Lock what somebody has already; take over what the dead have left."""
    statement = insert(session, talking)
    locked = statement.on_conflict_do_update(
        index_elements=["sender"], set_={"sender": statement.excluded.sender}
    ).returning(talking.c.sender, talking.c.owner)
    owners = {row.sender: row.owner for row in await session.execute(locked, rows)}
    owner, epoch = heir
    others = await living(session, set(owners.values()) - {owner})
    heirless = frozenset(sender for sender, holder in owners.items() if holder not in others)
    if heirless:
        taking = update(talking).where(talking.c.sender.in_(heirless))
        await session.execute(taking.values(owner=owner, epoch=epoch))
    return heirless


async def let_go(session: Session, senders: Collection[int], owner: str, now: datetime) -> set[int]:
    """Let go of the senders of whom no update waits; return those that are still this process's: what waits
    of them is found now, or somebody asks for them just then, and they are to be let go of a little later.
    """
    if not senders:
        return set()
    mine = and_(talking.c.owner == owner, talking.c.sender.in_(senders))
    # In order: no deadlocks. Whoever has a row locked may be stopped: the others do not wait for that.
    locked = select(talking.c.sender).where(mine).order_by(talking.c.sender).with_for_update(skip_locked=True)
    ours = set((await session.execute(locked)).scalars())
    more = exists(select(inbox.c.seq).where(inbox.c.sender == talking.c.sender, waits(now)))
    alone = talking.c.sender.in_(ours) & ~more
    gone = await session.execute(delete(talking).where(alone).returning(talking.c.sender))
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
