"""One document's way through the analyzer, in a worker's thread."""

import threading
import time
from dataclasses import dataclass

from serving.analysis import TextAnalyzer
from serving.answer import answer
from serving.metrics import Metrics
from serving.pace import Pace, weight
from serving.request import Options
from serving.stopping import stoppable


@dataclass(frozen=True, slots=True)
class Work:
    """What a request wants of each of its documents. `metrics` and `pace` learn what it took."""

    analyzer: TextAnalyzer
    options: Options
    metrics: Metrics
    pace: Pace

    def run(self, text: str, id: str | None, queued: float, stop: threading.Event) -> str:
        """The answer about `text` as JSON; `queued` is when its turn came in its request, by `time.perf_counter`.
        Raises Stopped, before it costs anything or between two steps, once `stop` is set, and what the analyzer
        raises."""
        with stoppable(stop), self.metrics.running.track_inprogress():
            began = time.perf_counter()
            self.metrics.waited.observe(began - queued)
            analysis = self.analyzer.analyze(text, frozenset(self.options.tasks), self.options.min_score)
            made = answer(analysis, id, self.options.offset_unit, self.analyzer.info).model_dump_json()
        seconds = time.perf_counter() - began
        self.pace.seen(weight(text), seconds)
        self.metrics.worked.observe(seconds)
        self.metrics.characters.inc(len(text))
        self.metrics.pieces.inc(analysis.pieces)
        return made
