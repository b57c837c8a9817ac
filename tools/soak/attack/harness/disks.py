"""A small disk for a SQLite file, to be filled."""

import asyncio
import resource
from asyncio.subprocess import DEVNULL
from contextlib import suppress
from pathlib import Path
from typing import Protocol

SIZE = "16m"
PIECE = 4_096


class Disk(Protocol):
    """`folder` is where the file goes; a full disk takes nothing from the process with this number."""

    folder: Path

    def fill(self, pid: int) -> None: ...

    def free(self, pid: int) -> None: ...

    async def close(self) -> None: ...


class SmallDisk:
    """A disk in memory; only root may mount one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, pid: int) -> None:
        del pid
        with suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(PIECE))

    def free(self, pid: int) -> None:
        del pid
        self._filler.unlink()

    async def close(self) -> None:
        await _does("umount", str(self.folder))


class Limit:
    """Lets no file of a process grow beyond what the database's newest changes take by then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int) -> None:
        size = max(file.stat().st_size for file in self.folder.glob("*-wal"))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def free(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    async def close(self) -> None:
        """Do nothing: the limit goes with the process."""


async def disk(folder: Path) -> Disk:
    """Make a disk in this folder, which is there."""
    mounted = await _does("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder))
    return SmallDisk(folder) if mounted else Limit(folder)


async def _does(*command: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL)
    except OSError:
        return False
    return await process.wait() == 0
