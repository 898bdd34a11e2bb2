"""One document of a batch as it was read."""

import json
import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from serving.offsets import surrogate
from serving.problems import Fault, Problem, invalid
from serving.request import text_problem


@dataclass(frozen=True, slots=True)
class Record:
    """A document and its place: `line` counts lines, rows or files from 1. `meta` holds the input's other keys.

    Where `problem` is set, the document cannot be analysed and `text` is empty.
    """

    line: int
    id: str | None
    text: str
    meta: Mapping[str, Any]
    problem: Problem | None = None

    def problem_within(self, max_chars: int) -> Problem | None:
        """What keeps the document from being analysed, its length in code points included."""
        return self.problem or text_problem(self.text, max_chars)


def refused(line: int, problem: Problem, id: str | None = None) -> Record:
    """A document that could not be read."""
    return Record(line, id, "", {}, problem)


def record(line: int, value: Any) -> Record:
    """The document in `value`, an object with "id" and "text"; an integer id is taken in its decimal form."""
    try:
        return _record(line, value)
    except RecursionError:
        return refused(line, invalid(Fault("", "Nested too deeply")))


def _record(line: int, value: Any) -> Record:
    if not isinstance(value, Mapping):
        return refused(line, invalid(Fault("", "Input should be an object")))
    meta = {key: _plain(item) for key, item in value.items() if key not in {"id", "text"}}
    id, text = value.get("id"), value.get("text")
    faults = []
    if isinstance(id, int) and not isinstance(id, bool):
        id = str(id)
    if not isinstance(id, str):
        faults.append(Fault("id", "Input should be a valid string" if "id" in value else "Field required"))
    if not isinstance(text, str):
        faults.append(Fault("text", "Input should be a valid string" if "text" in value else "Field required"))
    faults += [
        Fault(path, "No form in UTF-8") for path, part in (("id", _plain(id)), ("meta", meta)) if not _encodable(part)
    ]
    id = id if isinstance(id, str) and _encodable(id) else None
    if faults or not isinstance(text, str):
        return refused(line, invalid(*faults), id)
    return Record(line, id, text, meta)


def _encodable(value: Any) -> bool:
    return surrogate(json.dumps(value, ensure_ascii=False)) is None


def _plain(value: Any) -> Any:
    """`value` as JSON has it: times in ISO 8601, bytes in base64, what is not a number as null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)
