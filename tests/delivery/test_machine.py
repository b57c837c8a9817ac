"""Whatever befalls a campaign, in any order: BRIEFING_MACHINES says how many stories are tried."""

from tests.delivery.machine import TestDelivery

__all__ = ["TestDelivery"]
