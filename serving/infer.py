"""The command `infer`: a batch run on this machine or on a Ray cluster."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from labels import Document
from labels.jsonl import from_json
from serving import cluster
from serving.analysis import TextAnalyzer
from serving.answer import text_sha256
from serving.batch import run
from serving.destination import check_file
from serving.lock import BusyError
from serving.offsets import OffsetUnit
from serving.operation import Choices, Tally
from serving.pool import Job, PoolError, Workers
from serving.progress import Progress
from serving.reading import STDIN, count, read
from serving.reports import as_far_as_read, print_digests
from serving.settings import Settings
from serving.status import ALL, FAILURE, SOME, USAGE
from serving.unread import DamagedError, UsageError

Load = Callable[[Settings], TextAnalyzer]


class _LoadError(RuntimeError):
    """The model was not loaded."""


def infer(asked: argparse.Namespace, settings: Settings, load: Load) -> int:
    """Runs what was `asked`; `load` gives the analyzer. Exit status."""
    path = Path(asked.path or default_path(asked.source, asked.engine))
    if path.is_symlink():
        # What it points to is replaced, not the link.
        path = path.resolve()
    try:
        tally = (_local if asked.engine == "local" else _ray)(asked, settings, load, path)
    except UsageError as error:
        print(f"isnad: {error}", file=sys.stderr)
        return USAGE
    except (OSError, BusyError, DamagedError, PoolError, _LoadError) as error:
        print(f"isnad: {error}", file=sys.stderr)
        return FAILURE
    return SOME if tally.refused else ALL


def _choices(asked: argparse.Namespace, settings: Settings) -> Choices:
    return Choices(asked.tasks, asked.offset_unit, asked.min_score, settings.max_chars)


def _loaded(load: Load, settings: Settings) -> TextAnalyzer:
    try:
        return load(settings)
    except Exception as error:
        raise _LoadError(f"the model was not loaded: {error}") from error


def _local(asked: argparse.Namespace, settings: Settings, load: Load, path: Path) -> Tally:
    if asked.digest and (asked.source == STDIN or asked.offset_unit is not OffsetUnit.CODEPOINT):
        raise UsageError("--digest needs an input that can be read twice, and offsets in code points")
    if asked.workers is not None or asked.format != "jsonl":
        raise UsageError("--workers and --format are for --engine ray")
    check_file(asked.source, path)
    total = count(asked.source)
    analyzer = _loaded(load, settings)
    progress = Progress(sys.stderr, total)
    # Imported here so that wrong use is told without waiting for the ONNX runtime.
    from serving.model import processors

    together = settings.threads or processors()
    tally = run(read(asked.source), analyzer, path, _choices(asked, settings), progress, together)
    progress.end(tally)
    _report(asked, path, tally)
    return tally


def _ray(asked: argparse.Namespace, settings: Settings, load: Load, path: Path) -> Tally:
    if asked.digest:
        raise UsageError("--digest is for --engine local")
    info = _loaded(load, settings).info
    tally = cluster.run(
        Job(asked.source, path, _choices(asked, settings), asked.format),
        Workers(load, settings, asked.workers),
        info,
        lambda total: Progress(sys.stderr, total),
    )
    refused = f"; {tally.refused} refused: {path}/errors" if tally.refused else ""
    with as_far_as_read():
        print(f"{tally.analysed} answers: {path}/answers{refused}")
    return tally


def default_path(source: str, engine: str = "local") -> str:
    """Where the answers about `source` go when nothing else is said: out/NAME.jsonl, for Ray the folder out/NAME."""
    name = "stdin" if source == STDIN else Path(source).resolve().name.split(".")[0]
    return f"out/{name or 'batch'}{'.jsonl' if engine == 'local' else ''}"


def _report(asked: argparse.Namespace, path: Path, tally: Tally) -> None:
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    refused = f"; {tally.refused} refused: {path}.errors.jsonl" if tally.refused else ""
    with as_far_as_read():
        if asked.digest:
            print_digests(_answered(asked.source, path))
        print(f"{tally.analysed} answers: {path}{refused}")


def _answered(source: str, path: Path) -> Iterator[Document]:
    """The answers in `path` with their texts, which stand in the source in the same order."""
    records = read(source)
    with path.open(encoding="utf-8", newline="\n") as answers:
        for answer in map(json.loads, answers):
            asked_for = (answer["id"], answer["text_sha256"])
            text = next(r.text for r in records if r.problem is None and (r.id, text_sha256(r.text)) == asked_for)
            yield from_json(answer | {"text": text})
