"""Files that are one JSON array."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from labels.document import Document
from labels.fields import Fields, FormatError
from labels.files import decoded, replaced


def items(path: str | os.PathLike[str]) -> list[object]:
    """The values in the array. Raises FormatError with the file and the fault."""
    place = os.fspath(path)
    text = decoded(path)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError("", f"not JSON: {error}", place) from None
    if not isinstance(values, list):
        raise FormatError("", "must be a list", place)
    return values


def documents(path: str | os.PathLike[str], read: Callable[[Fields], Document]) -> Iterator[Document]:
    """What `read` makes of each of the array's values. Raises FormatError with file, place and fault."""
    for number, value in enumerate(items(path)):
        try:
            document = read(Fields(value, f"[{number}]"))
        except FormatError as error:
            raise error.at(os.fspath(path)) from None
        yield document


def write_items(path: str | os.PathLike[str], values: Iterable[dict[str, Any]]) -> None:
    """Write the array, a value a line. The file appears whole or not at all."""
    with replaced(path) as file:
        mark = "[\n"
        for value in values:
            file.write(mark + json.dumps(value, ensure_ascii=False))
            mark = ",\n"
        file.write("[]\n" if mark == "[\n" else "\n]\n")
