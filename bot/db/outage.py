"""One voice for a database that is away: whoever meets it is silent, however many they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from bot.clock import steady
from bot.db.away import may_pass

log = structlog.get_logger(__name__)

TOGETHER_SECONDS = 2.0
"""It is back once nothing has failed for so long: while one transaction succeeds, another may still wait."""

PAUSE_SECONDS = 10.0
"""An outage that begins so soon after the last one is only told of if it lasts."""


class Outage:
    def __init__(self, monotonic: Callable[[], float] = steady) -> None:
        self._monotonic = monotonic
        self._since: float | None = None
        self._failed = 0.0
        self._is_told = False
        self._silent_until = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Take note whether what is asked of the database in this block is answered."""
        try:
            yield
        except Exception as error:
            if may_pass(error):
                self._fails(error)
            raise
        if self._since is not None:
            self._answers()

    def _fails(self, error: Exception) -> None:
        now = self._monotonic()
        self._failed = now
        self._since = now if self._since is None else self._since
        if not self._is_told and now >= self._silent_until:
            self._is_told = True
            log.warning("the database is away", error=_words(error))

    def _answers(self) -> None:
        now = self._monotonic()
        if self._since is None or now - self._failed < TOGETHER_SECONDS:
            return
        if self._is_told:
            log.info("the database is back", after_seconds=round(self._failed - self._since, 1))
            self._silent_until = now + PAUSE_SECONDS
        self._since, self._is_told = None, False


def _words(error: Exception) -> str:
    """Return the database's own words; of such errors they hold nothing that anybody wrote."""
    return str(getattr(error, "orig", None) or error)[:200]
