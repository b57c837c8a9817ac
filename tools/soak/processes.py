"""Processes of a soak: ready in one line, killed at any moment."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any, TypeAlias

from tools.forking import ForkedProcess, fork

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
ANSWER_SECONDS = 120.0
STOP_SECONDS = 20.0
LONGEST_LINE = 2**16


AnyProcess: TypeAlias = Process | ForkedProcess


class EndedError(Exception):
    """A process that should have run has ended by itself; the text is the end of its log."""


async def spawn(
    module: str,
    *arguments: str,
    log: Path,
    kill_at: str = "",
    stdin: int = DEVNULL,
    limit: int = LONGEST_LINE,
) -> Process:
    """Run a module of the tools; what it logs is added to `log`. It says no line above `limit` bytes."""
    with log.open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            cwd=ROOT,
            env={**os.environ, "KILL_AT": kill_at},
            stdin=stdin,
            stdout=PIPE,
            stderr=errors,
            limit=limit,
        )


async def spawn_forked(module: str, *arguments: str, log: Path, kill_at: str = "") -> ForkedProcess:
    """Do as `spawn`, with one of `forking.LOADED`, which need not be loaded again; its memory is partly that
    of the process from which it was forked. It is asked with `ask`.
    """
    variables = {**os.environ, "KILL_AT": kill_at}
    return await fork(module, arguments, folder=ROOT, variables=variables, log=log, limit=LONGEST_LINE)


async def said(process: AnyProcess) -> str:
    """Return the line that says that it is ready; empty when it has ended before."""
    assert process.stdout is not None
    async with asyncio.timeout(START_SECONDS):
        return (await process.stdout.readline()).decode().strip()


async def ask(process: AnyProcess, what: str, **more: str) -> Any:
    """Ask one that answers (`weighed`). EndedError, without its log, when it is no more; TimeoutError."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"what": what, **more}).encode() + b"\n")
    async with asyncio.timeout(ANSWER_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise EndedError
    return json.loads(line)


async def stop(process: AnyProcess) -> float:
    """End it in good order; return the seconds it took. TimeoutError after 20 s."""
    began = time.monotonic()
    if process.returncode is None:
        process.terminate()
    async with asyncio.timeout(STOP_SECONDS):
        await process.wait()
    return time.monotonic() - began


async def kill(process: AnyProcess) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
