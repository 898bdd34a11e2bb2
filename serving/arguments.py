"""What the command line of `isnad` understands."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from serving import __version__
from serving.analysis import TASKS
from serving.offsets import OffsetUnit

_ANALYZE = """examples:
  %(prog)s article.txt
  %(prog)s labels/corpus/seeds | less
  pdftotext article.pdf - | %(prog)s -"""
_COMPARE = """examples:
  %(prog)s ours.txt theirs.txt
  %(prog)s --actors 30 labels/corpus/seeds"""
_SERVE = """examples:
  %(prog)s
  ISNAD_PORT=9000 ISNAD_API_KEYS=secret ISNAD_HOST=0.0.0.0 %(prog)s"""
_INFER = """examples:
  %(prog)s articles out/articles.jsonl
  zcat news.jsonl.gz | %(prog)s - out/news.jsonl"""
_EXAMPLES = """examples:
  %(prog)s analyze article.txt             what one article says
  %(prog)s compare ours.txt theirs.txt     two articles side by side
  %(prog)s infer articles out/a.jsonl      a folder of .txt files, to JSONL
  %(prog)s serve                           HTTP, with a page for people, on port 8000"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"isnad: {message} ({self.prog} --help shows examples)\n")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; the one chosen is `command`. It ends the process with status 2 on wrong use."""
    prog = "isnad" if Path(sys.argv[0]).stem == "isnad" else "python -m serving"
    layout = argparse.RawDescriptionHelpFormatter
    made = _Parser(
        prog=prog, description="Who did and who said what in Arabic news.", epilog=_EXAMPLES, formatter_class=layout
    )
    made.add_argument("--version", action="version", version=f"isnad {__version__}")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, told, examples in (
        ("analyze", "print what articles say", _ANALYZE),
        ("compare", "print articles side by side: who is named, quoted and blamed, and the figures", _COMPARE),
    ):
        command = commands.add_parser(name, help=told, description=told, epilog=examples, formatter_class=layout)
        command.add_argument(
            "sources", metavar="FILE", nargs="+", help="a .txt file, - for a text, or what `infer` takes as IN"
        )
        command.add_argument("--min-score", type=_score, default=0.0, help="least score, 0 to 1")
        if name == "compare":
            command.add_argument("--actors", type=_count, default=12, help="how many actors to show (default: 12)")
    commands.add_parser("serve", help="answer over HTTP", epilog=_SERVE, formatter_class=layout)
    infer = commands.add_parser("infer", help="analyse a file or a folder", epilog=_INFER, formatter_class=layout)
    infer.add_argument("source", metavar="IN", help=".jsonl[.gz], .parquet, .csv, a folder of these or of .txt, -")
    infer.add_argument("path", metavar="OUT", nargs="?", help="answers, JSONL; by default out/ and the name of IN")
    infer.add_argument("--tasks", type=_tasks, default=TASKS, help="some of entities,attributions,stances")
    infer.add_argument("--offset-unit", type=OffsetUnit, choices=list(OffsetUnit), default=OffsetUnit.CODEPOINT)
    infer.add_argument("--min-score", type=_score, default=0.0, help="least score, 0 to 1")
    infer.add_argument("--digest", action="store_true", help="print what the answers say (offsets in code points)")
    infer.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="ray: on a Ray cluster, that of RAY_ADDRESS or one of this machine alone; OUT is then a folder",
    )
    infer.add_argument("--workers", type=_count, help="ray: processes with a model each; by default one a processor")
    infer.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl", help="ray: of the files of answers")
    return made


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
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(value)
