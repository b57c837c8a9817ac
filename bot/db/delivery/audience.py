"""Audiences: conditions on readers, asked when a campaign is opened."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true

from bot.db.delivery.filling import Whereabouts
from bot.db.engine.session import Session
from bot.db.tables import deliveries, grants, readers
from bot.domain.delivery.campaign import State
from bot.domain.readers.audience import Audience, Segment
from bot.domain.readers.grants import Source
from bot.domain.readers.reader import QuietHours


def reachable() -> ColumnElement[bool]:
    """Return the condition on readers who may be sent something unasked: neither stopped nor gone."""
    return and_(readers.c.stopped_at.is_(None), readers.c.gone_at.is_(None))


def wants_issues() -> ColumnElement[bool]:
    """Return the condition on readers to whom issues are sent."""
    return and_(reachable(), readers.c.push)


def has_no_copy(campaign_ids: Collection[int]) -> ColumnElement[bool]:
    """Return the condition on readers to whom none of these campaigns has sent anything, or may have."""
    if not campaign_ids:
        return true()
    brought = (State.SENT, State.SENDING, State.UNKNOWN)
    return not_(
        exists().where(
            deliveries.c.reader_id == readers.c.id,
            deliveries.c.campaign_id.in_(campaign_ids),
            deliveries.c.state.in_(brought),
        )
    )


async def languages(session: Session) -> dict[str, int]:
    """Count the readers who want issues, by their language."""
    query = select(readers.c.language, func.count().label("readers")).where(wants_issues())
    rows = await session.execute(query.group_by(readers.c.language))
    return {row.language: row.readers for row in rows}


async def condition(
    session: Session, audience: Audience, admins: Collection[int], now: datetime
) -> ColumnElement[bool]:
    """Return the condition on the readers who belong to an audience at `now`; `admins`: ids."""
    return and_(reachable(), await _belongs(session, audience, admins, now))


async def where(session: Session, members: ColumnElement[bool]) -> dict[Whereabouts, int]:
    """Count the readers who meet the condition `members`, by what their due times depend on."""
    places = (readers.c.zone, readers.c.quiet_start, readers.c.quiet_end)
    query = select(*places, func.count().label("readers")).where(members).group_by(*places)
    return {
        Whereabouts(
            row.zone, None if row.quiet_start is None else QuietHours(row.quiet_start, row.quiet_end)
        ): row.readers
        for row in await session.execute(query)
    }


async def _belongs(
    session: Session, audience: Audience, admins: Collection[int], now: datetime
) -> ColumnElement[bool]:
    members: ColumnElement[bool]
    full = readers.c.full_until > now
    free = or_(readers.c.full_until.is_(None), readers.c.full_until <= now)
    match audience.who:
        case Segment.EVERYONE:
            members = readers.c.id.is_not(None)
        case Segment.FULL:
            members = full
        case Segment.PREVIEW:
            members = free
        case Segment.TRIAL:
            members = await _by_trial(session, now)
        case Segment.EXPIRED:
            members = and_(free, _had_access(now))
        case Segment.SPEAKING:
            members = readers.c.language == audience.language
        case Segment.INACTIVE:
            last_active = func.coalesce(readers.c.active_at, readers.c.started_at)
            members = last_active < now - timedelta(weeks=audience.weeks)
        case Segment.ADMINS:
            members = readers.c.id.in_(admins)
    return members


async def _by_trial(session: Session, now: datetime) -> ColumnElement[bool]:
    """Return the condition on readers who read by the trial now, with nothing to follow it."""
    # Lengths are used up in the order they were given. So the trial runs last where it was given last, no
    # fixed grant covers the time, and no more is left of all than the trial's own length.
    lengths = await session.execute(select(grants.c.days).distinct().where(grants.c.source == Source.TRIAL))
    other = grants.alias()
    counts = or_(other.c.revoked_at.is_(None), other.c.revoked_at > now)
    covers = and_(other.c.days.is_(None), or_(other.c.until.is_(None), other.c.until > now))
    waits = and_(other.c.days.is_not(None), other.c.given_at > grants.c.given_at)
    more = exists().where(other.c.reader_id == grants.c.reader_id, counts, or_(covers, waits))
    return and_(
        readers.c.full_until > now,
        or_(
            *(
                and_(
                    readers.c.full_until <= now + timedelta(days=days),
                    exists().where(*_trial(now), grants.c.days == days, not_(more)),
                )
                for days in lengths.scalars()
                if days is not None
            ),
            readers.c.id.is_(None),  # nobody, should there be no trial at all
        ),
    )


def _trial(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        grants.c.reader_id == readers.c.id,
        grants.c.source == Source.TRIAL,
        or_(grants.c.revoked_at.is_(None), grants.c.revoked_at > now),
    )


def _had_access(now: datetime) -> ColumnElement[bool]:
    """Return the condition that some grant gave access by `now`: one that was not revoked at once."""
    gave = or_(grants.c.revoked_at.is_(None), grants.c.revoked_at > grants.c.given_at)
    return exists().where(grants.c.reader_id == readers.c.id, grants.c.given_at <= now, gave)
