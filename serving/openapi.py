"""The description of the HTTP interface, OpenAPI 3.1."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from serving.problems import MEDIA_TYPE
from serving.request import OneDocument, SeveralDocuments
from serving.schema import ProblemAnswer

_COMPONENT = "#/components/schemas/{model}"
_REQUESTS = (OneDocument, SeveralDocuments)

REQUEST: dict[str, Any] = {
    "parameters": [
        {
            "name": "X-Request-ID",
            "in": "header",
            "description": "Names the request in its answer and in the log: 1 to 64 of A-Z a-z 0-9 . _ ~ -",
            "schema": {"type": "string"},
        },
        {
            "name": "Prefer",
            "in": "header",
            "description": "wait=SECONDS: how long the client waits for its answer (RFC 7240)",
            "schema": {"type": "string"},
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [{"$ref": _COMPONENT.format(model=model.__name__)} for model in _REQUESTS]}
            }
        },
    },
    "security": [{}, {"bearer": []}, {"key": []}],
}
"""What the endpoint takes; it reads the body itself, so that the limits hold while the body arrives."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers with these statuses."""
    schema = {"$ref": _COMPONENT.format(model=ProblemAnswer.__name__)}
    return {status: {"description": "Problem", "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of `app`, with the models that its endpoints do not name themselves."""
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    named = [(model, "validation") for model in _REQUESTS] + [(ProblemAnswer, "serialization")]
    _, definitions = models_json_schema(named, ref_template=_COMPONENT)  # type: ignore[arg-type]
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(definitions["$defs"])
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    return document
