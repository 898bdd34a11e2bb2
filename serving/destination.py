"""Where answers may be written: nothing that is not a file of answers about the same input is ever replaced."""

import json
import sys
from pathlib import Path
from typing import Final

from serving.answer import text_sha256
from serving.output import earlier, errors_path
from serving.reading import STDIN, count, parts, read
from serving.unread import UsageError

_LONGEST_ANSWER: Final = 2**28
_BEGINNING: Final = b'{"id":'


def check_file(source: str, path: Path) -> None:
    """Raises `UsageError` where writing the answers about `source` to the file `path` would destroy something else."""
    if path.name == STDIN or (path.exists() and not path.is_file()):
        raise UsageError(f"{path}: OUT is not a file")
    _check_apart(source, path)
    for file in earlier(path):
        # Only a run that was killed leaves a torn line, and only in a part.
        _check_about(source, file, may_be_torn=file != path)
    _check_errors(errors_path(path))


def _check_apart(source: str, path: Path) -> None:
    if source == STDIN:
        return
    read_from = [Path(part.path).resolve() for part in parts(source)]
    for written in (path.resolve(), errors_path(path).resolve()):
        if written in read_from or any(written.exists() and written.samefile(part) for part in read_from):
            raise UsageError(f"{path}: OUT or its errors file is the input itself")
        for folder in read_from:
            if folder.is_dir() and folder in written.parents and written.name.endswith(".txt"):
                raise UsageError(f"{path}: OUT would be one of the texts of {source}")
    folder = Path(source).resolve()
    if folder.is_dir() and read_from != [folder] and folder in path.resolve().parents:
        raise UsageError(f"{path}: OUT would be one of the files of {source}")


def _check_about(source: str, file: Path, may_be_torn: bool) -> None:
    """Raises `UsageError` unless the first answer of `file` is about a document of `source`, or there is none yet."""
    line = _first_line(file)
    torn = not line.endswith(b"\n") and line[: len(_BEGINNING)] == _BEGINNING[: len(line)]
    if not line or (torn and may_be_torn):
        return
    try:
        value = json.loads(line)
        first = (value["id"], value["text_sha256"])
    except (ValueError, RecursionError, LookupError, TypeError):
        raise UsageError(f"{file}: not a file of answers; name another OUT, or remove it") from None
    if count(source) is None:
        # It is read once: what it holds cannot be looked at before.
        return
    sound = (record for record in read(source) if record.problem_within(sys.maxsize) is None)
    if not any(first == (record.id, text_sha256(record.text)) for record in sound):
        raise UsageError(f"{file}: holds answers about another input; name another OUT, or remove it")


def _check_errors(file: Path) -> None:
    """Raises `UsageError` where something else than the errors of a run stands at `file`."""
    if file.exists() and not file.is_file():
        raise UsageError(f"{file}: not a file of errors; name another OUT")
    line = _first_line(file) if file.exists() else b""
    try:
        ours = not line or json.loads(line).keys() >= {"line", "error"}
    except (ValueError, RecursionError, AttributeError):
        ours = False
    if not ours:
        raise UsageError(f"{file}: not a file of errors; name another OUT, or remove it")


def _first_line(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.readline(_LONGEST_ANSWER)
