"""Direct statements: the same values and rows in every session, and errors that say nothing of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.db.engine.direct_statement import SHAPES, DirectStatement
from bot.db.engine.session import Database, Session
from bot.db.errors import is_permanent, is_transient
from bot.db.tables import inbox
from tests.databases import on_sqlite

NOW = datetime(2025, 12, 22, 12, tzinfo=UTC)
BIG = 2**40 + 7

STORE = DirectStatement(lambda _: insert(inbox).returning(inbox.c.update_id))
OLD = DirectStatement(
    lambda _: (
        select(inbox.c.update_id, inbox.c.body, inbox.c.received_at, inbox.c.handled_at)
        .where(
            inbox.c.update_id.in_(bindparam("ids", expanding=True)),
            inbox.c.user_id.not_in(bindparam("users", expanding=True)),
            inbox.c.received_at < bindparam("before"),
            inbox.c.body != "nothing",
        )
        .order_by(inbox.c.seq)
    )
)
DROP = DirectStatement(lambda _: delete(inbox).where(inbox.c.update_id == bindparam("id")))

Run = Callable[[DirectStatement, Sequence[Mapping[str, Any]]], Awaitable[Sequence[Any]]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(params=["in one trip", "statement by statement"])
def run(request: pytest.FixtureRequest, database: Database) -> Run:
    """Run one statement in a transaction of its own, of either kind."""

    async def in_one_trip(statement: DirectStatement, values: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        return await database.transact(lambda session: statement.execute(session, *values))

    async def by_statement(statement: DirectStatement, values: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        async with database.write() as session:
            return await statement.execute(session, *values)

    return in_one_trip if request.param == "in one trip" else by_statement


def row(number: int, body: str = "{}") -> dict[str, Any]:
    return {"update_id": number, "user_id": BIG + number % 2, "body": body, "received_at": NOW}


def asked(ids: Sequence[int], users: Sequence[int] = ()) -> dict[str, Any]:
    return {"ids": [*ids], "users": [*users], "before": NOW + timedelta(seconds=1)}


async def test_rows_are_the_same_however_the_transaction_runs(run: Run) -> None:
    stored = await run(STORE, [row(1, "añ"), row(2), row(3), row(4, "nothing")])
    assert sorted(entry.update_id for entry in stored) == [1, 2, 3, 4]
    rows = await run(OLD, [asked([1, 2, 3, 4], [BIG])])
    assert [tuple(entry) for entry in rows] == [(1, "añ", NOW, None), (3, "{}", NOW, None)]
    assert rows[0].received_at == NOW
    assert list(await run(DROP, [{"id": 1}, {"id": 3}])) == []
    assert [entry.update_id for entry in await run(OLD, [asked([1, 2, 3])])] == [2]


async def test_lists_of_any_length_are_asked_for_also_empty_ones_and_in_any_order(run: Run) -> None:
    await run(STORE, [row(number) for number in range(SHAPES + 10)])
    for count in range(SHAPES + 10):
        assert len(await run(OLD, [asked(range(count))])) == count
    assert [entry.update_id for entry in await run(OLD, [asked([1, 2, 3], [BIG])])] == [1, 3]
    swapped = dict(reversed(asked([1], [BIG, BIG + 2, BIG + 3]).items()))
    assert [entry.update_id for entry in await run(OLD, [swapped])] == [1]


async def test_a_row_that_is_refused_is_named_by_the_same_error(run: Run) -> None:
    await run(STORE, [row(1)])
    with pytest.raises(IntegrityError) as raised:
        await run(STORE, [row(2), row(1, "a secret")])
    assert is_permanent(raised.value)
    assert "a secret" not in str(raised.value)
    assert list(await run(OLD, [asked([2])])) == []


@on_sqlite
async def test_a_file_that_is_locked_is_a_transient_error(database: Database) -> None:
    other = Database(f"{database.url.render_as_string(hide_password=False)}?timeout=0.1")
    async with database.write() as session:
        await STORE.execute(session, row(1))
        with pytest.raises(DBAPIError) as raised:
            await other.transact(lambda session: STORE.execute(session, row(2)))
    assert is_transient(raised.value)
    await other.transact(lambda session: STORE.execute(session, row(2)))
    await other.close()


@on_sqlite
async def test_statements_of_both_kinds_share_one_transaction(database: Database) -> None:
    async def fails(session: Session) -> None:
        await STORE.execute(session, row(1))
        await session.execute(text("UPDATE inbox SET body = 'x'"))
        await STORE.execute(session, row(2))
        await session.execute(text("SELECT * FROM nowhere"))

    async def goes_well(session: Session) -> int:
        await session.execute(text("DELETE FROM inbox"))
        await STORE.execute(session, row(3))
        return int((await session.execute(text("SELECT count(*) FROM inbox"))).scalar_one())

    with pytest.raises(DBAPIError, match="no such table"):
        await database.transact(fails)
    assert list(await database.query(lambda session: OLD.execute(session, asked([1, 2])))) == []
    assert await database.transact(goes_well) == 1
    async with database.read() as session:
        assert [entry.update_id for entry in await OLD.execute(session, asked([3]))] == [3]
