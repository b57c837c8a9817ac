"""Campaigns and the pages frozen for them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from bot.db.engine.session import Session
from bot.db.engine.upsert import insert
from bot.db.tables import campaigns, frozen_pages, leases
from bot.db.updates.leases import IS_CURRENT, LeaseToken
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import Campaign, CampaignState, FrozenPage, Kind, Why
from bot.domain.readers.reader import Rendering
from bot.domain.readers.ways import Way

_COLUMNS = [column for column in campaigns.c if column.name not in {"cover", "cover_type"}]


@dataclass(frozen=True, slots=True)
class FrozenCover:
    """The picture of a campaign's pages, until Telegram has it."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A campaign to be opened. `kind` and `key` are unique together. `why`: the reason to start it paused."""

    kind: Kind
    key: str
    title: str
    starts_at: datetime
    opened_by: int | None = None
    why: Why | None = None
    cover: FrozenCover | None = None


async def add(session: Session, opening: Opening, now: datetime) -> int | None:
    """Add a campaign and return its id; None where there is one of this kind and key already."""
    statement = (
        insert(session, campaigns)
        .values(
            kind=opening.kind,
            key=opening.key,
            title=opening.title,
            state=CampaignState.PAUSED if opening.why else CampaignState.OPEN,
            why=opening.why,
            opened_at=now,
            opened_by=opening.opened_by,
            starts_at=opening.starts_at,
            frozen=0,
            cover=opening.cover.content if opening.cover else None,
            cover_type=opening.cover.media_type if opening.cover else None,
        )
        .on_conflict_do_nothing()
        .returning(campaigns.c.id)
    )
    campaign_id = (await session.execute(statement)).scalar_one_or_none()
    return None if campaign_id is None else int(campaign_id)


async def freeze(session: Session, campaign_id: int, pages: Iterable[FrozenPage], rows: int) -> None:
    """Store the pages of a campaign, at least one, and how many `rows` its ledger has."""
    values = [
        {
            "campaign_id": campaign_id,
            "language": page.language,
            "access": page.access,
            "rendering": page.rendering,
            "method": page.method,
            "payload": json.dumps(page.payload),
            "edition": page.edition,
            "revision": page.revision,
            "keyboards": _written_keyboards(page),
        }
        for page in pages
    ]
    await session.execute(insert(session, frozen_pages), values)
    await session.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(frozen=rows))


async def find(session: Session, campaign_id: int) -> Campaign | None:
    """Return the campaign with this id; None where there is none."""
    return _first(await session.execute(select(*_COLUMNS).where(campaigns.c.id == campaign_id)))


async def by_key(session: Session, kind: Kind, key: str) -> Campaign | None:
    """Return the campaign of this kind and key; None where there is none."""
    query = select(*_COLUMNS).where(campaigns.c.kind == kind, campaigns.c.key == key)
    return _first(await session.execute(query))


async def set_aside(session: Session, day: date) -> list[int]:
    """Return the ids of the campaigns of this day's issue that were set aside: a clock that was ahead had
    opened them.
    """
    of_it = (campaigns.c.kind == Kind.ISSUE, campaigns.c.key.startswith(f"{day} "))
    return list((await session.execute(select(campaigns.c.id).where(*of_it))).scalars())


async def last(session: Session, limit: int, after: int = 0) -> list[Campaign]:
    """Return the `limit` campaigns opened last, newest first, after the first `after` of them; reminders are
    left out.
    """
    shown = select(*_COLUMNS).where(campaigns.c.kind != Kind.REMINDER)
    query = shown.order_by(campaigns.c.id.desc()).limit(limit).offset(after)
    return [_campaign(row) for row in await session.execute(query)]


async def in_state(session: Session, *states: CampaignState) -> list[Campaign]:
    """Return the campaigns in one of these states, oldest first."""
    query = select(*_COLUMNS).where(campaigns.c.state.in_(states)).order_by(campaigns.c.id)
    return [_campaign(row) for row in await session.execute(query)]


_LOCK_OPEN = (  # made once: each claim asks it
    select(*_COLUMNS)
    .join_from(campaigns, leases, IS_CURRENT)
    .where(campaigns.c.state == CampaignState.OPEN)
    .order_by(campaigns.c.id)
    .with_for_update(read=True)
)


async def lock_open(session: Session, held: LeaseToken) -> list[Campaign]:
    """Return the open campaigns, oldest first; none where the lease `held` has passed to another owner.

    Until the transaction ends nobody pauses or cancels them, or takes the lease. (SELECT … FOR SHARE; on
    SQLite the transaction is alone anyway.)
    """
    return [_campaign(row) for row in await session.execute(_LOCK_OPEN, held.values)]


async def change(
    session: Session, campaign_id: int, *, expected: Sequence[CampaignState], **values: object
) -> bool:
    """Set columns of a campaign that is in an `expected` state; False where it is in another by now."""
    statement = (
        update(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.state.in_(expected))
        .values(values)
        .returning(campaigns.c.id)
    )
    return (await session.execute(statement)).first() is not None


async def pages(session: Session, campaign_id: int) -> list[FrozenPage]:
    """Return the frozen pages of a campaign, in no order."""
    query = select(frozen_pages).where(frozen_pages.c.campaign_id == campaign_id)
    return [
        FrozenPage(
            row.language,
            Access(row.access),
            Rendering(row.rendering),
            row.method,
            json.loads(row.payload),
            row.edition,
            row.revision,
            *_read_keyboards(row.keyboards),
        )
        for row in await session.execute(query)
    ]


def _written_keyboards(page: FrozenPage) -> str | None:
    """Return a page's keyboards as they are stored: by way on, the promotion's with its id behind a colon."""
    keyboards = {
        f"{way}:{page.promotion}" if way is Way.PROMOTION else way: keyboard
        for way, keyboard in page.keyboards.items()
    }
    return json.dumps(keyboards) if keyboards else None


def _read_keyboards(stored: str | None) -> tuple[dict[Way, Any], str | None]:
    keyboards: dict[Way, Any] = {}
    promotion = None
    for key, keyboard in json.loads(stored or "{}").items():
        way, _, offer = key.partition(":")
        keyboards[Way(way)], promotion = keyboard, offer or promotion
    return keyboards, promotion


async def cover(session: Session, campaign_id: int) -> FrozenCover | None:
    """Return the picture of a campaign's pages; None where it has none, or it was dropped."""
    query = select(campaigns.c.cover, campaigns.c.cover_type).where(campaigns.c.id == campaign_id)
    row = (await session.execute(query)).first()
    return FrozenCover(row.cover, row.cover_type) if row and row.cover else None


def _first(rows: Any) -> Campaign | None:
    row = rows.first()
    return None if row is None else _campaign(row)


def _campaign(row: Any) -> Campaign:
    return Campaign(
        id=row.id,
        kind=Kind(row.kind),
        key=row.key,
        title=row.title,
        state=CampaignState(row.state),
        why=None if row.why is None else Why(row.why),
        opened_at=row.opened_at,
        starts_at=row.starts_at,
        frozen=row.frozen,
        ended_at=row.ended_at,
        resent_at=row.resent_at,
        opened_by=row.opened_by,
        accepted=row.accepted,
    )
