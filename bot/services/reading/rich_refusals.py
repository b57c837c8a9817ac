"""Rich pages that Telegram refused: classic ones are sent in their place."""

import structlog

from bot.domain.delivery.outcome import Outcome, Rejected

log = structlog.get_logger(__name__)

REMEMBERED = 1_000
"""Pages; corrections make new ones, so the memory is emptied now and then."""


class RichRefusals:
    """One memory for replies and campaigns: a page that was refused in one of them is refused in the other.

    Pages are known by their HTML. After a restart each is tried again.
    """

    def __init__(self) -> None:
        self.knows_rich = True
        """False once the server has said that it has no such method."""
        self._refused: set[int] = set()

    def refuses(self, html: str) -> bool:
        """Tell whether Telegram is known to refuse the rich page with this text."""
        return not self.knows_rich or hash(html) in self._refused

    def note(self, html: str, outcome: Outcome, **where: object) -> bool:
        """Remember a page that was refused as such, and log it with `where`; return whether a classic page is
        to be sent instead. False for a timeout, and for a refusal that is true of one reader alone.
        """
        if not isinstance(outcome, Rejected) or not outcome.refuses_rendering:
            return False
        if outcome.code == 404:
            self.knows_rich = False
            log.warning("this server knows no rich messages: classic until the next start")
            return True
        log.warning("rich page refused: classic from here on", reason=outcome.reason, **where)
        if len(self._refused) >= REMEMBERED:
            self._refused.clear()
        self._refused.add(hash(html))
        return True
