"""Documents of a batch, one at a time, from the kinds of input that `make infer` takes."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

from serving.lines import gzipped, jsonl, lines
from serving.problems import Fault, invalid
from serving.record import Record, record, refused
from serving.tables import comma_separated, parquet
from serving.unread import LONGEST, Unread, UsageError, too_large

STDIN: Final = "-"
_FILES: Final[dict[str, Callable[[Path], Iterator[Unread]]]] = {
    ".jsonl": jsonl,
    ".jsonl.gz": gzipped,
    ".parquet": parquet,
    ".csv": comma_separated,
}
_READ_AGAIN: Final = {stat.S_IFREG, stat.S_IFDIR}


@dataclass(frozen=True, slots=True)
class Part:
    """A file, a folder of texts or "-". `name` is the file's path within the folder that was asked for, if one was."""

    path: str
    name: str | None = None


def parts(source: str) -> list[Part]:
    """What `source` is made of, in order: a folder without .txt files is the .jsonl, .jsonl.gz, .parquet and .csv files
    in it (those in or named by a leading "_" or "." left out); all else is one part.

    Raises `UsageError` where there is nothing to read, and `OSError`.
    """
    path = Path(source)
    if source == STDIN:
        return [Part(source)]
    if not path.exists():
        raise UsageError(f"{source}: no such file or folder")
    if path.is_dir():
        return _of_folder(source)
    if _reader(path) is None:
        raise UsageError(f"{source}: not a .jsonl, .jsonl.gz, .parquet or .csv file, a folder of .txt files, or -")
    return [Part(source)]


def _of_folder(source: str) -> list[Part]:
    if next(_names(source, ".txt"), None) is not None:
        return [Part(source)]
    names = sorted(
        name for name in _names(source, *_FILES) if not any(step.startswith(("_", ".")) for step in name.split("/"))
    )
    if not names:
        raise UsageError(f"{source}: holds no .txt, .jsonl, .jsonl.gz, .parquet or .csv file")
    return [Part(f"{source}/{name}", os.fsencode(name).decode(errors="replace")) for name in names]


def read(source: str) -> Iterator[Record]:
    """The documents of `source`: a file, a folder or "-", with a problem in those that cannot be used.

    Raises `UsageError`, `DamagedError` or `OSError`.
    """
    for part in parts(source):
        yield from read_part(part)


def read_part(part: Part, first: int = 0, count: int | None = None) -> Iterator[Record]:
    """`count` documents of `part` (all when `None`) from the one that `first` stand before. Raises as `read` does."""
    for unread in islice(_unread(part), first, None if count is None else first + count):
        yield replace(unread(), file=part.name)


def count(source: str) -> int | None:
    """How many documents `read` gives; `None` for standard input and pipes, which are read once. Raises as `read`."""
    if source == STDIN or (Path(source).exists() and stat.S_IFMT(os.stat(source).st_mode) not in _READ_AGAIN):
        return None
    return sum(count_part(part) for part in parts(source))


def count_part(part: Part) -> int:
    """How many documents `read_part` gives. Raises as `read` does."""
    return sum(1 for _ in _unread(part))


def _reader(path: Path) -> Callable[[Path], Iterator[Unread]] | None:
    return next((reader for ending, reader in _FILES.items() if path.name.endswith(ending)), None)


def _unread(part: Part) -> Iterator[Unread]:
    if part.path == STDIN:
        return lines(sys.stdin.buffer)
    reader = _reader(Path(part.path))
    return _texts(part.path) if reader is None or os.path.isdir(part.path) else reader(Path(part.path))


def _texts(folder: str) -> Iterator[Unread]:
    ids = sorted(name.removesuffix(".txt") for name in _names(folder, ".txt"))
    for number, id in enumerate(ids, start=1):
        yield partial(_text, folder, number, id)


def _text(folder: str, number: int, id: str) -> Record:
    path = Path(f"{folder}/{id}.txt")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return refused(number, invalid(Fault("text", "Not to be read: not a file")), id)
        if path.stat().st_size > LONGEST:
            return refused(number, too_large(), id)
        return record(number, {"id": id, "text": path.read_bytes().decode()})
    except UnicodeDecodeError as error:
        return refused(number, invalid(Fault("text", f"Not UTF-8 at byte {error.start}")), id)
    except OSError as error:
        return refused(number, invalid(Fault("text", f"Not to be read: {error.strerror}")), id)


def _names(folder: str, *endings: str) -> Iterator[str]:
    """Paths within `folder`, with "/", of the files in it that end so, in no order. Raises `OSError`."""
    for inner, _, files in os.walk(folder, onerror=_raise):
        within = os.path.relpath(inner, folder).replace(os.sep, "/")
        for name in files:
            if name.endswith(endings):
                yield name if within == "." else f"{within}/{name}"


def _raise(error: OSError) -> NoReturn:
    raise error
