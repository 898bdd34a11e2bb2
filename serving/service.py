"""The service behind the HTTP interface: the loaded model, its worker threads and its queue."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

from serving.analysis import TextAnalyzer
from serving.metrics import Metrics
from serving.pace import weight
from serving.problems import Problem, failed, not_ready, place_of, stopping
from serving.queue import Place, Queue
from serving.request import OneDocument, SeveralDocuments, text_problem
from serving.settings import Settings
from serving.work import Work

_RETRY_SECONDS = 2
_WARMING = "قال متحدث باسم الأمم المتحدة إن الوضع في سوريا صعب."

logger = logging.getLogger("isnad")


class Service:
    """Analyses requests, `settings.parallel` documents at a time and at most `settings.queue_limit` requests at once.

    A request that is cancelled leaves the queue at once, and an analysis begun for it ends before its next run of the
    network.
    """

    def __init__(self, settings: Settings, load: Callable[[], TextAnalyzer], metrics: Metrics) -> None:
        self._settings = settings
        self._load = load
        self._metrics = metrics
        self._pool = ThreadPoolExecutor(settings.parallel, thread_name_prefix="analysis")
        self._queue = Queue(settings.queue_limit, settings.parallel, metrics)
        self._analyzer: TextAnalyzer | None = None
        self._stopping = False

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

    def drain(self) -> None:
        """From now on nothing is accepted; what was accepted is still answered."""
        self._stopping = True
        self._metrics.ready.set(0)

    @property
    def idle(self) -> bool:
        """Whether nothing that was accepted is left to be answered."""
        return not len(self._queue)

    def stop(self) -> None:
        """Lets what is being worked on end, and nothing else begin."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def analyzer(self) -> TextAnalyzer:
        """The model's analyzer. Raises `Problem` (503) before it is loaded and warmed, and once the service stops."""
        if self._stopping:
            raise stopping(_RETRY_SECONDS)
        if self._analyzer is None:
            raise not_ready(_RETRY_SECONDS)
        return self._analyzer

    @property
    def model(self) -> dict[str, str] | None:
        """The loaded model's name, version and SHA-256."""
        return None if self._analyzer is None else asdict(self._analyzer.info)

    async def answer(self, request: OneDocument | SeveralDocuments, instance: str, seconds: float) -> str:
        """The answer as JSON, in a list a problem in the place of each document that has none.

        Raises `Problem`, at once where the queue is full or too long for an answer in `seconds`. `instance` names the
        request in problems and in the log.
        """
        work = Work(self.analyzer, request.options, self._metrics, self._queue.pace)
        one = isinstance(request, OneDocument)
        jobs = list(_jobs(request, instance, self._settings.max_chars))
        if one and jobs[0].problem is not None:
            raise self._refused(jobs[0].problem)
        with self._queue.place(sum(job.weight for job in jobs), seconds) as place:
            if one:
                return await self._analyze(work, jobs[0], place)
            return '{"results":[' + ",".join([await self._listed(work, job, place) for job in jobs]) + "]}"

    async def _listed(self, work: Work, job: "_Job", place: Place) -> str:
        try:
            if job.problem is not None:
                raise self._refused(job.problem)
            return await self._analyze(work, job, place)
        except Problem as problem:
            refused = {"id": job.id, "error": problem.body(job.instance)}
            return json.dumps(refused, ensure_ascii=False, separators=(",", ":"))

    def _refused(self, problem: Problem) -> Problem:
        self._metrics.documents.labels("refused").inc()
        return problem

    async def _analyze(self, work: Work, job: "_Job", place: Place) -> str:
        stop = threading.Event()
        run = partial(work.run, job.text, job.id, time.perf_counter(), stop)
        outcome = "analysed"
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, run)
        except asyncio.CancelledError:
            outcome = "dropped"
            raise
        except Exception as error:
            outcome = "failed"
            # The message and the traceback may hold the text; the class and the place in the code do not.
            logger.error("%s: analysis failed: %s", job.instance, place_of(error))
            raise failed() from None
        finally:
            stop.set()
            place.weight -= job.weight
            self._metrics.documents.labels(outcome).inc()


@dataclass(frozen=True, slots=True)
class _Job:
    """A document, what keeps it from being analysed if anything does, and the URI that names it."""

    text: str
    id: str | None
    problem: Problem | None
    instance: str

    @property
    def weight(self) -> int:
        return 0 if self.problem else weight(self.text)


def _jobs(request: OneDocument | SeveralDocuments, instance: str, max_chars: int) -> Iterator[_Job]:
    if isinstance(request, OneDocument):
        yield _Job(request.text, request.id, text_problem(request.text, max_chars), instance)
        return
    for index, each in enumerate(request.documents):
        problem = text_problem(each.text, max_chars, f"documents.{index}.text")
        yield _Job(each.text, each.id, problem, f"{instance}#/documents/{index}")
