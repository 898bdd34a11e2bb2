"""The files of one slice: both are written whole or not at all, however often the slice is begun."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import uuid4

from serving import columns
from serving.operation import Operation, Tally
from serving.plan import Slice
from serving.reading import read_part

ANSWERS: Final = "answers"
ERRORS: Final = "errors"
_UNFINISHED: Final = ".tmp"
_TRIES: Final = 4


class FatalError(RuntimeError):
    """A slice on which worker after worker has died; the message names it."""


def answers_path(folder: Path, piece: Slice, ending: str) -> Path:
    """Where the answers of a slice are; once they are there, the slice is done."""
    return folder / ANSWERS / f"{piece.name}.{ending}"


def errors_path(folder: Path, piece: Slice) -> Path:
    """Where the errors of a slice are, if it has any."""
    return folder / ERRORS / f"{piece.name}.jsonl"


def done(folder: Path, piece: Slice, ending: str) -> Tally | None:
    """What is there of a slice that an earlier run finished; `None` when it did not."""
    if not answers_path(folder, piece, ending).exists():
        return None
    errors = errors_path(folder, piece)
    refused = errors.read_bytes().count(b"\n") if errors.exists() else 0
    return Tally(piece.count - refused, refused, piece.count)


def work(piece: Slice, operation: Operation, folder: Path, ending: str) -> Tally:
    """Analyses a slice into its files in `folder`; `ending` is "jsonl" or "parquet".

    Raises as reading does, and `FatalError` where every worker that has begun the slice since `clean` has died.
    """
    _try(folder, piece)
    lines = [operation(record) for record in read_part(piece.part, piece.first, piece.count)]
    answers = [line.content for line in lines if line.analysed]
    errors = [line.content for line in lines if not line.analysed]
    # The answers come last, since they stand for both.
    if errors:
        _write(errors_path(folder, piece), lambda path: _lines(errors, path))
    else:
        errors_path(folder, piece).unlink(missing_ok=True)
    _write(
        answers_path(folder, piece, ending),
        lambda path: _lines(answers, path) if ending == "jsonl" else columns.write(answers, path),
    )
    return Tally(len(answers), len(errors))


def clean(folder: Path) -> None:
    """Removes what workers have left unfinished; nothing may be at work."""
    for kind in (ANSWERS, ERRORS):
        for path in (folder / kind).glob(f".*{_UNFINISHED}"):
            path.unlink(missing_ok=True)


def _try(folder: Path, piece: Slice) -> None:
    # A document that kills whoever reads it would otherwise go round for ever, Ray making worker after worker.
    with (folder / ANSWERS / f".{piece.name}{_UNFINISHED}").open("ab") as tries:
        if tries.tell() == _TRIES:
            place = f"documents {piece.first + 1} to {piece.first + piece.count}"
            raise FatalError(f"{piece.part.path}: {place}: {_TRIES} workers have died on them")
        tries.write(b".")


def _lines(lines: list[bytes], path: Path) -> None:
    path.write_bytes(b"".join(lines))


def _write(path: Path, write: Callable[[Path], None]) -> None:
    # Two workers may be at the same slice, when one was taken for dead: each has a name of its own until the end.
    new = path.with_name(f".{path.name}.{uuid4().hex}{_UNFINISHED}")
    try:
        write(new)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
