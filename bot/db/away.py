"""Whether an error of the database may pass by itself (it is locked, full or gone), or never will."""

import sqlite3

from sqlalchemy.exc import (  # the pool's own TimeoutError
    DataError,
    DBAPIError,
    IntegrityError,
    TimeoutError,  # noqa: A004
)

from bot.db.postgresql import SilentError, spoken

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_POSTGRESQL = ("08", "40", "53", "55", "57", "58", "25006")
"""Classes of SQLSTATE: connection, rollback (deadlock), resources, state, an operator's hand, system; and a
server that only reads for now: another takes its place, or whoever runs it has shut its full disk.
"""

_NO_ROOM_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_NO_ROOM = frozenset({"53100", "58030"})
"""disk_full, io_error"""

_DATA = ("22", "23")
"""Classes of SQLSTATE: what a row holds, and what it must agree with."""


def may_pass(error: BaseException | None) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_passing(error.orig)
    return isinstance(error, TimeoutError | SilentError)


def is_news(error: BaseException) -> bool:
    """Tell whether an error is to be logged by whoever meets it: that the database is away, `Outage` says."""
    return not may_pass(error) or is_conflict(error)


def is_hopeless(error: BaseException) -> bool:
    """Tell whether the same rows will be refused however often they are written, for what they hold.

    Each driver says it in its way: of too large a number SQLite's makes an OverflowError, of a lone
    surrogate a ValueError; PostgreSQL's gives an SQLSTATE for both, as for a zero byte.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(error, IntegrityError | DataError) or isinstance(cause, ValueError | OverflowError):
        return True
    return _sqlstate(cause).startswith(_DATA)


def is_full(error: BaseException) -> bool:
    """Tell whether there is no room on the database's disk, or it cannot be written."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    return _sqlstate(cause) in _NO_ROOM or (code is not None and code & 0xFF in _NO_ROOM_SQLITE)


def is_conflict(error: BaseException) -> bool:
    """Tell whether two transactions were in each other's way: one of them only has to begin anew."""
    return _sqlstate(getattr(error, "orig", None)).startswith("40")


def is_locked(error: BaseException) -> bool:
    """Tell whether somebody had a lock for longer than a transaction was to wait for it."""
    return _sqlstate(getattr(error, "orig", None)) == "55P03"


def words(error: BaseException) -> str:
    """Return what the database itself says, on one line; none of what was to be written is in it."""
    cause = getattr(error, "orig", None) or error
    return " ".join(spoken(cause).split()) or type(cause).__name__


def _sqlstate(cause: object) -> str:
    return str(getattr(cause, "sqlstate", None) or "")


def _is_passing(cause: object) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE  # the rest says more about the same
    return _sqlstate(cause).startswith(_POSTGRESQL)
