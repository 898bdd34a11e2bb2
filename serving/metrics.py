"""What the service counts, for Prometheus."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from serving.analysis import ModelInfo

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Metrics:
    """The counts of one service, of all its processes where they are several. No label holds anything that a caller
    chose."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            "isnad_requests", "HTTP requests answered", ("method", "route", "status"), registry=registry
        )
        self.seconds = Histogram(
            "isnad_request_seconds", "Time to an answer", ("route",), buckets=_SECONDS, registry=registry
        )
        self.documents = Counter("isnad_documents", "Documents by what became of them", ("outcome",), registry=registry)
        self.waited = Histogram(
            "isnad_wait_seconds",
            "Time from a document's turn in its request to its analysis",
            buckets=_SECONDS,
            registry=registry,
        )
        self.worked = Histogram("isnad_analysis_seconds", "Time of an analysis", buckets=_SECONDS, registry=registry)
        self.characters = Counter("isnad_characters", "Code points analysed", registry=registry)
        self.pieces = Counter("isnad_pieces", "Pieces (tokens) read by the encoder", registry=registry)
        self.queue = Gauge(
            "isnad_queue", "Requests that wait or are worked on", registry=registry, multiprocess_mode="livesum"
        )
        self.running = Gauge(
            "isnad_running", "Documents being analysed", registry=registry, multiprocess_mode="livesum"
        )
        self.ready = Gauge(
            "isnad_ready",
            "1 once the model is loaded and warmed, until the service stops",
            registry=registry,
            multiprocess_mode="livemin",
        )
        self._model = Gauge(
            "isnad_model_info",
            "The model behind the answers",
            ("name", "version", "sha256"),
            registry=registry,
            multiprocess_mode="livemax",
        )

    def model(self, info: ModelInfo) -> None:
        """Says which model is in use."""
        self._model.labels(info.name, info.version, info.sha256).set(1)
        self.ready.set(1)

    def text(self) -> bytes:
        """All counts in the Prometheus text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
