"""How many examples Hypothesis tries: a few hundred in CI, ten thousand in a soak.

`tests/conftest.py` calls `register()`; choose with `--hypothesis-profile soak`, else it is "ci".
"""

from hypothesis import HealthCheck, settings

CI_EXAMPLES = 300
SOAK_EXAMPLES = 10_000
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def register() -> None:
    settings.register_profile("ci", max_examples=CI_EXAMPLES, deadline=None, suppress_health_check=_SLOW)
    settings.register_profile("soak", max_examples=SOAK_EXAMPLES, deadline=None, suppress_health_check=_SLOW)
