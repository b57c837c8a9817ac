"""Processes that are forked from one which has loaded the program."""

import asyncio
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

LOADED = ("tools.soak.program", "tools.soak.weighed", "tools.soak.local_telegram")
"""What can be forked: to load it takes a second of a core."""


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


class ForkedProcess:
    """What is used of `asyncio.subprocess.Process`, for a process that was forked."""

    def __init__(
        self, process: ForkServerProcess, stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader
    ) -> None:
        self._process = process
        self.stdin: asyncio.StreamWriter | None = stdin
        self.stdout: asyncio.StreamReader | None = stdout
        assert process.pid is not None
        self.pid: int = process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: below zero the signal that killed it; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to it; does nothing where it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait for its end; return how it ended."""
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(watched := os.dup(self._process.sentinel), ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)
        self._process.join()
        if self.stdin is not None:
            self.stdin.close()
        assert self.returncode is not None
        return self.returncode


async def fork(
    module: str, arguments: Sequence[str], *, folder: Path, variables: dict[str, str], log: Path, limit: int
) -> ForkedProcess:
    """Run a module of `LOADED` in a folder, with these variables; what it logs is added to `log`. It says no
    line above `limit` bytes.
    """
    context = _context()
    asked, asks = context.Pipe(duplex=False)
    says, said = context.Pipe(duplex=False)
    ends = (asked, said, str(log))
    process = context.Process(
        target=_become, args=(module, list(arguments), str(folder), variables, ends), daemon=True
    )
    with closing(asked), closing(said), closing(asks), closing(says):
        # The first start waits until the one that is forked has loaded all.
        await asyncio.to_thread(process.start)
        return ForkedProcess(process, await _writer(asks), await _reader(says, limit))


async def _reader(end: Connection, limit: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=limit)
    pipe = os.fdopen(os.dup(end.fileno()), "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def _writer(end: Connection) -> asyncio.StreamWriter:
    loop, pipe = asyncio.get_running_loop(), os.fdopen(os.dup(end.fileno()), "wb", buffering=0)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, pipe)
    return asyncio.StreamWriter(transport, protocol, None, loop)


def _become(
    module: str,
    arguments: list[str],
    folder: str,
    variables: dict[str, str],
    ends: tuple[Connection, Connection, str],
) -> None:
    """Make of this process one as it was started in a folder, with its variables, words and files."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    asked, said, log = ends
    errors = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, opened in enumerate((asked.fileno(), said.fileno(), errors)):
        os.dup2(opened, number)
    asked.close()
    said.close()
    os.close(errors)
    sys.stdin = os.fdopen(0, closefd=False)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the one that is forked ignores it
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()
