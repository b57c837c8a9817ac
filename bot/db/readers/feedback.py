"""Feedback: what readers wrote to the newsroom, and the newsroom's answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, exists, func, or_, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import feedback_answers as answers
from bot.db.tables import feedback_items as items
from bot.db.tables import feedback_threads as threads
from bot.domain.readers.feedback import Answer, Item, Kind, State, Thread


async def add(session: Session, item: Item) -> None:
    """Store a reader's message to the newsroom; one that is stored already stays."""
    await session.execute(insert(session, items).values(**_values(item, items)).on_conflict_do_nothing())


async def newest(session: Session, reader_id: int, most: int, *, skip: int = 0) -> list[Item]:
    """Return the `most` newest messages of a reader before the last `skip`, oldest first."""
    query = select(items).where(items.c.reader_id == reader_id)
    query = query.order_by(items.c.at.desc(), items.c.message_id.desc()).limit(most).offset(skip)
    rows = (row._mapping for row in await session.execute(query))  # noqa: SLF001  # SQLAlchemy's public name
    return [Item(**{**row, "kind": Kind(row["kind"])}) for row in rows][::-1]


async def count(session: Session, reader_id: int) -> int:
    """Return how many messages of a reader are stored."""
    query = select(func.count()).select_from(items).where(items.c.reader_id == reader_id)
    return (await session.execute(query)).scalar_one()


async def count_since(session: Session, reader_id: int, since: datetime) -> int:
    """Return how many things a reader wrote after `since`; an album counts as one."""
    hers = (items.c.reader_id == reader_id) & (items.c.at > since) & ~items.c.follows
    return (await session.execute(select(func.count()).select_from(items).where(hers))).scalar_one()


async def stored_ids(session: Session, reader_id: int, message_ids: Sequence[int]) -> set[int]:
    """Return which of these message ids of a reader are stored."""
    hers = (items.c.reader_id == reader_id) & items.c.message_id.in_(message_ids)
    return set((await session.execute(select(items.c.message_id).where(hers))).scalars())


async def thread(session: Session, reader_id: int) -> Thread | None:
    """Return the thread of a reader; None where she has not written."""
    row = (await session.execute(select(threads).where(threads.c.reader_id == reader_id))).first()
    return Thread(**row._mapping) if row else None  # noqa: SLF001  # SQLAlchemy's public name


async def is_empty(session: Session) -> bool:
    """Tell whether no reader has written at all."""
    return (await session.execute(select(threads.c.reader_id).limit(1))).first() is None


async def keep_thread(session: Session, thread: Thread) -> None:
    """Store a thread as it is now, in the place of what was stored."""
    values = _values(thread, threads)
    statement = insert(session, threads).values(values)
    await session.execute(statement.on_conflict_do_update(index_elements=["reader_id"], set_=values))


async def touch(session: Session, reader_id: int, **values: object) -> bool:
    """Set columns of a thread, and begin a new round: admins are shown it again. False: there is none."""
    known = threads.c.reader_id == reader_id
    statement = update(threads).where(known).values(round=threads.c.round + 1, **values)
    return (await session.execute(statement.returning(threads.c.reader_id))).first() is not None


async def add_answer(session: Session, answer: Answer) -> bool:
    """Store an answer that is to go out; False where it is stored already."""
    statement = insert(session, answers).values(**_values(answer, answers)).on_conflict_do_nothing()
    return (await session.execute(statement.returning(answers.c.reader_id))).first() is not None


async def answers_to(session: Session, reader_id: int) -> list[Answer]:
    """Return the newsroom's answers to a reader, oldest first."""
    return await _answers(session, answers.c.reader_id == reader_id)


async def answers_in(session: Session, state: State) -> list[Answer]:
    """Return the answers that are in this state, oldest first."""
    return await _answers(session, answers.c.state == state.value)


async def is_answer(session: Session, reader_id: int, sent_id: int) -> bool:
    """Tell whether this message in a reader's chat is an answer of the newsroom."""
    return bool(await _answers(session, (answers.c.reader_id == reader_id) & (answers.c.sent_id == sent_id)))


async def claim(session: Session, answer: Answer, epoch: int) -> bool:
    """Reserve a pending answer for the sender of `epoch`; False where it is not pending any more."""
    return await _change_state(session, answer, [State.PENDING], state=State.SENDING.value, epoch=epoch)


async def record(session: Session, answer: Answer, state: State, sent_id: int | None = None) -> None:
    """Write what became of a claimed answer. Its thread is shown again, unless the answer is pending anew."""
    await _change_state(session, answer, [State.SENDING, State.UNKNOWN], state=state.value, sent_id=sent_id)
    if state is not State.PENDING:
        await touch(session, answer.reader_id)


async def abandoned(session: Session, epoch: int) -> list[Answer]:
    """Return the answers that senders of other epochs claimed, and recorded no outcome of."""
    return await _answers(session, (answers.c.state == State.SENDING.value) & (answers.c.epoch != epoch))


async def forget(session: Session, before: datetime) -> None:
    """Delete messages and answers older than `before`, and threads that then hold none.

    Of a reader who is muted only that stays: her thread loses its name.
    """
    await session.execute(delete(items).where(items.c.at < before))
    await session.execute(delete(answers).where(answers.c.at < before))
    has_more = or_(
        exists().where(items.c.reader_id == threads.c.reader_id),
        exists().where(answers.c.reader_id == threads.c.reader_id),
    )
    await session.execute(delete(threads).where(threads.c.muted_at.is_(None), ~has_more))
    await session.execute(update(threads).where(~has_more).values(name="?"))


async def _change_state(session: Session, answer: Answer, states: Sequence[State], **values: object) -> bool:
    known = (answers.c.admin_id == answer.admin_id) & (answers.c.message_id == answer.message_id)
    fits = known & answers.c.state.in_([state.value for state in states])
    changed = await session.execute(update(answers).where(fits).values(**values).returning(answers.c.state))
    return changed.first() is not None


async def _answers(session: Session, which: Any) -> list[Answer]:
    query = select(answers).where(which).order_by(answers.c.at, answers.c.message_id)
    return [_answer(dict(row._mapping)) for row in await session.execute(query)]  # noqa: SLF001  # as above


def _answer(row: dict[str, Any]) -> Answer:
    row.pop("epoch")
    return Answer(**{**row, "state": State(row["state"])})


def _values(thing: Item | Answer | Thread, table: Table) -> dict[str, Any]:
    names = [column.name for column in table.c if hasattr(thing, column.name)]
    return {name: getattr(thing, name) for name in names}
