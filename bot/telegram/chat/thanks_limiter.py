"""Limits answers to thanks: one for each reader in ten minutes."""

from datetime import datetime, timedelta

PAUSE = timedelta(minutes=10)
MOST = 10_000
"""Readers that are remembered, the latest. After a restart each may be answered once more."""


class ThanksLimiter:
    """Remembers in memory whose thanks were answered when."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[datetime, int]] = {}

    def is_due(self, reader_id: int, update_id: int, now: datetime) -> bool:
        """Tell whether thanks of a reader are to be answered: once in `PAUSE`. An update that is handled
        again gets the same result as before.
        """
        at, update = self._last.get(reader_id, (None, None))
        if at is not None and update != update_id and at <= now < at + PAUSE:
            return False
        self._last.pop(reader_id, None)
        self._last[reader_id] = (now, update_id)
        if len(self._last) > MOST:
            self._last.pop(next(iter(self._last)))
        return True
