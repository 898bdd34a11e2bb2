"""Requests of the service: from the bytes of a body to what is asked for."""

import json
from collections.abc import Iterable
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from serving import shape
from serving.analysis import TASKS
from serving.offsets import OffsetUnit, surrogate
from serving.problems import Fault, Problem, invalid, not_json, text_too_long

_TASKS = sorted(TASKS)
_LONGEST_PATH_PART = 64


def _encodable(value: str) -> str:
    if surrogate(value) is not None:
        raise PydanticCustomError("surrogate", "Input should have a form in UTF-8, without lone surrogates")
    return value


def _task(value: Any) -> str:
    if value not in _TASKS:
        raise PydanticCustomError("task", "Input should be 'attributions', 'entities' or 'stances'")
    return str(value)


# A text with a lone surrogate is the fault of one document, not of the whole list: text_problem finds it.
Id = Annotated[str, AfterValidator(_encodable)]
Task = Annotated[str, PlainValidator(_task), WithJsonSchema({"type": "string", "enum": _TASKS})]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Options(_Request):
    """What to look for and how to say it."""

    tasks: list[Task] = Field(default_factory=lambda: list(_TASKS))
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT
    min_score: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.0


class OneDocument(_Request):
    """A request about one text."""

    text: str
    id: Id | None = None
    options: Options = Options()


class ListedDocument(_Request):
    """One of several texts."""

    id: Id
    text: str


class SeveralDocuments(_Request):
    """A request about several texts."""

    documents: list[ListedDocument]
    options: Options = Options()


def loads(data: bytes) -> Any:
    """The JSON value in `data`, a byte order mark passed over. Raises `Problem`: 400 when it is not JSON in UTF-8, 422
    when an object has a key twice, so that nobody can tell which of its values is meant."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise not_json(f"Not UTF-8 at byte {error.start}.") from None
    except json.JSONDecodeError as error:
        raise not_json(f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise not_json("Nested too deeply.") from None
    except ValueError:
        raise not_json("A number that is not JSON or has too many digits.") from None


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, each in pairs:
        if key in value:
            raise invalid(Fault(_part(key), "The key stands twice in one object"))
        value[key] = each
    return value


def parse(body: bytes, max_documents: int) -> OneDocument | SeveralDocuments:
    """The request in `body`. Raises `Problem`: 400 when it is not JSON or nested too deeply, 413 when it has too many
    values, 422 when it is not a valid request."""
    shape.check(body, max_documents)
    value = loads(body)
    if not isinstance(value, dict):
        raise invalid(Fault("", "Input should be an object"))
    several = "documents" in value
    listed = value.get("documents")
    if isinstance(listed, list) and len(listed) > max_documents:
        raise invalid(Fault("documents", f"At most {max_documents} documents are taken at a time"))
    try:
        return (SeveralDocuments if several else OneDocument).model_validate(value)
    except ValidationError as error:
        raise invalid(*faults(error)) from None


def faults(error: ValidationError) -> tuple[Fault, ...]:
    """Each fault with its path and without the value that was sent."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(Fault(".".join(map(_part, fault["loc"])), fault["msg"]) for fault in details)


def _part(part: int | str) -> str:
    # An unknown key is the caller's own: it may be of any length and need not have a form in UTF-8.
    return str(part)[:_LONGEST_PATH_PART].encode("utf-8", "replace").decode()


def text_problem(text: str, max_chars: int, path: str = "text") -> Problem | None:
    """What keeps `text` from being analysed, if anything: its length in code points, or a lone surrogate."""
    if len(text) > max_chars:
        return text_too_long(len(text), max_chars)
    place = surrogate(text)
    if place is not None:
        return invalid(Fault(path, f"A lone surrogate at code point {place}: the text has no form in UTF-8"))
    return None
