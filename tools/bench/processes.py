"""The bench's child processes: start, answers, end and memory."""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Child:
    """A process that runs, with its age in seconds when it was ready."""

    process: asyncio.subprocess.Process
    ready_after: float
    line: bytes  # in which it said so

    @property
    def memory(self) -> float:
        """Return the resident memory now, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        resident = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert resident is not None
        return int(resident[1]) / 1024

    async def ask(self) -> dict[str, Any]:
        """Let a worker say what it has used so far (see `worker`)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        while not (line := await self.process.stdout.readline()).startswith(b"{"):
            if not line:
                raise RuntimeError("A process of the bench ended before it answered.")
            sys.stderr.write(line.decode())  # what it logs meanwhile
        return dict(json.loads(line))


@asynccontextmanager
async def child(
    *arguments: str, ready: bytes, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Run Python with `arguments` until a line with `ready` in it comes; end it at the end of the block."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **(settings or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        line = await _line(process, ready)
        yield Child(process, time.perf_counter() - began, line)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _line(process: asyncio.subprocess.Process, ready: bytes) -> bytes:
    assert process.stdout is not None
    said = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while ready not in (line := await process.stdout.readline()):
            said += line
            if not line:
                raise RuntimeError(f"A process of the bench ended before it was ready:\n{said.decode()}")
    return line


def keep_to(core: int) -> None:
    """Let this process run on one core alone (0: the first, -1: the last), where the system can do so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})


def say(what: Mapping[str, object]) -> None:
    """Answer the bench from one of its processes."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def script(name: str) -> str:
    """Return the path of one of the bench's own programs."""
    return str(Path(__file__).with_name(name))


def worker(stack: str, token: str, address: str, content: Path, data: Path, *flags: str) -> tuple[str, ...]:
    """Return the arguments that run a stack in a process of its own."""
    return (script("worker.py"), stack, token, address, str(content), str(data), *flags)
