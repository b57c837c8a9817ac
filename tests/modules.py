"""Where a process of its own finds the modules of this tree."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = f"{ROOT}{os.pathsep}{ROOT / 'simulator'}"
"""The PYTHONPATH of a process that runs from this tree."""
