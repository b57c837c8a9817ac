"""A database that fails is told in its own words, once a minute, however many meet it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.db.engine.outage import AGAIN_SECONDS, CALM_SECONDS, Outage
from bot.db.errors import SilentError


class RefusedError(Exception):
    """As SQLAlchemy hands on what PostgreSQL says."""

    def __init__(self, sqlstate: str, message: str) -> None:
        super().__init__(f"<class 'asyncpg.exceptions.Some'>: {message}")
        self.sqlstate = sqlstate


def no_room() -> DBAPIError:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("CREATE TABLE one (a)").execute("CREATE TABLE two (b)")
    return OperationalError("INSERT", {}, full.value)


def refused(sqlstate: str, message: str) -> DBAPIError:
    return DBAPIError("INSERT", {}, RefusedError(sqlstate, message))


FULL = 'could not extend file "base/5/1": No space left on device'
LOCKED = refused("55P03", "canceling statement due to lock timeout")


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def outage(time: Time) -> Outage:
    return Outage(time)


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured


@pytest.mark.parametrize(
    ("error", "words"),
    [(no_room(), "database or disk is full"), (refused("53100", FULL), FULL)],
)
def test_a_full_disk_is_an_error_in_the_database_s_own_words_once_a_minute(
    outage: Outage, time: Time, lines: list[EventDict], error: DBAPIError, words: str
) -> None:
    for _ in range(75):
        outage.failed(error)
    time.now += AGAIN_SECONDS - 0.1
    outage.failed(error)
    assert [(line["log_level"], line["error"]) for line in lines] == [("error", words)]
    time.now += 0.1
    outage.failed(error)
    assert len(lines) == 2
    assert outage.no_room == words


def test_it_is_over_only_when_all_writes_have_worked_for_a_while(
    outage: Outage, time: Time, lines: list[EventDict]
) -> None:
    outage.failed(no_room())
    time.now += 100
    outage.failed(no_room())
    outage.wrote()
    time.now += CALM_SECONDS - 0.1
    outage.wrote()
    assert outage.no_room
    time.now += 0.1
    outage.wrote()
    assert outage.no_room is None
    assert outage.full_seconds == 100
    assert lines[-1] == {
        "event": "the database takes what is written again",
        "log_level": "info",
        "failed_for": 100.0,
    }


def test_disks_that_are_full_now_and_then_still_have_one_line_a_minute(
    outage: Outage, time: Time, lines: list[EventDict]
) -> None:
    for _ in range(4):
        outage.failed(no_room())
        time.now += CALM_SECONDS
        outage.wrote()
    assert [line["log_level"] for line in lines].count("error") == 1


def test_a_database_that_is_away_is_a_warning_and_after_a_minute_an_error_and_no_full_disk(
    outage: Outage, time: Time, lines: list[EventDict]
) -> None:
    for seconds in (0, 30, 31, 30):
        time.now += seconds
        outage.failed(SilentError(TimeoutError()))
    assert [line["log_level"] for line in lines] == ["warning", "error"]
    assert lines[0]["error"] == "the server does not answer (TimeoutError)"
    time.now += CALM_SECONDS
    outage.wrote()
    assert (outage.no_room, outage.full_seconds) == (None, None)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("CANARY")),
        refused("40P01", "deadlock detected"),
        RuntimeError("CANARY"),
    ],
)
def test_what_is_no_fault_of_the_database_is_no_outage(
    outage: Outage, lines: list[EventDict], error: Exception
) -> None:
    outage.failed(error)
    assert lines == []


def test_a_lock_that_is_held_for_long_is_no_full_disk(outage: Outage, lines: list[EventDict]) -> None:
    outage.failed(LOCKED)
    assert lines[0]["error"] == "canceling statement due to lock timeout"
    assert outage.no_room is None


def test_a_disk_that_becomes_full_is_told_at_once_whatever_was_told_before(
    outage: Outage, time: Time, lines: list[EventDict]
) -> None:
    outage.failed(LOCKED)
    for _ in range(50):
        time.now += 1.0
        outage.failed(refused("53100", FULL))
    assert [(line["log_level"], line["error"]) for line in lines] == [
        ("warning", "canceling statement due to lock timeout"),
        ("error", FULL),
    ]
