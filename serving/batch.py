"""Batch runs: every document of an input analysed in order, into a file of answers and a file of errors."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving import __version__
from serving.analysis import TASKS, TextAnalyzer
from serving.answer import answer, text_sha256
from serving.offsets import OffsetUnit
from serving.output import Output
from serving.problems import Problem, failed, place_of
from serving.record import Record

logger = logging.getLogger("isnad")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is asked of a run; `max_chars` is the longest text taken, in code points."""

    tasks: frozenset[str] = TASKS
    offset_unit: OffsetUnit = OffsetUnit.CODEPOINT
    min_score: float = 0.0
    max_chars: int = 200_000


@dataclass(slots=True)
class Tally:
    """How many documents a run has answered and refused, and how many of both an earlier run had done."""

    analysed: int = 0
    refused: int = 0
    resumed: int = 0


def run(
    records: Iterable[Record],
    analyzer: TextAnalyzer,
    path: Path,
    choices: Choices = Choices(),
    progress: Callable[[Tally], None] = lambda _tally: None,
) -> Tally:
    """Analyses `records` into `path` and, for what cannot be analysed, `path` with ".errors.jsonl" appended.

    A run that was killed is gone on with when it is started again with the same arguments. `progress` is called after
    every document. Raises `OSError` and `serving.output.BusyError`, and what reading the records raises.
    """
    tally = Tally()
    with Output(path, _run_name(analyzer, choices)) as output:
        for record in _left(records, output, choices.max_chars, tally):
            problem = record.problem_within(choices.max_chars)
            line = b"" if problem else _analyze(record, analyzer, choices)
            if line:
                output.results.append(line)
                tally.analysed += 1
            else:
                output.errors.append(_error(record, problem or failed()))
                tally.refused += 1
            progress(tally)
        output.finish()
    return tally


def _run_name(analyzer: TextAnalyzer, choices: Choices) -> str:
    model = [analyzer.info.sha256, analyzer.info.version, __version__]
    parts = [model, sorted(choices.tasks), choices.offset_unit, choices.min_score, choices.max_chars]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def _left(records: Iterable[Record], output: Output, max_chars: int, tally: Tally) -> Iterator[Record]:
    """The records that `output` has no line for: all from the first that it does not have."""
    resuming = True
    for record in records:
        if resuming:
            if _done(record, output, max_chars, tally):
                tally.resumed += 1
                continue
            resuming = False
            output.cut()
        yield record
    if resuming:
        output.cut()


def _done(record: Record, output: Output, max_chars: int, tally: Tally) -> bool:
    """Whether the next line of one of the files is this record's; it is then kept."""
    problem = record.problem_within(max_chars)
    if problem is None and _answers(output.results.peek(), record):
        output.results.keep()
        tally.analysed += 1
        return True
    if output.errors.peek() == _error(record, problem or failed()):
        output.errors.keep()
        tally.refused += 1
        return True
    return False


def _answers(line: bytes, record: Record) -> bool:
    if not line:
        return False
    try:
        value = json.loads(line)
    except ValueError:
        return False
    asked = {"id": record.id, "text_sha256": text_sha256(record.text), "meta": record.meta}
    return isinstance(value, dict) and all(value.get(key) == part for key, part in asked.items())


def _analyze(record: Record, analyzer: TextAnalyzer, choices: Choices) -> bytes:
    """The record's line, or nothing when the analysis failed."""
    try:
        analysis = analyzer.analyze(record.text, choices.tasks, choices.min_score)
        answered = answer(analysis, record.id, choices.offset_unit, analyzer.info)
    except Exception as error:
        # The message and the traceback may hold the text; the class and the place in the code do not.
        logger.error("line %d: analysis failed: %s", record.line, place_of(error))
        return b""
    return _line(answered.model_dump(mode="json") | {"meta": record.meta})


def _error(record: Record, problem: Problem) -> bytes:
    return _line({"id": record.id, "line": record.line, "error": problem.body(f"#line={record.line}")})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
