"""Errors as the caller sees them: problem details of RFC 9457."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where (keys and indexes joined by dots, "" for the whole) and what."""

    path: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):
    """A problem with its HTTP status. `detail` and `faults` never hold the caller's text."""

    kind: str
    title: str
    status: int
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str) -> dict[str, Any]:
        """The problem as a JSON object; `instance` is a URI reference that names this occurrence."""
        body: dict[str, Any] = {
            "type": f"urn:isnad:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        if self.faults:
            body["errors"] = [{"path": fault.path, "detail": fault.detail} for fault in self.faults]
        return body


def not_json(detail: str) -> Problem:
    """The body (or line) is not JSON in UTF-8."""
    return Problem("not-json", "Not JSON", 400, detail)


def unauthorized() -> Problem:
    """A key is needed, and none or a wrong one was sent."""
    return Problem(
        "unauthorized",
        "A valid API key is needed",
        401,
        "Send a key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.",
        headers={"WWW-Authenticate": 'Bearer realm="isnad"'},
    )


def body_timeout(seconds: float) -> Problem:
    """The body did not arrive in time."""
    detail = f"The body did not arrive within {seconds:g} s."
    return Problem("body-timeout", "Body too slow", 408, detail, headers={"Connection": "close"})


def body_too_large(limit: int) -> Problem:
    """The body is larger than `limit` bytes."""
    detail = f"The body is larger than {limit} bytes."
    return Problem("body-too-large", "Body too large", 413, detail, headers={"Connection": "close"})


def text_too_long(length: int, limit: int) -> Problem:
    """A document's text is longer than `limit` code points."""
    detail = f"The text has {length} code points; at most {limit} are taken, and none is cut off."
    return Problem("text-too-long", "Text too long", 413, detail)


def unsupported_media(detail: str) -> Problem:
    """The body is not declared as JSON in UTF-8."""
    return Problem(
        "unsupported-media-type", "Unsupported media type", 415, detail, headers={"Accept": "application/json"}
    )


def invalid(*faults: Fault) -> Problem:
    """Valid JSON that is not a valid request or document; at least one fault."""
    first = f"{faults[0].path}: {faults[0].detail}" if faults[0].path else faults[0].detail
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    return Problem("invalid-request", "Not a valid request", 422, first + more, faults)


def too_many_values(limit: int) -> Problem:
    """The body holds more values than `limit` documents can have."""
    detail = f"The body has more values than {limit} documents can have."
    return Problem("too-many-values", "Body too large", 413, detail)


def queue_full(retry_after: int) -> Problem:
    """As many requests as may wait are waiting; `retry_after` is in seconds."""
    return Problem(
        "queue-full", "Too many requests", 429, "The queue is full; try again later.", headers=_retry(retry_after)
    )


def bodies_full(retry_after: int) -> Problem:
    """As many bytes of bodies as may be held are held; `retry_after` is in seconds."""
    detail = "The service holds as much as it can; try again later."
    return Problem("busy", "Busy", 503, detail, headers=_retry(retry_after) | {"Connection": "close"})


def deadline_too_near(retry_after: int) -> Problem:
    """What waits already takes longer than the request's deadline; `retry_after` is in seconds."""
    detail = "The request cannot be answered before its deadline; try again later."
    return Problem("deadline", "Deadline too near", 503, detail, headers=_retry(retry_after))


def deadline_passed() -> Problem:
    """The request's deadline passed before it was answered."""
    detail = "The request was not answered before its deadline; send less at a time, or try again later."
    return Problem("deadline", "Deadline passed", 503, detail, headers=_retry(1))


def too_many_connections(retry_after: int) -> Problem:
    """As many connections as may be open are open; `retry_after` is in seconds."""
    detail = "Too many connections are open; try again later."
    headers = _retry(retry_after) | {"Connection": "close"}
    return Problem("too-many-connections", "Busy", 503, detail, headers=headers)


def not_ready(retry_after: int) -> Problem:
    """The model is not loaded; `retry_after` is in seconds."""
    return Problem("not-ready", "Not ready", 503, "The model is not loaded yet.", headers=_retry(retry_after))


def stopping(retry_after: int) -> Problem:
    """The service finishes what it accepted and takes nothing more; `retry_after` is in seconds."""
    headers = _retry(retry_after) | {"Connection": "close"}
    return Problem("stopping", "Not ready", 503, "The service is stopping.", headers=headers)


def _retry(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}


def of_status(status: int, headers: Mapping[str, str]) -> Problem:
    """What the router found: 404, 405 and the like."""
    title = HTTPStatus(status).phrase
    return Problem(
        title.lower().replace(" ", "-"), title, status, HTTPStatus(status).description or title, headers=headers
    )


def failed() -> Problem:
    """The analysis of a text, or the service, failed for a reason of its own."""
    return Problem("internal", "Internal error", 500, "Something failed here; the fault is not in the request.")


def place_of(error: BaseException) -> str:
    """The class of `error` and the place that raised it, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
