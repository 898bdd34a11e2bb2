"""What stands around every request: its id, its line in the log, its counts, and an answer when all else fails."""

import logging
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.metrics import Metrics
from serving.problems import MEDIA_TYPE, Problem, failed, place_of

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_GONE = 499

logger = logging.getLogger("isnad")


class Edge:
    """ASGI middleware. What it logs and counts is of its own making: never a path, a header or a body that was sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        instance = f"urn:uuid:{uuid4()}"
        scope["isnad.instance"] = instance
        status = 0
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = instance.removeprefix("urn:uuid:")
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            status = _CLIENT_GONE
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


def instance_of(request: Request) -> str:
    """The URI that names this request in its problem and in the log."""
    return str(request.scope["isnad.instance"])


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    """The answer that tells `problem`."""
    body = problem.body(instance_of(request))
    return JSONResponse(body, problem.status, dict(problem.headers), media_type=MEDIA_TYPE)
