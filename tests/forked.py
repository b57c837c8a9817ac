"""The verbs as forks of a process that has loaded them.

Run as a module it is that one: it reads a task a line, and answers with how its process ended.
"""

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from threading import Lock

from bot.config import Settings
from tests.test_program import ROOT, briefing, environment

LOADED = (
    "bot.__main__",
    "bot.cli.broadcasting",
    "bot.cli.following",
    "bot.cli.listed",
    "bot.services.operations.backups",
)
SECONDS = 30
OWN = frozenset({name.upper() for name in Settings.model_fields} | {"TMPDIR"})
"""What a fork is told by variables; it has asked for no temporary folder yet."""


class Forks:
    """Runs one task at a time."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._parent = subprocess.Popen(  # our own module
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._parent.communicate)

    def run(
        self, folder: Path, words: tuple[str, ...], settings: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        with self._turn, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            files = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
            code = self._ask(json.dumps([str(folder), files, environment(**settings), words]))
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read())
        return subprocess.CompletedProcess(words, code, *said)

    def _ask(self, task: str) -> int:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(f"{task}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())


@cache
def _forks() -> Forks:
    return Forks()


def forked(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Do as `briefing` does: in a new process where more than what is `OWN` is asked for."""
    if {*settings} <= OWN:
        return _forks().run(folder, words, settings)
    return briefing(folder, *words, **settings)


def serve() -> None:
    """Answer tasks until there are no more; returns in each process that is forked, as what it is to be."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            become(*json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    raise SystemExit


def become(folder: str, files: list[str], variables: dict[str, str], words: list[str]) -> None:
    """Make of this process one as it was started in a folder, with its files, variables and words."""
    signal.alarm(SECONDS)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, name in enumerate([os.devnull, *files]):
        kind = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND
        opened = os.open(name, kind)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["briefing", *words]


if __name__ == "__main__":
    serve()
    from bot.__main__ import main

    main()
