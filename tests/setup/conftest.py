"""A small checkout, and a way to start its `./run`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.setup.checkouts import ROOT, Run, make_checkout

NOT_OURS = {"PYTHON", "PYTHONPATH", "CI", "BOT_TOKEN"}
"""Variables of whoever runs the tests that would change what a checkout does."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was never set up; uv is taken from this one where it has it, else fetched."""
    folder = tmp_path / "a check out"
    make_checkout(folder)
    if (ROOT / ".uv/site-packages").exists():
        shutil.copytree(ROOT / ".uv/site-packages", folder / ".uv/site-packages", symlinks=True)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Start the `./run` of a checkout from another folder, with words and changed variables."""

    def start(folder: Path, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        return subprocess.run(  # noqa: S603  # our own script
            [folder / "run", *words],
            cwd=tmp_path,
            env=environment | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return start
