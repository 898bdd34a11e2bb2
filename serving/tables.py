"""Documents of CSV and Parquet, in memory that the table's length does not change."""

import csv
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, TextIO

from serving.problems import Fault, invalid
from serving.record import Record, record, refused
from serving.unread import LONGEST, DamagedError, Unread, UsageError

_ROWS: Final = 64
_BUFFER: Final = 2**20
# Comes after the last line: where it is not a row of its own, a quote is open that swallowed the rows before it.
_END: Final = "\0 end of input \0"


def comma_separated(path: Path) -> Iterator[Unread]:
    """The documents of a CSV file, a document's line being that on which its row begins.

    Raises `UsageError` without columns "id" and "text", `DamagedError` where a quote is not closed.
    """
    csv.field_size_limit(LONGEST)
    # Bytes that are not UTF-8 become surrogates, which the record that holds them is refused for.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        rows = csv.reader(chain(_lines(path, stream), [_END]))
        line = 1
        try:
            header = next(rows)
            _check_columns(path, [] if header == [_END] else header)
            line = rows.line_num + 1
            for row in rows:
                if row == [_END]:
                    return
                if row and row[-1].endswith(_END):
                    raise DamagedError(f"{path}: line {line}: a quote is opened here and never closed")
                if len(row) == len(header):
                    yield partial(record, line, dict(zip(header, row, strict=True)))
                elif row:
                    detail = f"{len(row)} fields where the header has {len(header)}"
                    yield partial(refused, line, invalid(Fault("", detail)))
                line = rows.line_num + 1
        except csv.Error as error:
            raise DamagedError(f"{path}: line {line}: {error}") from None


def _lines(path: Path, stream: TextIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise DamagedError(f"{path}: line {number}: more than {LONGEST} characters")
        yield line


def parquet(path: Path) -> Iterator[Unread]:
    """The documents of a Parquet file, rows counted from 1. Times finer than a microsecond are cut to it.

    Raises `UsageError` without columns "id" and "text" or without pyarrow, `DamagedError` where the file is not whole.
    """
    # Imported here because it takes longer to import than all else that a run over text needs, which goes without.
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError:
        raise UsageError(f"{path}: Parquet needs pyarrow: pip install 'isnad[parquet]', or make infer") from None

    try:
        # Without a buffer and with read-ahead, whole row groups would be held; with threads, a page for each.
        with ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            _check_columns(path, file.schema_arrow.names)
            line = 0
            for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
                for place in range(batch.num_rows):
                    line += 1
                    yield partial(_row, line, batch, place)
    except (pyarrow.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedError(f"{path}: {error}".rstrip()) from None


def _row(line: int, batch: Any, place: int) -> Record:
    value, faults = {}, []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            value[name] = _python(column[place])
        except (ArithmeticError, LookupError, ValueError):
            faults.append(Fault(name, "Not UTF-8, or a time that is out of range or in an unknown zone"))
    if not faults:
        return record(line, value)
    # Without its faulty columns the record tells its id.
    return refused(line, invalid(*faults), record(line, value).id)


def _python(scalar: Any) -> Any:
    import pyarrow

    unit = getattr(scalar.type, "unit", None)
    if unit == "ns" and pyarrow.types.is_timestamp(scalar.type):
        scalar = scalar.cast(pyarrow.timestamp("us", scalar.type.tz), safe=False)
    elif unit == "ns" and pyarrow.types.is_time(scalar.type):
        scalar = scalar.cast(pyarrow.time64("us"), safe=False)
    elif unit == "ns":
        scalar = scalar.cast(pyarrow.duration("us"), safe=False)
    return scalar.as_py()


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [name for name in ("id", "text") if name not in columns]
    if missing:
        raise UsageError(f"{path}: no column named {' or '.join(missing)}")
    for name in columns:
        if columns.count(name) > 1:
            raise UsageError(f"{path}: {columns.count(name)} columns of one name, {name!r}")
