"""`python -m serving infer IN [OUT]`: a batch run; `python -m serving serve`: the HTTP service.

Exit status of `infer`: 0 all analysed, 3 some in the errors file, 2 wrong use, 1 failure; of `serve`: 0 stopped when
told to (SIGTERM, SIGINT), 2 wrong use, 1 failure. Settings come from the environment (`serving.settings`).
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from serving.analysis import TASKS, TextAnalyzer
from serving.answer import text_sha256
from serving.batch import Choices, Tally, run
from serving.digest import digest
from serving.offsets import OffsetUnit
from serving.output import BusyError
from serving.progress import Progress
from serving.reading import STDIN, DamagedError, UsageError, count, read
from serving.settings import Settings

ALL, FAILURE, USAGE, SOME, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None, load: Callable[[Settings], TextAnalyzer] | None = None) -> int:
    """Runs the command in `arguments`; `load` gives the analyzer, by default that of the model folder. Exit status."""
    asked = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            print(f"isnad: {_variable(fault['loc'])}{fault['msg']}", file=sys.stderr)
        return USAGE
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    command = _serve if asked.command == "serve" else _infer
    try:
        return command(asked, settings, load or _load)
    except KeyboardInterrupt:
        return INTERRUPTED


def _variable(place: tuple[int | str, ...]) -> str:
    """The variable at fault; nothing where several are at odds."""
    return f"ISNAD_{str(place[0]).upper()}: " if place else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving", description="Who did and who said what in Arabic news.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer over HTTP")
    infer = commands.add_parser("infer", help="analyse a file or a folder")
    infer.add_argument("source", metavar="IN", help=".jsonl, .jsonl.gz, .parquet, .csv, a folder of .txt files, or -")
    infer.add_argument("path", metavar="OUT", nargs="?", help="answers, JSONL; by default out/ and the name of IN")
    infer.add_argument("--tasks", type=_tasks, default=TASKS, help="some of entities,attributions,stances")
    infer.add_argument("--offset-unit", type=OffsetUnit, choices=list(OffsetUnit), default=OffsetUnit.CODEPOINT)
    infer.add_argument("--min-score", type=_score, default=0.0, help="least score, 0 to 1")
    infer.add_argument("--digest", action="store_true", help="print what the answers say (offsets in code points)")
    return parser


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


def _load(settings: Settings) -> TextAnalyzer:
    # Imported here so that wrong use is told without waiting for the ONNX runtime.
    from serving.analyzer import Analyzer

    return Analyzer.load(settings.model_dir, settings.threads)


def _infer(asked: argparse.Namespace, settings: Settings, load: Callable[[Settings], TextAnalyzer]) -> int:
    path = Path(asked.path or default_path(asked.source))
    try:
        if asked.digest and (asked.source == STDIN or asked.offset_unit is not OffsetUnit.CODEPOINT):
            raise UsageError("--digest needs an input that can be read twice, and offsets in code points")
        if path.is_dir() or path.resolve() == Path(asked.source).resolve():
            raise UsageError(f"{path}: OUT is a folder or the input itself")
        total = count(asked.source)
        try:
            analyzer = load(settings)
        except Exception as error:
            print(f"isnad: the model was not loaded: {error}", file=sys.stderr)
            return FAILURE
        progress = Progress(sys.stderr, total)
        choices = Choices(asked.tasks, asked.offset_unit, asked.min_score, settings.max_chars)
        tally = run(read(asked.source), analyzer, path, choices, progress)
        progress.end(tally)
        _report(asked, path, tally)
    except UsageError as error:
        print(f"isnad: {error}", file=sys.stderr)
        return USAGE
    except (OSError, BusyError, DamagedError) as error:
        print(f"isnad: {error}", file=sys.stderr)
        return FAILURE
    return SOME if tally.refused else ALL


def _serve(_asked: argparse.Namespace, settings: Settings, load: Callable[[Settings], TextAnalyzer]) -> int:
    if settings.exposed:
        print(
            "isnad: ISNAD_HOST is not a loopback address and ISNAD_API_KEYS is unset: anyone could ask", file=sys.stderr
        )
        return USAGE
    # Imported here so that a batch run does not wait for the web framework, nor workers for what is not theirs.
    if settings.workers > 1:
        from serving.workers import serve_together as serve
    else:
        from serving.server import serve
    return ALL if serve(settings, load) else FAILURE


def default_path(source: str) -> str:
    """Where the answers about `source` go when nothing else is said: out/NAME.jsonl."""
    name = "stdin" if source == STDIN else Path(source).resolve().name.split(".")[0]
    return f"out/{name or 'batch'}.jsonl"


def _report(asked: argparse.Namespace, path: Path, tally: Tally) -> None:
    if asked.digest:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        texts = {text_sha256(record.text): record.text for record in read(asked.source)}
        with path.open(encoding="utf-8") as answers:
            for line in answers:
                answer = json.loads(line)
                print("\n".join(digest(texts[answer["text_sha256"]], answer)))
    refused = f"; {tally.refused} refused: {path}.errors.jsonl" if tally.refused else ""
    print(f"{tally.analysed} answers: {path}{refused}")


if __name__ == "__main__":
    sys.exit(main())
