"""The command `isnad`, which is `python -m serving` too; `isnad --help` shows what it does.

Exit status: 0 all done, 1 failure, 2 wrong use, 3 some documents could not be analysed (`infer` has them in its errors
file). Every error is one line on standard error. Settings come from the environment (`serving.settings`).
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from labels.jsonl import from_json
from serving.analysis import TextAnalyzer
from serving.answer import text_sha256
from serving.arguments import parser
from serving.articles import articles
from serving.batch import Choices, Tally, run
from serving.offsets import OffsetUnit
from serving.output import BusyError
from serving.progress import Progress
from serving.reading import STDIN, DamagedError, UsageError, count, read
from serving.reports import analysed, print_comparison, print_digests
from serving.settings import Settings

ALL, FAILURE, USAGE, SOME, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None, load: Callable[[Settings], TextAnalyzer] | None = None) -> int:
    """Runs the command in `arguments`; `load` gives the analyzer, by default that of the model folder. Exit status."""
    asked = parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            print(f"isnad: ISNAD_{str(fault['loc'][0]).upper()}: {fault['msg']}", file=sys.stderr)
        return USAGE
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    command = {"serve": _serve, "infer": _infer}.get(asked.command, _show)
    try:
        return command(asked, settings, load or _load)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has had enough: nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ALL


def _load(settings: Settings) -> TextAnalyzer:
    # Imported here so that wrong use is told without waiting for the ONNX runtime.
    from serving.analyzer import Analyzer

    return Analyzer.load(settings.model_dir, settings.threads)


def _show(asked: argparse.Namespace, settings: Settings, load: Callable[[Settings], TextAnalyzer]) -> int:
    try:
        found = list(articles(asked.sources))
        if asked.command == "compare" and len(found) < 2:
            raise UsageError("one article has nothing to be compared with")
    except UsageError as error:
        print(f"isnad: {error}", file=sys.stderr)
        return USAGE
    except (OSError, DamagedError) as error:
        print(f"isnad: {error}", file=sys.stderr)
        return FAILURE
    try:
        analyzer = load(settings)
    except Exception as error:
        print(f"isnad: the model was not loaded: {error}", file=sys.stderr)
        return FAILURE
    _in_utf8()
    documents = analysed(found, analyzer, settings.max_chars, asked.min_score)
    shown = print_comparison(documents, asked.actors) if asked.command == "compare" else print_digests(documents)
    return ALL if shown == len(found) else SOME


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
    # Imported here so that a batch run does not wait for the web framework.
    import uvicorn

    from serving.app import create_app

    loaded = True

    def give_up() -> None:
        nonlocal loaded
        loaded = False
        server.should_exit = True

    app = create_app(settings, lambda: load(settings), give_up)
    # uvicorn's own access log has paths in it, which are the caller's to choose.
    config = uvicorn.Config(
        app, settings.host, settings.port, log_config=None, access_log=False, server_header=False, proxy_headers=False
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit:
        # uvicorn has said why: the address is taken, or not this machine's.
        return FAILURE
    return ALL if loaded else FAILURE


def default_path(source: str) -> str:
    """Where the answers about `source` go when nothing else is said: out/NAME.jsonl."""
    name = "stdin" if source == STDIN else Path(source).resolve().name.split(".")[0]
    return f"out/{name or 'batch'}.jsonl"


def _report(asked: argparse.Namespace, path: Path, tally: Tally) -> None:
    if asked.digest:
        _in_utf8()
        texts = {text_sha256(record.text): record.text for record in read(asked.source)}
        with path.open(encoding="utf-8") as lines:
            answers = map(json.loads, lines)
            print_digests(from_json(answer | {"text": texts[answer["text_sha256"]]}) for answer in answers)
    refused = f"; {tally.refused} refused: {path}.errors.jsonl" if tally.refused else ""
    print(f"{tally.analysed} answers: {path}{refused}")


def _in_utf8() -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.exit(main())
