"""What a batch run does to one document, whichever engine runs it."""

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from serving import __version__
from serving.analysis import TASKS, ModelInfo, TextAnalyzer
from serving.answer import answer, text_sha256
from serving.offsets import OffsetUnit
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

    def run_name(self, model: ModelInfo, *more: str) -> str:
        """Twelve hexadecimal digits that another model, other choices or another `more` would change."""
        by = [model.sha256, model.version, __version__]
        parts = [by, sorted(self.tasks), self.offset_unit, self.min_score, self.max_chars, *more]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


EVERYTHING: Final = Choices()


@dataclass(slots=True)
class Tally:
    """How many documents a run has answered and refused, and how many of both an earlier run had done."""

    analysed: int = 0
    refused: int = 0
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run's output, with its end; `analysed` says for which of the two files."""

    analysed: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """Analyses documents with one model. The same document gives the same line, wherever and with whatever others."""

    analyzer: TextAnalyzer
    choices: Choices = EVERYTHING

    def __call__(self, record: Record) -> Line:
        """The answer about `record`, or its error when it cannot be analysed."""
        problem = record.problem_within(self.choices.max_chars)
        if problem is None:
            try:
                return Line(True, self._answer(record))
            except Exception as error:
                # The message and the traceback may hold the text; the class and the place in the code do not.
                logger.error("line %d: analysis failed: %s", record.line, place_of(error))
                problem = failed()
        return Line(False, _error(record, problem))

    def _answer(self, record: Record) -> bytes:
        choices = self.choices
        analysis = self.analyzer.analyze(record.text, choices.tasks, choices.min_score)
        answered = answer(analysis, record.id, choices.offset_unit, self.analyzer.info)
        return _line(answered.model_dump(mode="json") | {"meta": record.meta})

    def gave(self, line: Line, record: Record) -> bool:
        """Whether `line`, from an earlier run of this operation, is the one about `record`."""
        problem = record.problem_within(self.choices.max_chars)
        if line.analysed:
            return problem is None and answers(line.content, record)
        return line.content == _error(record, problem or failed())


def answers(line: bytes, record: Record) -> bool:
    """Whether `line` is a whole answer about `record`, its other keys included, by any model."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return False
    asked = {"id": record.id, "text_sha256": text_sha256(record.text), "meta": record.meta}
    return isinstance(value, dict) and all(value.get(key) == part for key, part in asked.items())


def _error(record: Record, problem: Problem) -> bytes:
    place = {"id": record.id, "line": record.line} | ({} if record.file is None else {"file": record.file})
    file = "" if record.file is None else quote(record.file)
    return _line(place | {"error": problem.body(f"{file}#line={record.line}")})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
