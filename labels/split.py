"""The split of a corpus, kept in a file beside it: tab-separated `id`, `event` and `part`, a document a line.

Documents that tell one event in different words bear its name and stand in one part, lest a model is measured on what
it has learned. A document that alone tells its event has its own id for the event.
"""

import os
from collections.abc import Mapping
from typing import Final

from labels.fields import FormatError
from labels.files import decoded

TRAIN: Final = "train"
DEVELOPMENT: Final = "development"
TEST: Final = "test"
PARTS: Final = (TRAIN, DEVELOPMENT, TEST)
COLUMNS: Final = ("id", "event", "part")


def parts(path: str | os.PathLike[str]) -> Mapping[str, str]:
    """The part of each document by its id. Raises FormatError with file, line and fault: an id that stands twice, an
    event in two parts, a part that is none."""
    head, *lines = decoded(path).removesuffix("\n").split("\n")
    if tuple(head.split("\t")) != COLUMNS:
        raise FormatError("", f"must be the columns {', '.join(COLUMNS)}, a tab between", f"{os.fspath(path)}:1")
    found: dict[str, str] = {}
    told: dict[str, str] = {}
    for number, line in enumerate(lines, 2):
        place = f"{os.fspath(path)}:{number}"
        columns = line.split("\t")
        if len(columns) != len(COLUMNS) or not all(columns):
            raise FormatError("", f"must be {', '.join(COLUMNS)}, a tab between", place)
        key, event, part = columns
        if part not in PARTS:
            raise FormatError("part", f"{part!r} is none of {', '.join(PARTS)}", place)
        if key in found:
            raise FormatError("id", f"{key} stands twice", place)
        if told.setdefault(event, part) != part:
            raise FormatError("part", f"the event {event} is in {told[event]} already", place)
        found[key] = part
    return found
