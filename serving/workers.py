"""Several processes behind one address, which share one copy of the model.

The model is loaded once; the processes are forked from the one that holds it, so that the system maps the same pages of
memory into all of them. (ONNX Runtime maps a file of weights too, but copies what it repacks for its kernels, which is
most of it.)
"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

from serving.analysis import TextAnalyzer
from serving.settings import Settings

_BACKLOG = 2048
_TICK_SECONDS = 0.5
_LEAST_SECONDS = 5.0
"""A worker that ends sooner is replaced only when this has passed, so that a fault of all does not keep the machine
busy."""
_STOPPED, _FAILED = 0, 1
_TELLING = (signal.SIGTERM, signal.SIGINT)

logger = logging.getLogger("isnad")


def serve_together(settings: Settings, load: Callable[[Settings], TextAnalyzer]) -> bool:
    """Serves with `settings.workers` processes until told to stop (SIGTERM, SIGINT), each as `serving.server.serve`
    does; one that ends otherwise is replaced. False when the address is not to be had or the model does not load,
    which the log says."""
    with tempfile.TemporaryDirectory(prefix="isnad-") as folder:
        # Read by prometheus_client as it is imported: the workers count together in this folder.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from serving.server import config

        try:
            listening = config(None, settings).bind_socket()
        except SystemExit:
            return False
        with listening:
            try:
                # One thread: a pool of them would not outlive the fork.
                analyzer = load(settings.model_copy(update={"threads": 1}))
                listening.listen(_BACKLOG)
            except Exception as error:
                logger.critical("the model was not loaded: %s", error)
                return False
            # What is loaded is never garbage; a collector that marked it would copy the pages that are to be shared.
            gc.collect()
            gc.freeze()
            _Workers(settings, analyzer, listening).run()
    return True


class _Workers:
    """The processes, started and replaced from this one."""

    def __init__(self, settings: Settings, analyzer: TextAnalyzer, listening: socket.socket) -> None:
        self._settings = settings
        self._analyzer = analyzer
        self._listening = listening
        self._running: dict[BaseProcess, float] = {}
        self._told = False

    def run(self) -> None:
        """Until told to stop and all have ended."""
        for telling in _TELLING:
            signal.signal(telling, self._stop)
        while not self._told or self._running:
            if not self._told and len(self._running) < self._settings.workers:
                self._start()
            else:
                wait([process.sentinel for process in self._running], timeout=_TICK_SECONDS)
            for process in [process for process in self._running if not process.is_alive()]:
                self._ended(process)

    def _stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._told = True
        for process in self._running:
            process.terminate()

    def _start(self) -> None:
        process = multiprocessing.get_context("fork").Process(target=self._work, args=(os.getpid(),))
        # What a worker is told as it begins waits until it has left the handlers of this process behind.
        signal.pthread_sigmask(signal.SIG_BLOCK, _TELLING)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TELLING)
        self._running[process] = time.monotonic()
        if self._told:
            # Told while it was being started, before it was among those that are told on.
            process.terminate()

    def _ended(self, process: BaseProcess) -> None:
        from prometheus_client.multiprocess import mark_process_dead

        lived = time.monotonic() - self._running.pop(process)
        process.join()
        mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
        if self._told:
            return
        logger.error("a worker ended with status %s and is replaced", process.exitcode)
        if lived < _LEAST_SECONDS:
            time.sleep(_LEAST_SECONDS - lived)

    def _work(self, parent: int) -> None:
        # A terminal's SIGINT goes to its whole group: with the parent's own word a worker would be told twice.
        os.setpgid(0, 0)
        # Told before it serves, it has accepted nothing and may simply end.
        for telling in _TELLING:
            signal.signal(telling, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TELLING)
        from serving.server import serve

        served = serve(self._settings, lambda _settings: self._analyzer, self._listening, parent)
        sys.exit(_STOPPED if served else _FAILED)
