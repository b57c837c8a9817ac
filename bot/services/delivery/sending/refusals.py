"""Refusals of a campaign, logged in Telegram's words."""

from collections.abc import Collection

import structlog

from bot.domain.delivery.outcome import Gone, Outcome, Rejected

log = structlog.get_logger(__name__)

TOLD = 10
"""How many different refusals of a campaign are logged; the ledger keeps them all."""


class Refusals:
    """Logs each different refusal of a campaign once, and at most ten."""

    def __init__(self) -> None:
        self._told: dict[int, set[str]] = {}

    def note(self, campaign_id: int, reader_id: int, outcome: Outcome) -> None:
        """Log a refusal (Gone or Rejected) whose words are new; ignore other outcomes."""
        if not isinstance(outcome, Gone | Rejected):
            return
        told = self._told.setdefault(campaign_id, set())
        if outcome.reason in told or len(told) >= TOLD:
            return
        told.add(outcome.reason)
        log.warning(
            "delivery refused: the first with this reason",
            campaign_id=campaign_id,
            reader_id=reader_id,
            reason=outcome.reason,
        )

    def forget(self, running: Collection[int]) -> None:
        """Free the memory of all campaigns but these."""
        self._told = {number: told for number, told in self._told.items() if number in running}
