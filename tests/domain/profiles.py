"""How many examples Hypothesis tries: 50, 300, or 10,000.

A pytest plugin: `tests/conftest.py` names it in `pytest_plugins`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.extent import ALL

EXAMPLES = 300 if ALL else 50
SOAK_EXAMPLES = int(os.environ.get("BRIEFING_EXAMPLES", "10000"))
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


@pytest.hookimpl(tryfirst=True)  # before Hypothesis loads the profile that the command line asks for
def pytest_configure() -> None:
    settings.register_profile("ci", max_examples=EXAMPLES, deadline=None, suppress_health_check=_SLOW)
    settings.register_profile("soak", max_examples=SOAK_EXAMPLES, deadline=None, suppress_health_check=_SLOW)
    settings.load_profile("ci")
