"""Files that are one JSON array."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from labels.document import Document
from labels.fields import Fields, FormatError
from labels.files import decoded, replaced

BETWEEN: Final = frozenset(" \t\r\n,[")
"""What may stand before a value of the array, if the value is an object."""


def documents(path: str | os.PathLike[str], read: Callable[[Fields], Document]) -> Iterator[Document]:
    """What `read` makes of each of the array's values. Raises FormatError with the file, the line in which a value
    begins, the place in it and the fault."""
    place = os.fspath(path)
    text = decoded(path)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError("", f"not JSON: {error}", place) from None
    if not isinstance(values, list):
        raise FormatError("", "must be a list", place)
    for number, value in enumerate(values):
        try:
            document = read(Fields(value, f"[{number}]"))
        except FormatError as error:
            raise error.at(f"{place}:{_line(text, number)}") from None
        yield document


def _line(text: str, number: int) -> int:
    """The line, counted from 1, in which a value of the array begins."""
    decoder = json.JSONDecoder()
    at = _begin(text, 0)
    for _ in range(number):
        _, at = decoder.raw_decode(text, at)
        at = _begin(text, at)
    return text.count("\n", 0, at) + 1


def _begin(text: str, at: int) -> int:
    while text[at] in BETWEEN:
        at += 1
    return at


def write_items(path: str | os.PathLike[str], values: Iterable[dict[str, Any]]) -> None:
    """Write the array, a value a line. The file appears whole or not at all."""
    with replaced(path) as file:
        mark = "[\n"
        for value in values:
            file.write(mark + json.dumps(value, ensure_ascii=False))
            mark = ",\n"
        file.write("[]\n" if mark == "[\n" else "\n]\n")
