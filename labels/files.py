"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


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
