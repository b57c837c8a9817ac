"""Whatever befalls an issue around its hour: BRIEFING_RELEASES says how many stories are tried."""

from tests.releasing.machine import TestReleases

__all__ = ["TestReleases"]
