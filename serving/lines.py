"""Documents of JSONL, plain or gzipped, in memory that no line can exceed."""

import gzip
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from serving.problems import Problem
from serving.record import Record, record, refused
from serving.request import loads
from serving.unread import LONGEST, DamagedError, Unread, too_large


def jsonl(path: Path) -> Iterator[Unread]:
    """The documents of a JSONL file, blank lines passed over."""
    with path.open("rb") as stream:
        yield from lines(stream)


def gzipped(path: Path) -> Iterator[Unread]:
    """The documents of a gzipped JSONL file. Raises `DamagedError` where it is cut short or not gzip."""
    with gzip.open(path, "rb") as stream:
        try:
            yield from lines(stream)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DamagedError(f"{path}: {error}") from None


def lines(stream: BinaryIO | gzip.GzipFile) -> Iterator[Unread]:
    """The documents of a stream of JSONL, blank lines passed over."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST)
            yield partial(refused, number, too_large())
        elif line.strip():
            yield partial(_parse, number, line)


def _parse(number: int, line: bytes) -> Record:
    try:
        value = loads(line)
    except Problem as problem:
        return refused(number, problem)
    return record(number, value)
