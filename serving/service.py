"""The service behind the HTTP interface: the loaded model, its worker threads and its queue."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict

from serving.analysis import TextAnalyzer
from serving.answer import answer
from serving.metrics import Metrics
from serving.problems import Problem, failed, not_ready, place_of, queue_full
from serving.request import OneDocument, Options, SeveralDocuments, text_problem
from serving.settings import Settings

_RETRY_SECONDS = 2
_WARMING = "قال متحدث باسم الأمم المتحدة إن الوضع في سوريا صعب."

logger = logging.getLogger("isnad")


class Service:
    """Analyses requests, `settings.workers` documents at a time and at most `settings.queue_limit` requests at once."""

    def __init__(self, settings: Settings, load: Callable[[], TextAnalyzer], metrics: Metrics) -> None:
        self._settings = settings
        self._load = load
        self._metrics = metrics
        self._pool = ThreadPoolExecutor(settings.workers, thread_name_prefix="analysis")
        self._occupied = 0
        self._analyzer: TextAnalyzer | None = None

    async def start(self) -> None:
        """Loads and warms the model in a thread. Raises what the loader raises."""
        analyzer = await asyncio.get_running_loop().run_in_executor(self._pool, self._load_and_warm)
        self._analyzer = analyzer
        self._metrics.model(analyzer.info)
        logger.info("ready with model %s %s", analyzer.info.name, analyzer.info.version)

    def _load_and_warm(self) -> TextAnalyzer:
        analyzer = self._load()
        analyzer.analyze(_WARMING)
        return analyzer

    def stop(self) -> None:
        """Lets what is being worked on end, and nothing else begin."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def analyzer(self) -> TextAnalyzer:
        """The model's analyzer. Raises `Problem` (503) before it is loaded and warmed."""
        if self._analyzer is None:
            raise not_ready(_RETRY_SECONDS)
        return self._analyzer

    @property
    def model(self) -> dict[str, str] | None:
        """The loaded model's name, version and SHA-256."""
        return None if self._analyzer is None else asdict(self._analyzer.info)

    async def answer(self, request: OneDocument | SeveralDocuments, instance: str) -> str:
        """The answer as JSON, in a list a problem in the place of each document that has none.

        Raises `Problem`; `instance` names the request in problems and in the log.
        """
        with self._place():
            if isinstance(request, OneDocument):
                return await self._analyze(request.text, request.id, request.options, "text", instance)
            results = [await self._listed(request, index, instance) for index in range(len(request.documents))]
            return '{"results":[' + ",".join(results) + "]}"

    async def _listed(self, request: SeveralDocuments, index: int, instance: str) -> str:
        document = request.documents[index]
        place = f"{instance}#/documents/{index}"
        try:
            return await self._analyze(document.text, document.id, request.options, f"documents.{index}.text", place)
        except Problem as problem:
            refused = {"id": document.id, "error": problem.body(place)}
            return json.dumps(refused, ensure_ascii=False, separators=(",", ":"))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._occupied >= self._settings.queue_limit:
            raise queue_full(_RETRY_SECONDS)
        self._occupied += 1
        self._metrics.queue.set(self._occupied)
        try:
            yield
        finally:
            self._occupied -= 1
            self._metrics.queue.set(self._occupied)

    async def _analyze(self, text: str, id: str | None, options: Options, path: str, instance: str) -> str:
        analyzer = self.analyzer
        problem = text_problem(text, self._settings.max_chars, path)
        if problem is not None:
            self._metrics.documents.labels("refused").inc()
            raise problem

        def work() -> str:
            analysis = analyzer.analyze(text, frozenset(options.tasks), options.min_score)
            return answer(analysis, id, options.offset_unit, analyzer.info).model_dump_json()

        try:
            result = await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except Exception as error:
            # The message and the traceback may hold the text; the class and the place in the code do not.
            logger.error("%s: analysis failed: %s", instance, place_of(error))
            self._metrics.documents.labels("failed").inc()
            raise failed() from None
        self._metrics.documents.labels("analysed").inc()
        self._metrics.characters.inc(len(text))
        return result
