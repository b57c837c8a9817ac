"""Feedback posts: where readers' threads stand in admins' chats."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import feedback_handles as handles
from bot.db.tables import feedback_posts as posts
from bot.db.tables import feedback_threads as threads
from bot.domain.readers.feedback import Post, Thread


async def stale(session: Session, admin_ids: Collection[int]) -> list[tuple[int, Thread, Post | None]]:
    """Return (admin id, thread, post) wherever an admin may have to be shown a thread: it is new, has changed
    since, or where it stands is not known. `post` is None where she was never shown it.
    """
    posts_to_update = []
    for admin_id in admin_ids:
        mine = and_(posts.c.reader_id == threads.c.reader_id, posts.c.admin_id == admin_id)
        is_stale = or_(
            posts.c.shown_round.is_(None),
            posts.c.message_id.is_(None),
            posts.c.shown_round < threads.c.round,
            posts.c.sent_at < threads.c.spoke_at,
        )
        query = (
            select(threads, posts.c.shown_round).select_from(threads.outerjoin(posts, mine)).where(is_stale)
        )
        rows = (await session.execute(query.order_by(threads.c.spoke_at))).all()
        for row in rows:
            values = {column.name: getattr(row, column.name) for column in threads.c}
            thread = Thread(**values)
            posts_to_update.append((admin_id, thread, await of(session, admin_id, thread.reader_id)))
    return posts_to_update


async def of(session: Session, admin_id: int, reader_id: int) -> Post | None:
    """Return where an admin was shown a reader's thread; None where she was not."""
    known = (posts.c.admin_id == admin_id) & (posts.c.reader_id == reader_id)
    row = (await session.execute(select(posts).where(known))).first()
    return (
        Post(row.admin_id, row.reader_id, row.shown_round, row.sent_at, row.message_id, row.tries)
        if row
        else None
    )


async def put(session: Session, post: Post, before: Post | None) -> bool:
    """Store where a thread stands; False, and nothing stored, where that was changed since `before` was read.

    `before` None: nothing was stored then.
    """
    values = {
        "admin_id": post.admin_id,
        "reader_id": post.reader_id,
        "shown_round": post.shown,
        "sent_at": post.sent_at,
        "message_id": post.message_id,
        "tries": post.tries,
    }
    if before is None:
        statement = (
            insert(session, posts).values(values).on_conflict_do_nothing().returning(posts.c.shown_round)
        )
        return (await session.execute(statement)).first() is not None
    known = (posts.c.admin_id == post.admin_id) & (posts.c.reader_id == post.reader_id)
    same = known & (posts.c.shown_round == before.shown) & (posts.c.tries == before.tries)
    same &= posts.c.sent_at == before.sent_at
    changed = await session.execute(update(posts).where(same).values(values).returning(posts.c.shown_round))
    return changed.first() is not None


async def drop(session: Session, post: Post) -> None:
    """Delete where a thread stands: its admin is shown it anew."""
    known = (posts.c.admin_id == post.admin_id) & (posts.c.reader_id == post.reader_id)
    await session.execute(delete(posts).where(known))


async def add_handle(session: Session, admin_id: int, message_id: int, reader_id: int, now: datetime) -> None:
    """Store that an admin's answer to this message is for that reader."""
    values = {"admin_id": admin_id, "message_id": message_id, "reader_id": reader_id, "at": now}
    await session.execute(insert(session, handles).values(values).on_conflict_do_nothing())


async def reader_of(session: Session, admin_id: int, message_id: int) -> int | None:
    """Return the id of the reader for whom an answer to this message is; None where it is for nobody."""
    known = (handles.c.admin_id == admin_id) & (handles.c.message_id == message_id)
    reader_id = (await session.execute(select(handles.c.reader_id).where(known))).scalar()
    return None if reader_id is None else int(reader_id)


async def forget(session: Session, before: datetime) -> None:
    """Delete answerable messages sent before `before`, and the posts of threads that were deleted."""
    await session.execute(delete(handles).where(handles.c.at < before))
    known = select(threads.c.reader_id)
    await session.execute(delete(posts).where(posts.c.reader_id.not_in(known)))
