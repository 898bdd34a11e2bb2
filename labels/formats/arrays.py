"""Files that are one JSON array."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labels.fields import FormatError
from labels.files import replaced


def items(path: str | os.PathLike[str]) -> list[object]:
    """The values in the array. Raises FormatError with the file and the fault."""
    place = os.fspath(path)
    try:
        values = json.loads(Path(path).read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FormatError("", f"not UTF-8 at byte {error.start}", place) from None
    except (ValueError, RecursionError) as error:
        raise FormatError("", f"not JSON: {error}", place) from None
    if not isinstance(values, list):
        raise FormatError("", "must be a list", place)
    return values


def write_items(path: str | os.PathLike[str], values: Iterable[dict[str, Any]]) -> None:
    """Write the array, a value a line. The file appears whole or not at all."""
    with replaced(path) as file:
        mark = "[\n"
        for value in values:
            file.write(mark + json.dumps(value, ensure_ascii=False))
            mark = ",\n"
        file.write("[]\n" if mark == "[\n" else "\n]\n")
