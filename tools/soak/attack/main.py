"""Attacks from outside: what was promised, and what came of it.

Run as `./run soak attack [NAME …] [--small]`, all of them when none is named. The databases are files, and
one of our own on the PostgreSQL server of the tests; without that server, what needs it is left out.
Exit code 1 when a promise was not held.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Scratch
from tools.soak.attack.harness.findings import Finding, table
from tools.soak.attack.listed import ATTACKS, SQLITE, Attack, Play


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run soak attack")
    names = [attack.name for attack in ATTACKS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--small", action="store_true", help="as CI plays them")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"There is no attack {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    chosen = [attack for attack in ATTACKS if not given.names or attack.name in given.names]
    rows = [row for attack in chosen for kind in attack.on for row in _play(attack, kind, small=given.small)]
    sys.stdout.write(table(rows))
    if not all(finding.held for _, finding in rows):
        sys.exit(1)


def _play(attack: Attack, kind: str, *, small: bool) -> list[tuple[str, Finding]]:
    """Play one attack on one kind of database, and say what each came to."""
    name, began = f"{attack.name}, {kind}", time.monotonic()
    play = attack.small if small else attack.whole
    if play is None:
        return []
    try:
        with tempfile.TemporaryDirectory(prefix="briefing-soak-") as folder, _database(kind, folder) as url:
            findings = asyncio.run(_played(play, Path(folder), url))
    except pytest.skip.Exception as error:
        _say(f"{name}: left out, {error}")
        return []
    rows = [(name, finding) for finding in findings]
    _say(f"{name}: {time.monotonic() - began:.0f} s\n{table(rows)}")
    return rows


async def _played(play: Play, folder: Path, url: str) -> list[Finding]:
    return (await play(url, folder)).findings()


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == SQLITE:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'bot.db'}"
        return
    scratch = Scratch(f"attack_{os.getpid()}")
    try:
        yield scratch.url
    finally:
        scratch.drop()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
