"""Whether an error of the database may pass by itself, or never will."""

import pytest
from sqlalchemy import Executable, insert, text

from bot.db.engine.session import Database
from bot.db.errors import DatabaseError, is_news, is_permanent, is_transient, words
from bot.db.tables import deliveries as ledger
from bot.domain.delivery.campaign import State
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
    assert is_permanent(error)
    assert not is_transient(error)


async def test_a_table_that_is_missing_says_nothing_about_the_row(database_url: str) -> None:
    error = await error_of(database_url, text("DELETE FROM nothing_of_ours"))
    assert not is_permanent(error)


@pytest.mark.parametrize("error", [RuntimeError(), OSError(), AttributeError()])
def test_an_error_that_nobody_thought_of_says_nothing_about_the_row(error: Exception) -> None:
    assert not is_permanent(error)


def refusal(code: str, message: str) -> Executable:
    """Let the server refuse for this reason."""
    return text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = '{message}'; END $$")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53300", "sorry, too many clients already"),
        ("57P03", "the database system is starting up"),
        ("53100", 'could not extend file "base/1/2": No space left on device'),
        ("23505", "duplicate key: one of ours"),
    ],
)
async def test_what_the_server_says_is_said_whole(postgresql: str, code: str, said: str) -> None:
    """Before some of it there stands the driver's own name for the error, before some nothing."""
    error = await error_of(postgresql, refusal(code, said))
    assert words(error) == said
    assert isinstance(error, DatabaseError)
    database = Database(postgresql)
    assert f"cannot be used: {said}. " in str(database.unusable(error))
    await database.close()


async def test_a_deadlock_passes_and_is_logged_by_whoever_meets_it(postgresql: str) -> None:
    error = await error_of(postgresql, refusal("40P01", "deadlock detected"))
    assert (is_transient(error), is_news(error)) == (True, True)


async def test_a_server_that_only_reads_for_now_is_an_outage(postgresql: str) -> None:
    shut = "DO $$ BEGIN SET TRANSACTION READ ONLY; DELETE FROM timestamps; END $$"
    error = await error_of(postgresql, text(shut))
    assert "read-only transaction" in words(error)
    assert (is_transient(error), is_news(error)) == (True, False)
