"""What the service counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from serving.analysis import ModelInfo

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Metrics:
    """The counts of one service. No label holds anything that a caller chose."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "isnad_requests", "HTTP requests answered", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "isnad_request_seconds", "Time to an answer", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self.documents = Counter(
            "isnad_documents", "Documents by what became of them", ("outcome",), registry=self._registry
        )
        self.characters = Counter("isnad_characters", "Code points analysed", registry=self._registry)
        self.queue = Gauge("isnad_queue", "Requests that wait or are worked on", registry=self._registry)
        self.ready = Gauge("isnad_ready", "1 once the model is loaded and warmed", registry=self._registry)
        self._model = Info("isnad_model", "The model behind the answers", registry=self._registry)

    def model(self, info: ModelInfo) -> None:
        """Says which model is in use."""
        self._model.info({"name": info.name, "version": info.version, "sha256": info.sha256})
        self.ready.set(1)

    def text(self) -> bytes:
        """All counts in the Prometheus text format."""
        return generate_latest(self._registry)
