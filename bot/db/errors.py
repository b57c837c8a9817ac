"""The database's errors: transient or permanent, and what each says."""

import re
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

__all__ = [
    "DatabaseError",
    "SilentError",
    "UnusableError",
    "is_conflict",
    "is_full",
    "is_locked",
    "is_news",
    "is_permanent",
    "is_transient",
    "spoken",
    "words",
]

_TRANSIENT_SQLITE = frozenset(
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
_TRANSIENT_POSTGRESQL = ("08", "40", "53", "55", "57", "58", "25006")
"""Transient classes of SQLSTATE: connection, rollback (deadlock), resources, state, operator intervention,
system. 25006 is a server that is read-only for now, during a failover or because its disk is full.
"""

_NO_ROOM_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
_NO_ROOM = frozenset({"53100", "58030"})
"""disk_full, io_error"""

_PERMANENT_POSTGRESQL = ("22", "23")
"""Permanent classes of SQLSTATE: values of a row, and constraints."""


class UnusableError(Exception):
    """The database cannot be used; the text says why and what to do."""


class SilentError(SQLAlchemyError):
    """The server cannot be reached, or does not answer in time."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"the server does not answer ({type(error).__name__})")


def is_transient(error: BaseException | None) -> bool:
    """Tell whether the same transaction may succeed later: the database is locked, full or out of reach.

    Retry after a pause. None and errors of anything but the database are not transient.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_transient(error.orig)
    return isinstance(error, PoolTimeoutError | SilentError)


def is_missing_table(error: DBAPIError) -> bool:
    """Tell whether a statement names a table that is not there."""
    return getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig)


def is_news(error: BaseException) -> bool:
    """Tell whether whoever meets this error has to log it: `Outage` logs the transient ones, once for all."""
    return not is_transient(error) or is_conflict(error)


def is_permanent(error: BaseException) -> bool:
    """Tell whether the same rows will be refused however often they are written, because of their values.

    An error may be neither transient nor permanent: then nothing is known of another try.
    """
    # For a number that is too large SQLite's driver raises OverflowError, for a lone surrogate ValueError;
    # PostgreSQL's gives an SQLSTATE for both, and for a zero byte.
    cause = getattr(error, "orig", None) or error
    if isinstance(error, IntegrityError | DataError) or isinstance(cause, ValueError | OverflowError):
        return True
    return _sqlstate(cause).startswith(_PERMANENT_POSTGRESQL)


def is_full(error: BaseException) -> bool:
    """Tell whether the database's disk is full or cannot be written to."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    return _sqlstate(cause) in _NO_ROOM or (code is not None and code & 0xFF in _NO_ROOM_SQLITE)


def is_conflict(error: BaseException) -> bool:
    """Tell whether the transaction lost against another one (a deadlock, say): retry it at once."""
    return _sqlstate(getattr(error, "orig", None)).startswith("40")


def is_locked(error: BaseException) -> bool:
    """Tell whether a lock was not free within the time that this transaction waits for locks."""
    return _sqlstate(getattr(error, "orig", None)) == "55P03"


def words(error: BaseException) -> str:
    """Return what the database itself says, on one line, without any of the values to be written."""
    cause = getattr(error, "orig", None) or error
    return " ".join(spoken(cause).split()) or type(cause).__name__


def spoken(reason: object) -> str:
    """Return what the server said, without the name of the driver's error class, which SQLAlchemy adds."""
    return re.sub(r"^<class '[^']+'>: ", "", str(reason))


def _sqlstate(cause: object) -> str:
    return str(getattr(cause, "sqlstate", None) or "")


def _is_transient(cause: object) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _TRANSIENT_SQLITE  # the upper bits only refine the primary code
    return _sqlstate(cause).startswith(_TRANSIENT_POSTGRESQL)
