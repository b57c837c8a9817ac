"""Files as an editor left them, and modules of this tree."""

import os
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = f"{ROOT}{os.pathsep}{ROOT / 'simulator'}"
"""The PYTHONPATH of a process that runs from this tree."""


QUIET_SECONDS = 30.0
"""A file that was written to earlier looks quiet."""


def long_ago(file: Path) -> None:
    """Let a file look as if it was written a minute ago, so that a start need not wait for it."""
    changed = time.time_ns() - 60_000_000_000
    os.utime(file, ns=(changed, changed), follow_symlinks=False)


def settle(content: Path) -> None:
    """Let a content folder look as if nobody had written to it lately. Files that look so stay as they are: a
    program that runs would take another time for a change.
    """
    for file in content.glob("*/*"):
        if time.time() - file.lstat().st_mtime < QUIET_SECONDS:
            long_ago(file)
