"""What is kept of a reader is shown to her whole, and deleted whole, in every table that there is."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table, insert, select, update

from bot.clock import StoppedClock
from bot.db import tables
from bot.db.engine.session import Database
from bot.db.operations.personal import HELD
from bot.db.rows.column_types import Moment
from bot.domain.subscriptions.person import person_hash
from bot.services.operations.personal_data import BeingSentError, PersonalData
from tests.world import MONDAY

ANA, BEN = 5_000_000_001, 5_000_000_002
KEY = b"key"
NOT_OF_READERS = {
    "audit": "id at admin_id act about",
    "campaigns": "id kind key title state why opened_at opened_by starts_at ended_at resent_at frozen "
    "accepted cover cover_type",
    "counters": "name value",
    "delivery_totals": "campaign_id state reason count",
    "drafts": "nonce admin_id made_at messages audience waits_for waits_since used_at",
    "fingerprints": "name value",
    "frozen_pages": "campaign_id language access rendering method payload edition revision keyboards",
    "leases": "name owner epoch until",
    "news": "about admin_id message_id shown_digest condition told_at",
    "notices": "key kind details noted_at told_at",
    "offers": "id taken ended_at ended_by",
    "processes": "id until webhook lock",
    "release_messages": "day question admin_id message_id shown_digest settled tries again_at",
    "releases": "day hour folder_digest changed_at found_at broken_since due_at question round asked_at "
    "answer answered_by answered_at released_at how outdated_languages missing_languages",
    "sources": "day language digest source",
    "status_messages": "campaign_id admin_id message_id shown_digest",
    "timestamps": "name at",
    "update_owners": "user_id owner epoch",
    "uploads": "digest file_id",
}
"""Tables that hold nothing of readers, by column. A new column comes here once somebody has seen that it
holds nothing of them either. `update_owners` holds an id while an update of hers waits. Admins' acts stay.
"""


def test_every_column_is_shown_and_deleted_or_holds_nothing_of_readers() -> None:
    looked_at = {held.table.name: set(held.columns) for held in HELD}
    looked_at |= {name: set(columns.split()) for name, columns in NOT_OF_READERS.items()}
    schema = {
        table.name: {column.name for column in table.columns} for table in tables.metadata.sorted_tables
    }
    assert looked_at == schema, "say in `db.operations.personal` what /mydata shows and /deleteme deletes"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


def row_of(table: Table, reader_id: int, number: int) -> dict[str, Any]:
    """Return a row that fits the table, every column filled; texts name this reader."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Boolean):
            row[column.name] = True
        elif isinstance(kind, Moment | DateTime):
            row[column.name] = datetime(2025, 12, 1, tzinfo=UTC)
        elif isinstance(kind, Date):
            row[column.name] = date(2025, 12, 1)
        elif isinstance(kind, Integer) or kind.python_type in (int, float):
            row[column.name] = number
        elif isinstance(kind, LargeBinary):
            row[column.name] = f"bytes of {reader_id}".encode()
        else:
            row[column.name] = f"text of {reader_id}"
    return row


async def live_a_full_life(database: Database, reader_id: int, number: int) -> None:
    """Give a reader a row in every table that holds something of readers."""
    person = person_hash(KEY, reader_id)
    own: dict[str, dict[str, Any]] = {
        "grants": {"until": None, "days": 7},
        "deliveries": {"state": "sent", "reason": "no text of hers"},
        "charges": {"person": None},
    }
    async with database.write() as session:
        for held in reversed(HELD):
            row = row_of(held.table, reader_id, number)
            row |= {held.person: person} if held.person else {}
            row |= {held.reader: reader_id} if held.reader else {}
            row |= own.get(held.table.name, {})
            await session.execute(insert(held.table).values(row))


async def cells(database: Database) -> dict[str, list[str]]:
    """Return everything that the database holds, as texts, by table."""
    async with database.read() as session:
        return {
            table.name: [str(cell) for row in await session.execute(select(table)) for cell in row]
            for table in tables.metadata.sorted_tables
        }


async def test_she_is_shown_everything_and_nothing_of_others(database: Database) -> None:
    await live_a_full_life(database, ANA, 1)
    await live_a_full_life(database, BEN, 2)
    shown = await PersonalData(database, StoppedClock(MONDAY), KEY).of(ANA)
    assert {held.named or held.table.name for held in HELD} <= shown.keys()
    assert all(len(rows) == 1 for name, rows in shown.items() if name not in {"as_of", "telegram_id"})
    assert str(ANA) in str(shown)
    assert str(BEN) not in str(shown)


async def test_what_she_deletes_is_nowhere_and_others_keep_theirs(database: Database) -> None:
    await live_a_full_life(database, ANA, 1)
    await live_a_full_life(database, BEN, 2)
    before = await cells(database)
    await PersonalData(database, StoppedClock(MONDAY), KEY).delete(ANA)
    after = await cells(database)
    left = [(name, cell) for name, held in after.items() for cell in held if str(ANA) in cell]
    assert {name for name, _ in left} <= {
        "charges",
        "codes",
        "redemptions",
    }  # made-up texts of rows that stay without her
    assert [cell for _, cell in left if cell == str(ANA)] == []
    for name, held in before.items():
        bens = [cell for cell in held if str(BEN) in cell]
        assert [cell for cell in after[name] if str(BEN) in cell] == bens
    person = person_hash(KEY, ANA)
    assert [name for name, held in after.items() if person in held] == ["charges", "redemptions"]


async def test_reports_count_what_was_sent_to_her_as_before(database: Database) -> None:
    await live_a_full_life(database, ANA, 1)
    await PersonalData(database, StoppedClock(MONDAY), KEY).delete(ANA)
    async with database.read() as session:
        totals = (await session.execute(select(tables.delivery_totals))).all()
    assert [tuple(row) for row in totals] == [(1, "sent", "no text of hers", 1)]


async def test_while_something_is_on_its_way_to_her_nothing_is_deleted(database: Database) -> None:
    await live_a_full_life(database, ANA, 1)
    async with database.write() as session:
        await session.execute(update(tables.deliveries).values(state="sending"))
    before = await cells(database)
    with pytest.raises(BeingSentError):
        await PersonalData(database, StoppedClock(MONDAY), KEY).delete(ANA)
    assert await cells(database) == before
