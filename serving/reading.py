"""Documents of a batch, one at a time, from the kinds of input that `make infer` takes."""

import csv
import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from serving.problems import Fault, Problem, invalid
from serving.record import Record, record, refused
from serving.request import loads

STDIN: Final = "-"
_LONGEST_FIELD: Final = 2**31 - 1
_ROWS: Final = 64


class UsageError(ValueError):
    """The input is not one that can be read; the message names it and says why."""


class DamagedError(ValueError):
    """The input breaks off or is damaged beyond one document; the message names it and says why."""


def read(source: str) -> Iterator[Record]:
    """The documents of `source`: a file, a folder or "-", with a problem in those that cannot be used.

    Raises `UsageError`, `DamagedError` or `OSError`.
    """
    path = Path(source)
    if source != STDIN and not path.exists():
        raise UsageError(f"{source}: no such file or folder")
    return _reader(source, path)(path)


def count(source: str) -> int | None:
    """How many documents `read` gives; `None` for standard input, which is read once. Raises as `read` does."""
    return None if source == STDIN else sum(1 for _ in read(source))


def _reader(source: str, path: Path) -> Callable[[Path], Iterator[Record]]:
    if source == STDIN:
        return _stdin
    if path.is_dir():
        return _folder
    for ending, reader in ((".jsonl", _jsonl), (".jsonl.gz", _gzip), (".parquet", _parquet), (".csv", _csv)):
        if path.name.endswith(ending):
            return reader
    raise UsageError(f"{source}: not a .jsonl, .jsonl.gz, .parquet or .csv file, a folder of .txt files, or -")


def _stdin(_path: Path) -> Iterator[Record]:
    return _lines(sys.stdin.buffer)


def _jsonl(path: Path) -> Iterator[Record]:
    with path.open("rb") as stream:
        yield from _lines(stream)


def _gzip(path: Path) -> Iterator[Record]:
    with gzip.open(path, "rb") as stream:
        try:
            yield from _lines(stream)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DamagedError(f"{path}: {error}") from None


def _lines(stream: Iterable[bytes]) -> Iterator[Record]:
    for number, line in enumerate(stream, start=1):
        if line.strip():
            try:
                value = loads(line)
            except Problem as problem:
                yield refused(number, problem)
            else:
                yield record(number, value)


def _folder(path: Path) -> Iterator[Record]:
    files = {
        file.relative_to(path).as_posix().removesuffix(".txt"): file
        for file in path.rglob("*.txt")
        if not file.is_dir()
    }
    for number, id in enumerate(sorted(files), start=1):
        try:
            value = {"id": id, "text": files[id].read_bytes().decode()}
        except UnicodeDecodeError as error:
            yield refused(number, invalid(Fault("text", f"Not UTF-8 at byte {error.start}")), id)
        except OSError as error:
            yield refused(number, invalid(Fault("text", f"Not to be read: {error.strerror}")), id)
        else:
            yield record(number, value)


def _csv(path: Path) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_FIELD)
    # Bytes that are not UTF-8 become surrogates, which the record that holds them is refused for.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        rows = csv.reader(stream)
        try:
            header = next(rows, [])
            _check_columns(path, header)
            line = rows.line_num + 1
            for row in rows:
                if len(row) == len(header):
                    yield record(line, dict(zip(header, row, strict=True)))
                elif row:
                    detail = f"{len(row)} fields where the header has {len(header)}"
                    yield refused(line, invalid(Fault("", detail)))
                line = rows.line_num + 1
        except csv.Error as error:
            raise DamagedError(f"{path}: line {rows.line_num}: {error}") from None


def _parquet(path: Path) -> Iterator[Record]:
    # Imported here because it takes longer to import than all else that a run over text needs.
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow.names)
            line = 0
            for batch in file.iter_batches(batch_size=_ROWS):
                for row in batch.to_pylist():
                    line += 1
                    yield record(line, row)
    except pyarrow.ArrowInvalid as error:
        raise DamagedError(f"{path}: {error}") from None


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [name for name in ("id", "text") if name not in columns]
    if missing:
        raise UsageError(f"{path}: no column named {' or '.join(missing)}")
