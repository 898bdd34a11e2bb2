"""The HTTP interface."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from labels.scheme import SCHEME_VERSION
from serving import __version__, keys, page, waiting
from serving.analysis import TextAnalyzer
from serving.body import Bodies
from serving.edge import Edge, instance_of, problem_response
from serving.metrics import Metrics
from serving.openapi import REQUEST, describe, problems
from serving.problems import Problem, of_status
from serving.request import parse
from serving.schema import Answer, Answers
from serving.service import Service
from serving.settings import Settings

logger = logging.getLogger("isnad")


def create_app(
    settings: Settings,
    load: Callable[[], TextAnalyzer],
    on_load_failure: Callable[[], None] = lambda: None,
    ready_first: bool = False,
) -> FastAPI:
    """The application, its `Service` in `state.service`. `load` is called in a thread as it starts, which waits for it
    if it shall be `ready_first`; when it raises, so is `on_load_failure`."""
    metrics = Metrics()
    service = Service(settings, load, metrics)
    bodies = Bodies(settings.max_body_bytes, settings.max_held_bytes)

    async def start() -> None:
        try:
            await service.start()
        except Exception as error:
            logger.critical("the model was not loaded: %s", error)
            on_load_failure()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.create_task(start())
        if ready_first:
            await loading
        yield
        loading.cancel()
        service.stop()

    app = FastAPI(
        title="isnad",
        summary="Who did and who said what in Arabic news",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        # A redirection would be to the host that the client named, whoever that is.
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.service = service
    # Made once: it takes twenty milliseconds, in which the event loop does nothing else.
    app.openapi = cache(lambda: describe(app))  # type: ignore[method-assign]
    app.add_middleware(Edge, metrics=metrics)

    @app.exception_handler(Problem)
    async def tell(request: Request, problem: Problem) -> Response:
        return problem_response(request, problem)

    @app.exception_handler(HTTPException)
    async def tell_status(request: Request, error: HTTPException) -> Response:
        return problem_response(request, of_status(error.status_code, error.headers or {}))

    @app.post(
        "/analyze",
        response_model=Answer | Answers,
        responses=problems(400, 401, 408, 413, 415, 422, 429, 500, 503),
        openapi_extra=REQUEST,
    )
    async def analyze(request: Request) -> Response:
        """Entities, attributions, stances and actors of one text or several."""
        keys.check(request.headers, settings.api_keys)
        clock = asyncio.get_running_loop().time
        seconds = waiting.patience(request, settings.deadline_seconds)
        until = clock() + seconds
        with bodies.share() as share:
            body = parse(await share.read(request, min(seconds, settings.body_seconds)), settings.max_documents)
            work = service.answer(body, instance_of(request), until - clock())
            answered = await waiting.answer(work, request, until)
        return Response(answered, media_type="application/json")

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """200 as long as the process lives."""
        return {"status": "alive"}

    @app.get("/readyz", responses=problems(503))
    async def readyz() -> dict[str, str]:
        """200 once the model is loaded and warmed, until the service is told to stop."""
        return {"status": "ready", "model": service.analyzer.info.name}

    @app.get("/version")
    async def version() -> JSONResponse:
        """The versions of the program and the annotation scheme, and the model once it is loaded."""
        model = service.model
        return JSONResponse({"name": "isnad", "version": __version__, "scheme": SCHEME_VERSION, "model": model})

    @app.get("/metrics", response_class=Response)
    async def counts() -> Response:
        """Counts in the Prometheus text format."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.include_router(page.router())
    return app
