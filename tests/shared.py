"""The folder of real issues, updates and cases that lies beside the repository on some machines."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"
ABSENT = "../shared is not there"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
"""For tests that read what this repository does not hold; the only skip that CI allows."""
