"""The queue before the analysis: who gets a place in it, and how long it is."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from serving.metrics import Metrics
from serving.pace import Pace
from serving.problems import deadline_too_near, queue_full

_LONGEST_RETRY = 60


@dataclass(eq=False)
class Place:
    """A request in the queue. `weight` is the work left in it, in characters."""

    weight: int


@dataclass(eq=False)
class Queue:
    """At most `limit` requests that wait or are worked on, `parallel` documents at a time."""

    limit: int
    parallel: int
    metrics: Metrics
    pace: Pace = field(default_factory=Pace)
    _places: set[Place] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._places)

    @contextmanager
    def place(self, weight: int, seconds: float) -> Iterator[Place]:
        """A place for a request of `weight` that must be answered in `seconds`. Raises `Problem`: 429 when there is
        none, 503 when what stands before it takes longer than that."""
        before = self._wait()
        if len(self._places) >= self.limit:
            raise queue_full(_retry(before / len(self._places)))
        needed = before + self.pace.seconds(weight)
        # An empty queue takes all: the pace may have been that of a bad moment, and is learned from what is taken.
        if self._places and needed > seconds:
            raise deadline_too_near(_retry(min(before, needed - seconds)))
        place = Place(weight)
        self._places.add(place)
        self.metrics.queue.set(len(self._places))
        try:
            yield place
        finally:
            self._places.remove(place)
            self.metrics.queue.set(len(self._places))

    def _wait(self) -> float:
        """Seconds until all that has a place is done."""
        return self.pace.seconds(sum(place.weight for place in self._places) / self.parallel)


def _retry(seconds: float) -> int:
    return max(1, min(_LONGEST_RETRY, math.ceil(seconds)))
