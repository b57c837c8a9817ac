"""Whether an error of the database may pass by itself (it is locked, full or gone), or never will."""

import sqlite3

from sqlalchemy.exc import (  # the pool's own TimeoutError
    DataError,
    DBAPIError,
    IntegrityError,
    TimeoutError,  # noqa: A004
)

from bot.db.postgresql import SilentError

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
_POSTGRESQL = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE: connection, rollback (deadlock), resources, state, an operator's hand, system."""


_DATA = ("22", "23")
"""Classes of SQLSTATE: what a row holds, and what it must agree with."""


def may_pass(error: BaseException | None) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_passing(error.orig)
    return isinstance(error, TimeoutError | SilentError)


def is_news(error: BaseException) -> bool:
    """Tell whether an error is to be logged by whoever meets it: that the database is away, `Outage` says."""
    return not may_pass(error)


def is_hopeless(error: BaseException) -> bool:
    """Tell whether the same rows will be refused however often they are written, for what they hold.

    Each driver says it in its way: of too large a number SQLite's makes an OverflowError, of a lone
    surrogate a ValueError; PostgreSQL's gives an SQLSTATE for both, as for a zero byte.
    """
    cause = getattr(error, "orig", None) or error
    if isinstance(error, IntegrityError | DataError) or isinstance(cause, ValueError | OverflowError):
        return True
    return str(getattr(cause, "sqlstate", None) or "").startswith(_DATA)


def _is_passing(cause: object) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE  # the rest says more about the same
    return str(getattr(cause, "sqlstate", None) or "").startswith(_POSTGRESQL)
