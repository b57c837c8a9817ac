"""Outages: a database out of reach, logged in few lines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.clock import steady
from bot.db.errors import is_conflict, is_full, is_locked, is_transient, words

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 60.0
"""Between two log lines about the same outage."""

CALM_SECONDS = 5.0
"""An outage ends once no transaction has failed for so long: on a full disk small writes may still fit."""


class Outage:
    """Logs transient errors of the database once for all callers, not once for each.

    It is told of every transaction that failed, or has written. Whoever meets an error for which
    `is_transient` is true need not log it as well.
    """

    def __init__(self, monotonic: Callable[[], float] = steady) -> None:
        self.full_seconds: float | None = None
        """How long the disk was full, the last time. Whoever tells the admins sets it to None."""
        self._monotonic = monotonic
        self._since: float | None = None
        self._failed_at = 0.0
        self._told_at: float | None = None
        self._is_told_full = False
        self._words = ""
        self._is_full = False

    @property
    def no_room(self) -> str | None:
        """Return the database's own words about its full disk; None where the disk is not full."""
        return self._words if self._since is not None and self._is_full else None

    @contextmanager
    def watch(self, *, writes: bool = False, brief: bool = False) -> Iterator[None]:
        """Note whether the transaction in this block fails.

        `writes`: that it succeeds may mean that the outage is over. `brief`: the caller
        set a short lock timeout, so a lock timeout is not counted.
        """
        try:
            yield
        except Exception as error:
            if not (brief and is_locked(error)):
                self.failed(error)
            raise
        if writes:
            self.wrote()

    def failed(self, error: BaseException) -> None:
        """Note a transaction that failed with a transient error; others are not an outage.

        It is logged once a minute at most, but a full disk at once.
        """
        if not is_transient(error) or is_conflict(error):
            return
        now = self._monotonic()
        if self._since is None:
            self._since, self._is_full = now, False
        self._failed_at, self._words = now, words(error)
        self._is_full = self._is_full or is_full(error)
        is_new = self._is_full and not self._is_told_full  # what an admin must do does not wait for a minute
        if self._told_at is None or is_new or now - self._told_at >= AGAIN_SECONDS:
            self._told_at, self._is_told_full = now, self._is_full
            is_lasting = self._is_full or now - self._since >= AGAIN_SECONDS
            write = log.error if is_lasting else log.warning
            write("the database fails: all that writes to it waits", error=self._words)

    def wrote(self) -> None:
        """Note a transaction that wrote and was committed."""
        if self._since is None:
            return
        now = self._monotonic()
        if now - self._failed_at < CALM_SECONDS:
            return
        seconds = self._failed_at - self._since
        log.info("the database takes what is written again", failed_for=round(seconds, 1))
        if self._is_full:
            self.full_seconds = seconds
        self._since = None
