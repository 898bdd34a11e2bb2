"""Files that are read as UTF-8 or refused, and files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from labels.fields import FormatError


def decoded(path: str | os.PathLike[str]) -> str:
    """All of a UTF-8 file, line ends as they are. Raises FormatError with the file and the byte."""
    try:
        return Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("", f"not UTF-8 at byte {error.start}", os.fspath(path)) from None


@contextmanager
def replaced(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """A UTF-8 file to write, newlines as written. It takes its place at the end, unless something was raised."""
    part = Path(f"{os.fspath(path)}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
