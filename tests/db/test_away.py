"""Whether an error of the database may pass by itself, or never will."""

import pytest
from sqlalchemy import Executable, insert, text

from bot.db.away import is_hopeless, may_pass
from bot.db.deliveries import deliveries as ledger
from bot.db.session import Database
from bot.domain.campaign import State
from tests.delivery.mondays import RELEASE

ROW = {"campaign_id": 1, "reader_id": 7, "state": State.PENDING, "due_at": RELEASE}


async def error_of(url: str, statement: Executable) -> Exception:
    database = Database(url)
    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever the driver makes of it
        async with database.write() as session:
            await session.execute(statement)
    await database.close()
    return caught.value


@pytest.mark.parametrize("wrong", [{"message_id": 2**70}, {"reason": "\ud800"}, {"state": None}])
async def test_what_a_row_cannot_hold_is_refused_however_often_it_is_written(
    database_url: str, wrong: dict[str, object]
) -> None:
    error = await error_of(database_url, insert(ledger).values(**(ROW | wrong)))
    assert is_hopeless(error)
    assert not may_pass(error)


async def test_a_table_that_is_missing_says_nothing_about_the_row(database_url: str) -> None:
    error = await error_of(database_url, text("DELETE FROM nothing_of_ours"))
    assert not is_hopeless(error)


@pytest.mark.parametrize("error", [RuntimeError(), OSError(), AttributeError()])
def test_an_error_that_nobody_thought_of_says_nothing_about_the_row(error: Exception) -> None:
    assert not is_hopeless(error)
