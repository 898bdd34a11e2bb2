"""Batch runs on one machine: every document analysed in order, into a file of answers and a file of errors."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from serving.ahead import ahead
from serving.analysis import TextAnalyzer
from serving.operation import EVERYTHING, Choices, Line, Operation, Tally
from serving.output import Output
from serving.record import Record


def run(
    records: Iterable[Record],
    analyzer: TextAnalyzer,
    path: Path,
    choices: Choices = EVERYTHING,
    progress: Callable[[Tally], None] = lambda _tally: None,
    together: int = 1,
) -> Tally:
    """Analyses `records`, `together` of them at a time, into `path` and, for what cannot be analysed, `path` with
    ".errors.jsonl" appended.

    A run that was killed is gone on with when it is started again with the same arguments. `progress` is called after
    every document. Raises `OSError` and `serving.output.BusyError`, and what reading the records raises.
    """
    tally = Tally()
    operation = Operation(analyzer, choices)
    with Output(path, choices.run_name(analyzer.info)) as output:
        for line in ahead(operation, _left(records, output, operation, tally, progress), together):
            (output.results if line.analysed else output.errors).append(line.content)
            _count(line, tally)
            progress(tally)
        output.finish()
    return tally


def _count(line: Line, tally: Tally) -> None:
    if line.analysed:
        tally.analysed += 1
    else:
        tally.refused += 1


def _left(
    records: Iterable[Record], output: Output, operation: Operation, tally: Tally, progress: Callable[[Tally], None]
) -> Iterator[Record]:
    """The records that `output` has no line for: all from the first that it does not have."""
    resuming = True
    for record in records:
        if resuming:
            line = _kept(record, output, operation)
            if line is not None:
                _count(line, tally)
                tally.resumed += 1
                progress(tally)
                continue
            resuming = False
            output.cut()
        yield record
    if resuming:
        output.cut()


def _kept(record: Record, output: Output, operation: Operation) -> Line | None:
    """The next line of one of the files if it is this record's; it is then passed over."""
    for analysed, part in ((True, output.results), (False, output.errors)):
        line = Line(analysed, part.peek())
        if operation.gave(line, record):
            part.keep()
            return line
    return None
