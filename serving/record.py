"""One document of a batch as it was read."""

import json
import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from serving.offsets import surrogate
from serving.problems import Fault, Problem, invalid
from serving.request import text_problem

# Far less than what Python's stack bears: what is refused does not depend on how much of it is in use.
_DEEPEST: Final = 128


@dataclass(frozen=True, slots=True)
class Record:
    """A document and its place: `line` counts lines, rows or files from 1. `meta` holds the input's other keys.

    Where `problem` is set, the document cannot be analysed and `text` is empty. `file` is the path within the folder
    of inputs that it came from, if it came from one.
    """

    line: int
    id: str | None
    text: str
    meta: Mapping[str, Any]
    problem: Problem | None = None
    file: str | None = None

    def problem_within(self, max_chars: int) -> Problem | None:
        """What keeps the document from being analysed, its length in code points included."""
        return self.problem or text_problem(self.text, max_chars)


def refused(line: int, problem: Problem, id: str | None = None) -> Record:
    """A document that could not be read; an `id` without a form in UTF-8 is left out."""
    return Record(line, None if id is None or surrogate(id) is not None else id, "", {}, problem)


def record(line: int, value: Any) -> Record:
    """The document in `value`, an object with "id" and "text"; an integer id is taken in its decimal form."""
    if not isinstance(value, Mapping):
        return refused(line, invalid(Fault("", "Input should be an object")))
    id, text = value.get("id"), value.get("text")
    if isinstance(id, int) and not isinstance(id, bool):
        id = str(id)
    faults = []
    if not isinstance(id, str):
        faults.append(Fault("id", "Input should be a valid string" if "id" in value else "Field required"))
        id = None
    elif surrogate(id) is not None:
        faults.append(Fault("id", "No form in UTF-8"))
    if not isinstance(text, str):
        faults.append(Fault("text", "Input should be a valid string" if "text" in value else "Field required"))
    meta: dict[str, Any] = {}
    try:
        meta = {key: _plain(item, _DEEPEST) for key, item in value.items() if key not in {"id", "text"}}
        if surrogate(json.dumps(meta, ensure_ascii=False)) is not None:
            faults.append(Fault("meta", "No form in UTF-8"))
    except RecursionError:
        faults.append(Fault("meta", "Nested too deeply"))
    if faults or not isinstance(text, str):
        return refused(line, invalid(*faults), id)
    return Record(line, id, text, meta)


def _plain(value: Any, depth: int) -> Any:
    """`value` as JSON has it: times in ISO 8601, bytes in base64, what is not a number as null.

    Raises `RecursionError` where it is nested in more than `depth` levels.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if depth == 0 and isinstance(value, (Mapping, list, tuple)):
        raise RecursionError
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth - 1) for item in value]
    return str(value)
