"""The two files of a batch run, written so that a run killed at any moment can go on where it was."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from serving.lock import Lock


class _Part:
    """A file of lines that is first compared with what it should hold, then cut there and appended to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("r+b" if path.exists() else "x+b")
        self._kept = 0
        self._next: bytes | None = None

    def peek(self) -> bytes:
        """The next whole line with its end, or nothing when there is none."""
        if self._next is None:
            line = self._file.readline()
            self._next = line if line.endswith(b"\n") else b""
        return self._next

    def keep(self) -> None:
        """Passes over the line that `peek` gave."""
        self._kept += len(self.peek())
        self._next = None

    def cut(self) -> None:
        """Drops everything after the lines kept."""
        self._file.seek(self._kept)
        self._file.truncate()

    def append(self, line: bytes) -> None:
        # Flushed at once and in order: what one file lacks after a kill, the other has nothing behind.
        try:
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self._kept += len(line)

    def empty(self) -> bool:
        return self._kept == 0

    def close(self) -> None:
        # Nothing is left to write but what the disk would not take, which was told when it was appended.
        with suppress(OSError):
            self._file.close()

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


class Output:
    """`path` and its errors file. Both take their names only once they are whole; until then `.part` is added.

    `run` names the run in hexadecimal; what a run of another name has left is not gone on with. Raises `BusyError` and
    `OSError`.
    """

    def __init__(self, path: Path, run: str) -> None:
        self.path = path
        self.errors_path = errors_path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(path)
        results = path.with_name(f"{path.name}.{run}.part")
        errors = path.with_name(f"{self.errors_path.name}.{run}.part")
        try:
            if results.exists() and not errors.exists() and self.errors_path.exists():
                # Killed between the two renamings of finish(): the errors file is this run's, and goes back.
                self.errors_path.rename(errors)
            # The errors' part is made and renamed first, so that the results' part stands for an unfinished run.
            self.errors = _Part(errors)
            self.results = _Part(results)
        except OSError:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.errors.close()
        self.results.close()
        self._lock.release()

    def cut(self) -> None:
        """Drops what was not kept of both files."""
        self.results.cut()
        self.errors.cut()

    def finish(self) -> None:
        """Gives both files their names; an errors file without a line is not kept."""
        self.results.sync()
        self.errors.sync()
        if self.errors.empty():
            self.errors_path.unlink(missing_ok=True)
            self.errors.path.unlink()
        else:
            self.errors.path.rename(self.errors_path)
        self.results.path.rename(self.path)
        for other in _parts(self.path, r"(\.errors\.jsonl)?"):
            other.unlink(missing_ok=True)


def errors_path(path: Path) -> Path:
    """Where what cannot be analysed goes when the answers go to `path`."""
    return path.with_name(path.name + ".errors.jsonl")


def earlier(path: Path) -> list[Path]:
    """The files of answers, whole or in part, that a run to `path` would replace or go on with."""
    return [*([path] if path.exists() else []), *_parts(path, "")]


def _parts(path: Path, ending: str) -> Iterator[Path]:
    name = re.compile(rf"{re.escape(path.name)}{ending}\.[0-9a-f]+\.part")
    if path.parent.is_dir():
        yield from [other for other in path.parent.iterdir() if name.fullmatch(other.name)]
