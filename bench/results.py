"""What was measured, as it goes into `results.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.figures import Spread, percentile, quotients, rates
from bench.install import Install
from bench.plan import Plan

PLAIN, QUANTISED, WHOLE, LIMIT = "transformers fp32", "ONNX int8", "isnad", "limit"
"""The readers' names: the BERT by transformers, the same in int8, this project, the bare matrix products."""
READERS = (PLAIN, QUANTISED, WHOLE, LIMIT)


@dataclass(frozen=True, slots=True)
class Timed:
    """One case: by reader, the pieces of all its documents, and the seconds that reading them took in each round."""

    name: str
    documents: int
    words: int
    characters: int
    pieces: Mapping[str, int]
    seconds: Mapping[str, Sequence[float]]

    def documents_rate(self, reader: str) -> Spread:
        """Documents per second."""
        return rates(self.documents, self.seconds[reader])

    def pieces_rate(self, reader: str) -> Spread:
        """Pieces of the reader's own vocabulary per second."""
        return rates(self.pieces[reader], self.seconds[reader])

    def ratio(self, other: str) -> Spread:
        """How many times as many documents this project reads in the time of `other`."""
        return quotients(self.seconds[other], self.seconds[WHOLE])

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self) | {
            "documents_per_second": {reader: asdict(self.documents_rate(reader)) for reader in READERS},
            "pieces_per_second": {reader: asdict(self.pieces_rate(reader)) for reader in READERS},
            "ratios": {f"isnad / {o}": asdict(self.ratio(o)) for o in READERS if o != WHOLE},
        }


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds of all requests, of all rounds, under one `load`."""

    load: str
    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return percentile(self.seconds, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.seconds, 0.99)

    def to_json(self) -> dict[str, Any]:
        """Seconds, all of them too."""
        return {"load": self.load, "median": self.median, "p99": self.p99, "seconds": list(self.seconds)}


@dataclass(frozen=True, slots=True)
class Results:
    """All figures. `ready`: seconds from a process's start until it is ready, one in each round. `resident`: bytes held
    by the process that answered, before the first request and behind the last. `growth`: the cost of a character in a
    text `plan.TIMES` as long, through that in the short one."""

    machine: Mapping[str, Any]
    plan: Plan
    cases: Sequence[Timed]
    latencies: Sequence[Latency]
    ready: Spread
    resident: tuple[int | None, int | None]
    install: Install
    growth: Spread

    def to_json(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self) | {
            "cases": [case.to_json() for case in self.cases],
            "latencies": [latency.to_json() for latency in self.latencies],
        }
