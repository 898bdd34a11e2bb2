"""One run at a time for one output."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self


class BusyError(RuntimeError):
    """Another run is writing the same output."""


class Lock:
    """Held from its making to `release`, or to the end of the process: a file beside `path`, ".lock" appended.

    Raises `BusyError` while another process holds it, and `OSError`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._file = _held(self._path)

    def release(self) -> None:
        """Lets others have it, and takes its file away."""
        self._path.unlink(missing_ok=True)
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()


def _held(path: Path) -> BinaryIO:
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise BusyError(f"{path}: another run is writing this output") from None
        # A run that ended meanwhile has taken away the file that was opened: the lock is on nothing.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()
