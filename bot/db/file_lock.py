"""A file lock: the operating system frees it with its holder."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """An exclusive lock on a file, for one process at a time. Nothing is locked until `take`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def take(self) -> bool:
        """Take the lock, and make the file where it is missing; never waits. False where another has it.

        True also when it is ours already. Raises OSError.
        """
        if self._handle is not None:
            return True
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Free the lock; does nothing where it is not ours. The file stays."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
