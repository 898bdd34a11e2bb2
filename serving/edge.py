"""What stands around every request: its id, its line in the log, its counts, and an answer when all else fails."""

import asyncio
import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.metrics import Metrics
from serving.problems import MEDIA_TYPE, Problem, failed, place_of, stopping

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499
_RETRY_SECONDS = 2
_URN = "urn:isnad:request:"
# Letters of URNs, and few enough that an id is no place for a text.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}", re.ASCII)

logger = logging.getLogger("isnad")


class Edge:
    """ASGI middleware. What it logs and counts is of its own making, but for an id that the client gave its request:
    never a path, another header or a body that was sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _id(Headers(scope=scope))
        instance = scope["isnad.instance"] = instance_named(id)
        status = 0
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = id
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            status = _CLIENT_GONE
        except asyncio.CancelledError:
            # The server waits no longer for what it accepted; nothing but the answer is left to do.
            if status == 0:
                await problem_response(Request(scope), stopping(_RETRY_SECONDS))(scope, receive, watched)
        except Exception as error:
            logger.error("%s: failed: %s", instance, place_of(error))
            if status == 0:
                await problem_response(Request(scope), failed())(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "unknown")
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(seconds)
            logger.info("%s: %s %s %d in %.0f ms", instance, method, route, status, 1000 * seconds)


def _id(headers: Headers) -> str:
    sent = headers.get("x-request-id", "")
    return sent if _SANE_ID.fullmatch(sent) else new_id()


def new_id() -> str:
    """An id for a request that brings none, or none that is fit for a log."""
    return str(uuid4())


def instance_named(id: str) -> str:
    """The URI of the request `id`."""
    return _URN + id


def instance_of(request: Request) -> str:
    """The URI that names this request in its problem and in the log."""
    return str(request.scope["isnad.instance"])


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    """The answer that tells `problem`."""
    body = problem.body(instance_of(request))
    return JSONResponse(body, problem.status, dict(problem.headers), media_type=MEDIA_TYPE)
