"""The command `isnad`, which is `python -m serving` too; `isnad --help` shows what it does.

Exit status: 0 all done, 1 failure, 2 wrong use, 3 some documents could not be analysed (`infer` has them in its errors
file). `serve` ends with 0 when it is told to stop (SIGTERM, SIGINT). Every error is one line on standard error.
Settings come from the environment (`serving.settings`).
"""

import argparse
import logging
import sys
from collections.abc import Callable

from pydantic import ValidationError

from serving.analysis import TextAnalyzer
from serving.arguments import parser
from serving.articles import articles
from serving.infer import infer
from serving.reports import analysed, as_far_as_read, print_comparison, print_digests
from serving.settings import Settings
from serving.status import ALL, FAILURE, INTERRUPTED, SOME, USAGE
from serving.unread import DamagedError, UsageError


def main(arguments: list[str] | None = None, load: Callable[[Settings], TextAnalyzer] | None = None) -> int:
    """Runs the command in `arguments`; `load` gives the analyzer, by default that of the model folder. Exit status."""
    asked = parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            print(f"isnad: {_variable(fault['loc'])}{fault['msg']}", file=sys.stderr)
        return USAGE
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    command = {"serve": _serve, "infer": infer}.get(asked.command, _show)
    status = ALL
    try:
        with as_far_as_read():
            status = command(asked, settings, load or _load)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _variable(place: tuple[int | str, ...]) -> str:
    """The variable at fault; nothing where several are at odds."""
    return f"ISNAD_{str(place[0]).upper()}: " if place else ""


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
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    documents = analysed(found, analyzer, settings.max_chars, asked.min_score)
    shown = print_comparison(documents, asked.actors) if asked.command == "compare" else print_digests(documents)
    return ALL if shown == len(found) else SOME


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


if __name__ == "__main__":
    sys.exit(main())
