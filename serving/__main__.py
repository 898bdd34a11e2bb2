"""`python -m serving infer IN [OUT]`: a batch run; `python -m serving serve`: the HTTP service.

Exit status of `infer`: 0 all analysed, 3 some in the errors file, 2 wrong use, 1 failure; of `serve`: 2 wrong use, 1
failure. Settings come from the environment (`serving.settings`).
"""

import argparse
import logging
import sys
from collections.abc import Callable

from pydantic import ValidationError

from serving.analysis import TextAnalyzer
from serving.infer import add_arguments, infer
from serving.settings import Settings
from serving.status import ALL, FAILURE, INTERRUPTED, USAGE


def main(arguments: list[str] | None = None, load: Callable[[Settings], TextAnalyzer] | None = None) -> int:
    """Runs the command in `arguments`; `load` gives the analyzer, by default that of the model folder. Exit status."""
    asked = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in error.errors():
            print(f"isnad: ISNAD_{str(fault['loc'][0]).upper()}: {fault['msg']}", file=sys.stderr)
        return USAGE
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    command = _serve if asked.command == "serve" else infer
    try:
        return command(asked, settings, load or _load)
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m serving", description="Who did and who said what in Arabic news.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer over HTTP")
    add_arguments(commands.add_parser("infer", help="analyse a file or a folder"))
    return parser


def _load(settings: Settings) -> TextAnalyzer:
    # Imported here so that wrong use is told without waiting for the ONNX runtime.
    from serving.analyzer import Analyzer

    return Analyzer.load(settings.model_dir, settings.threads)


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


if __name__ == "__main__":
    sys.exit(main())
