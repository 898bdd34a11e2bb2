"""The texts that answers of the service are about, which carry none."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from labels.fields import FormatError
from labels.files import decoded
from labels.jsonl import rows


def texts(path: str | os.PathLike[str]) -> Mapping[str, str]:
    """The text of each id in what `make infer` was given: a JSONL file of `{"id", "text"}`, or a folder of .txt files,
    whose id is their path without the ending. Lines and files that it could not analyse, and so has no answer to, are
    passed over. Raises FormatError with the file and the fault where an id stands twice or a folder has no texts."""
    found: dict[str, str] = {}
    for place, key, text in _folder(Path(path)) if Path(path).is_dir() else _lines(path):
        if key in found:
            raise FormatError("id", f"{key!r} stands twice", place)
        found[key] = text
    return found


def _folder(path: Path) -> Iterator[tuple[str, str, str]]:
    files = sorted(file for file in path.rglob("*.txt") if file.is_file())
    if not files:
        raise FormatError("", "holds no .txt file", os.fspath(path))
    for file in files:
        try:
            text = decoded(file)
        except FormatError:
            continue
        yield os.fspath(file), file.relative_to(path).with_suffix("").as_posix(), text


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[str, str, str]]:
    for number, line in rows(path):
        try:
            value = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            yield f"{os.fspath(path)}:{number}", str(value.get("id")), value["text"]
