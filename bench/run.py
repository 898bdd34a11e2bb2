"""One run: everything is measured in turn, round after round, so that a slow minute strikes all alike."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import install, texts
from bench.bert import Bert
from bench.figures import Spread, quotients
from bench.limit import Limit
from bench.machine import machine
from bench.plain import Plain
from bench.plan import CONCURRENCY, TIMES, Plan
from bench.quantised import Quantised
from bench.reader import Reader
from bench.results import LIMIT, PLAIN, QUANTISED, WHOLE, Latency, Results, Timed
from bench.service import Service, interpreter, running
from bench.whole import Whole

_BASES = 8
"""Short texts whose characters' cost is compared with a long one's: one alone would be over too soon to be timed."""

_HALF = "half load"


def run(plan: Plan, model: Path, threads: int) -> Results:
    """Measures by `plan` the model in the folder `model`. Raises ModelError if it does not load, RuntimeError if its
    service does not start or answer."""
    facts = machine(threads)
    bench = _Bench(plan, model, threads)
    with running() as service:
        at_first = service.resident()
        bench.warm()
        for turn in range(1, plan.rounds + 1):
            bench.round(service, f"round {turn}/{plan.rounds}")
        at_last = service.resident()
    return Results(
        facts,
        plan,
        bench.timed(),
        [Latency(load, values) for load, values in bench.latencies.items()],
        Spread.of(bench.ready),
        (at_first, at_last),
        install.measure(interpreter()),
        quotients(bench.long, bench.short),
    )


class _Bench:
    """What is read, what reads it, and what each round adds: `latencies` and `ready` in seconds, `short` and `long` in
    seconds for each character."""

    def __init__(self, plan: Plan, model: Path, threads: int) -> None:
        self._plan = plan
        articles = texts.seeds()
        joined = "\n".join(articles)
        # First of all, since it is soonest found that there is no model.
        self._whole = Whole(model, threads)
        self._readers = _readers(plan, articles, self._whole, model, threads)
        self._cases = texts.cases(articles, plan)
        self._works = {
            (case.name, name): reader.work(case.texts) for case in self._cases for name, reader in self._readers.items()
        }
        self._seconds: dict[tuple[str, str], list[float]] = {place: [] for place in self._works}
        (self._article,) = texts.cut(joined, plan.article, 1)
        self._bases = texts.Case("short", texts.cut(joined, plan.base, _BASES))
        self._big = texts.Case("long", texts.cut(joined, plan.base * TIMES, 1))
        self.latencies: dict[str, list[float]] = {load: [] for load in (*map(_at_a_time, CONCURRENCY), _HALF)}
        self.ready: list[float] = []
        self.short: list[float] = []
        self.long: list[float] = []

    def warm(self) -> None:
        """Lets each reader read once what is not counted."""
        for name, reader in self._readers.items():
            _say("warming", name)
            reader.work(self._bases.texts)()

    def round(self, service: Service, name: str) -> None:
        """Measures everything once."""
        for (case, reader), work in self._works.items():
            self._seconds[case, reader].append(_timed(work))
            _say(name, case, reader, f"{self._seconds[case, reader][-1]:.2f} s")
        gaps = []
        for concurrency in CONCURRENCY:
            # No fewer than two for each place, so that most of them are answered beside as many others.
            requests = max(self._plan.requests, 2 * concurrency)
            begun = time.perf_counter()
            self.latencies[_at_a_time(concurrency)] += service.latencies(self._article, requests, concurrency)
            gaps.append((time.perf_counter() - begun) / requests)
            _say(name, "HTTP", _at_a_time(concurrency))
        self.latencies[_HALF] += service.paced(self._article, self._plan.requests, 2 * min(gaps))
        _say(name, "HTTP", _HALF)
        with running() as another:
            self.ready.append(another.seconds)
        _say(name, "start", f"{self.ready[-1]:.2f} s")
        self.short.append(_timed(self._whole.work(self._bases.texts)) / self._bases.characters)
        self.long.append(_timed(self._whole.work(self._big.texts)) / self._big.characters)
        _say(name, f"{TIMES} times the length")

    def timed(self) -> list[Timed]:
        """The cases with all rounds' seconds."""
        return [
            Timed(
                case.name,
                len(case.texts),
                case.words,
                case.characters,
                {name: reader.pieces(case.texts) for name, reader in self._readers.items()},
                {name: self._seconds[case.name, name] for name in self._readers},
            )
            for case in self._cases
        ]


def _readers(plan: Plan, articles: list[str], whole: Whole, model: Path, threads: int) -> dict[str, Reader]:
    _say("making a BERT", f"{plan.layers} layers")
    bert = Bert.make(articles, plan.layers)
    _say("exporting and quantising it")
    quantised = Quantised(bert, threads)
    return {PLAIN: Plain(bert, threads), QUANTISED: quantised, WHOLE: whole, LIMIT: Limit(model, threads)}


def _at_a_time(concurrency: int) -> str:
    return f"{concurrency} at a time"


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _say(*parts: str) -> None:
    sys.stderr.write("  ".join(parts) + "\n")
    sys.stderr.flush()
