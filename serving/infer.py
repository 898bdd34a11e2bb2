"""The command `infer`: a batch run on this machine or on a Ray cluster."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from serving import cluster
from serving.analysis import TASKS, TextAnalyzer
from serving.answer import text_sha256
from serving.batch import run
from serving.destination import check_file
from serving.digest import digest
from serving.lock import BusyError
from serving.offsets import OffsetUnit
from serving.operation import Choices, Tally
from serving.pool import Job, PoolError, Workers
from serving.progress import Progress
from serving.reading import STDIN, count, read
from serving.settings import Settings
from serving.status import ALL, FAILURE, SOME, USAGE
from serving.unread import DamagedError, UsageError

Load = Callable[[Settings], TextAnalyzer]


class _LoadError(RuntimeError):
    """The model was not loaded."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `infer` can be asked."""
    parser.add_argument("source", metavar="IN", help=".jsonl, .jsonl.gz, .parquet, .csv, a folder of these or of .txt")
    parser.add_argument("path", metavar="OUT", nargs="?", help="answers, JSONL; by default out/ and the name of IN")
    parser.add_argument("--tasks", type=_tasks, default=TASKS, help="some of entities,attributions,stances")
    parser.add_argument("--offset-unit", type=OffsetUnit, choices=list(OffsetUnit), default=OffsetUnit.CODEPOINT)
    parser.add_argument("--min-score", type=_score, default=0.0, help="least score, 0 to 1")
    parser.add_argument("--digest", action="store_true", help="print what the answers say (offsets in code points)")
    parser.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="ray: on a Ray cluster, that of RAY_ADDRESS or one of this machine alone; OUT is then a folder",
    )
    parser.add_argument("--workers", type=_count, help="ray: processes with a model each; by default one a processor")
    parser.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl", help="ray: of the files of answers")


def _tasks(value: str) -> frozenset[str]:
    tasks = frozenset(value.split(","))
    if not tasks <= TASKS:
        raise argparse.ArgumentTypeError(f"some of {', '.join(sorted(TASKS))}, separated by commas")
    return tasks


def _score(value: str) -> float:
    score = float(value)
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError("a number from 0 to 1")
    return score


def _count(value: str) -> int:
    count = int(value)
    if count < 1:
        raise argparse.ArgumentTypeError("a number from 1")
    return count


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
    tally = run(read(asked.source), analyzer, path, _choices(asked, settings), progress)
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
    print(f"{tally.analysed} answers: {path}/answers{refused}")
    return tally


def default_path(source: str, engine: str = "local") -> str:
    """Where the answers about `source` go when nothing else is said: out/NAME.jsonl, for Ray the folder out/NAME."""
    name = "stdin" if source == STDIN else Path(source).resolve().name.split(".")[0]
    return f"out/{name or 'batch'}{'.jsonl' if engine == 'local' else ''}"


def _report(asked: argparse.Namespace, path: Path, tally: Tally) -> None:
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if asked.digest:
        records = read(asked.source)
        with path.open(encoding="utf-8", newline="\n") as answers:
            for line in answers:
                answer = json.loads(line)
                asked_for = (answer["id"], answer["text_sha256"])
                text = next(r.text for r in records if r.problem is None and (r.id, text_sha256(r.text)) == asked_for)
                print("\n".join(digest(text, answer)))
    refused = f"; {tally.refused} refused: {path}.errors.jsonl" if tally.refused else ""
    print(f"{tally.analysed} answers: {path}{refused}")
