"""Personal data: which columns hold it, and how it is deleted."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, or_, select, update

from bot.db import tables
from bot.db.delivery import delivery_totals
from bot.db.engine.session import Session
from bot.domain.delivery.campaign import Skip, State


@dataclass(frozen=True, slots=True)
class Held:
    """A table that holds data of readers.

    `reader`: the column with the reader's id. `person`: the column with her keyed hash. One of them may be
    missing. `columns`: all that the table holds of her, and what /mydata shows. `blanked`: the columns that a
    deletion empties, so that the row stays without her; where it is empty, the row is deleted.
    """

    table: Table
    columns: tuple[str, ...]
    reader: str | None = "reader_id"
    person: str | None = None
    blanked: tuple[str, ...] = ()
    stays: bool = False
    """The row stays as it is: it names her by her hash alone."""

    named: str = field(default="")
    """What /mydata calls it; "": as the table."""

    def of(self, reader_id: int, person: str) -> ColumnElement[bool]:
        """Return the condition on the rows of a reader, whose keyed hash is `person`."""
        hers = []
        if self.reader is not None:
            hers.append(self.table.c[self.reader] == reader_id)
        if self.person is not None:
            hers.append(self.table.c[self.person] == person)
        return or_(*hers)


HELD = (
    Held(
        tables.grants,
        (
            *("id", "reader_id", "source", "source_id", "given_at", "given_by", "days", "until"),
            *("revoked_at", "revoked_by", "revoke_request"),
        ),
    ),
    Held(
        tables.open_pages,
        (
            *("reader_id", "message_id", "date", "language", "section", "number", "rendering", "revision"),
            *("protected", "front", "opened_at"),
        ),
    ),
    Held(
        tables.charges,
        (
            *("charge_id", "reader_id", "person", "payload", "stars", "days", "paid_at", "is_first"),
            *("first_charge_id", "expires_at", "refunded_at", "refunded_by", "told_at"),
        ),
        person="person",
        blanked=("reader_id", "payload"),
    ),
    Held(
        tables.star_subscriptions,
        (
            *("payload", "reader_id", "stars", "days", "first_charge_id", "expires_at", "state"),
            *("cancelled_by", "heard_at", "last_charge_id"),
        ),
    ),
    Held(tables.checkouts, ("payer_id", "at"), reader="payer_id"),
    Held(
        tables.redemptions, ("id", "offer", "person", "nth", "at"), reader=None, person="person", stays=True
    ),
    Held(
        tables.codes,
        ("code", "offer", "made_at", "redeemed_at", "redeemed_by"),
        reader="redeemed_by",
        blanked=("redeemed_by",),
    ),
    Held(tables.code_tries, ("request", "reader_id", "at")),
    Held(tables.reminders, ("reader_id", "ends", "kind", "campaign_id")),
    Held(tables.feedback_items, ("reader_id", "message_id", "at", "kind", "text", "file_id", "follows")),
    Held(
        tables.feedback_threads,
        ("reader_id", "name", "round", "spoke_at", "full_at", "muted_at", "muted_by"),
    ),
    Held(tables.feedback_posts, ("admin_id", "reader_id", "shown_round", "sent_at", "message_id", "tries")),
    Held(tables.feedback_handles, ("admin_id", "message_id", "reader_id", "at")),
    Held(
        tables.feedback_answers,
        (
            *("admin_id", "message_id", "reader_id", "admin_name", "text", "at", "state", "sent_id"),
            "epoch",
        ),
    ),
    Held(
        tables.deliveries,
        (
            *("campaign_id", "reader_id", "state", "rank", "due_at", "epoch", "claim", "message_id"),
            "reason",
        ),
    ),
    Held(tables.cooldowns, ("chat_id", "noted_at", "seconds"), reader="chat_id"),
    Held(
        tables.inbox,
        ("seq", "update_id", "user_id", "body", "received_at", "handled_at", "due_at", "error"),
        reader="user_id",
        named="messages",
    ),
    Held(
        tables.readers,  # last: others refer to it
        (
            *("id", "language", "rendering", "push", "zone", "quiet_start", "quiet_end", "full_until"),
            *("started_at", "stopped_at", "gone_at", "active_at", "news", "rich_offered", "trial_at"),
            *("full_since", "promotion", "reminders"),
        ),
        reader="id",
    ),
)
"""Every table with data of readers, in the order in which it is deleted."""


async def all_of(session: Session, reader_id: int, person: str) -> dict[str, list[dict[str, Any]]]:
    """Return all rows that hold something of a reader, by what the table is called."""
    rows_by_table: dict[str, list[dict[str, Any]]] = {}
    for held in reversed(HELD):
        query = select(*(held.table.c[name] for name in held.columns)).where(held.of(reader_id, person))
        rows = (await session.execute(query)).mappings()
        rows_by_table[held.named or held.table.name] = [dict(row) for row in rows]
    return rows_by_table


async def is_being_sent(session: Session, reader_id: int) -> bool:
    """Tell whether something is on its way to a reader: its outcome is yet to be stored."""
    rows = tables.deliveries.c
    sending = exists().where(rows.reader_id == reader_id, rows.state == State.SENDING)
    return bool((await session.execute(select(sending))).scalar_one())


async def delete_all(session: Session, reader_id: int, person: str) -> None:
    """Delete a reader. What must stay keeps her keyed hash `person` instead of her id, or only a number.

    Updates of hers that are not handled yet stay: the one that asks for this is among them.
    """
    await _fold_deliveries(session, reader_id)
    for held in HELD:
        if held.stays or held.table is tables.deliveries:
            continue
        hers = held.of(reader_id, person)
        if held.table is tables.inbox:
            hers &= tables.inbox.c.handled_at.is_not(None)
        if held.blanked:
            values: Mapping[str, Any] = dict.fromkeys(held.blanked)
            named = {held.person: person} if held.person else {}
            await session.execute(update(held.table).where(hers).values({**values, **named}))
        else:
            await session.execute(delete(held.table).where(hers))


async def _fold_deliveries(session: Session, reader_id: int) -> None:
    """Replace a reader's deliveries by totals, so that no report changes; what waits counts as skipped."""
    rows = tables.deliveries.c
    gone = delete(tables.deliveries).where(rows.reader_id == reader_id)
    removed = await session.execute(gone.returning(rows.campaign_id, rows.state, rows.reason))
    counts: dict[int, Counter[tuple[str, str | None]]] = defaultdict(Counter)
    for row in removed:
        waited = row.state == State.PENDING
        counts[row.campaign_id][(State.SKIPPED, Skip.LEFT) if waited else (row.state, row.reason)] += 1
    for campaign_id, of_campaign in sorted(counts.items()):
        await delivery_totals.add(session, campaign_id, of_campaign)
