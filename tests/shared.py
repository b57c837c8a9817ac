"""Where the modules of this tree and the shared folder lie."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = f"{ROOT}{os.pathsep}{ROOT / 'simulator'}"
"""The PYTHONPATH of a process that runs from this tree."""

SHARED = ROOT.parent / "shared"
"""Real issues, updates and cases."""

ABSENT = "../shared is not there"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
"""For tests that read what this repository does not hold; the only skip that CI allows."""
