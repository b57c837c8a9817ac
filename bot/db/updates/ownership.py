"""Which process handles a user's updates.

It is one process at a time, so that they are handled in order:

1. Storing an update and claiming its user (`inbox.store`, `take_ownership`) are one transaction.
2. Looking for more of a user's updates and releasing her (`release`) are one transaction.
3. Both lock the user's row in `update_owners`, so they are serialised: no update can slip between.
4. Whoever cannot wait for that lock stores the update without a claim. Any process that finds it (`unowned`)
   claims its user later.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, exists, select, update

from bot.db.engine.direct_statement import DirectStatement
from bot.db.engine.session import Session
from bot.db.engine.upsert import insert, insert_for
from bot.db.tables import inbox, processes, update_owners
from bot.db.updates.inbox import WAITS, waits_at
from bot.db.updates.processes import alive


@dataclass(frozen=True, slots=True)
class OwnedUsers:
    """The users whose updates are now this process's.

    `free`: nobody had them. `inherited`: a process that is dead had them.
    """

    free: frozenset[int] = frozenset()
    inherited: frozenset[int] = frozenset()


_TAKE = DirectStatement(
    lambda dialect: (
        insert_for(dialect, update_owners).on_conflict_do_nothing().returning(update_owners.c.user_id)
    )
)


async def take_ownership(
    session: Session, user_ids: Iterable[int], owner: str, *, epoch: int = 0
) -> OwnedUsers:
    """Give these users to the process `owner`, except those whom another living process has.

    `epoch` is written to their rows: a number that no other claim of this process has (see `update_lock`).
    The rows stay locked until the transaction ends.
    """
    # In order: no deadlocks.
    rows = [{"user_id": user_id, "owner": owner, "epoch": epoch} for user_id in sorted(set(user_ids))]
    if not rows:
        return OwnedUsers()
    free = frozenset(row.user_id for row in await _TAKE.execute(session, *rows))
    taken = [row for row in rows if row["user_id"] not in free]
    return OwnedUsers(free, await _inherit(session, taken, (owner, epoch)) if taken else frozenset())


async def _inherit(
    session: Session, rows: list[dict[str, object]], new_owner: tuple[str, int]
) -> frozenset[int]:
    """Lock the rows that are there already; take over those whose owner is dead. Return these users."""
    statement = insert(session, update_owners)
    # An update that changes nothing locks the row, and returns who has it, on both databases.
    locked = statement.on_conflict_do_update(
        index_elements=["user_id"], set_={"user_id": statement.excluded.user_id}
    ).returning(update_owners.c.user_id, update_owners.c.owner)
    owners = {row.user_id: row.owner for row in await session.execute(locked, rows)}
    owner, epoch = new_owner
    others = await alive(session, set(owners.values()) - {owner})
    unowned_users = frozenset(user_id for user_id, holder in owners.items() if holder not in others)
    if unowned_users:
        taking = update(update_owners).where(update_owners.c.user_id.in_(unowned_users))
        await session.execute(taking.values(owner=owner, epoch=epoch))
    return unowned_users


async def release(session: Session, user_ids: Collection[int], owner: str, now: datetime) -> set[int]:
    """Release the users of whom no update waits; return those that are still this process's.

    Of these either more waits in the inbox, or another process has their row locked because it stores an
    update of theirs just now: then call this again a little later.
    """
    if not user_ids:
        return set()
    values = {"owner": owner, "users": list(user_ids)}
    ours = values["users"]
    if session.dialect.name == "postgresql":  # SQLite's transaction is alone anyway
        ours = list((await session.execute(_LOCKED, values)).scalars())
    released = await _RELEASE.execute(session, {"owner": owner, "users": ours, **waits_at(now)})
    if len(released) == len(user_ids):
        return set()
    return set((await session.execute(_MINE, values)).scalars())


_IS_MINE = and_(
    update_owners.c.owner == bindparam("owner"),
    update_owners.c.user_id.in_(bindparam("users", expanding=True)),
)
_MINE = select(update_owners.c.user_id).where(_IS_MINE)
# In order: no deadlocks. Whoever has a row locked may be stopped: the others do not wait for that.
_LOCKED = _MINE.order_by(update_owners.c.user_id).with_for_update(skip_locked=True)
_RELEASE = DirectStatement(
    lambda _: (
        delete(update_owners)
        .where(
            _IS_MINE,
            ~exists(select(inbox.c.seq).where(inbox.c.user_id == update_owners.c.user_id, WAITS)),
        )
        .returning(update_owners.c.user_id)
    )
)


async def unowned(session: Session, owner: str, limit: int, now: datetime, *, owed: bool = False) -> set[int]:
    """Return at most `limit` users of whom updates wait and whom no other living process has.

    The users of the process `owner` are among them. `owed`: return users to whom an answer is owed instead.
    """
    others = and_(processes.c.id == update_owners.c.owner, processes.c.id != owner)
    held = inbox.outerjoin(update_owners, update_owners.c.user_id == inbox.c.user_id).outerjoin(
        processes, others
    )
    query = (
        select(inbox.c.user_id)
        .distinct()
        .select_from(held)
        .where(WAITS, inbox.c.due_at.is_not(None) == owed, processes.c.id.is_(None))
        .limit(limit)
    )
    return set((await session.execute(query, waits_at(now))).scalars())
