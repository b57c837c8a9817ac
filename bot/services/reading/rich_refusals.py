"""Rich pages that Telegram refused: classic ones are sent in their place."""

import structlog

from bot.domain.delivery.outcome import Outcome, Rejected

log = structlog.get_logger(__name__)

REMEMBERED = 1_000
"""Pages remembered, at most: of more the oldest is forgotten, since corrections make new pages."""


class RichRefusals:
    """Remembers refused pages, by their HTML, for replies and campaigns alike; until the next restart."""

    def __init__(self) -> None:
        self.knows_rich = True
        """False once the server has said that it has no such method."""
        self._refused: dict[int, None] = {}  # the oldest first

    def refuses(self, html: str) -> bool:
        """Tell whether Telegram is known to refuse the rich page with this text."""
        return not self.knows_rich or hash(html) in self._refused

    def note(self, html: str, outcome: Outcome, **where: object) -> bool:
        """Remember a page that Telegram refused as a rich one; return whether to send a classic one instead.

        False for other outcomes: a timeout, or a refusal that concerns this reader alone. `where` is logged.
        """
        if not isinstance(outcome, Rejected) or not outcome.refuses_rendering:
            return False
        if outcome.code == 404:
            self.knows_rich = False
            log.warning("this server knows no rich messages: classic until the next start")
            return True
        log.warning("rich page refused: classic from here on", reason=outcome.reason, **where)
        self._refused[hash(html)] = None
        if len(self._refused) > REMEMBERED:
            del self._refused[next(iter(self._refused))]
        return True
