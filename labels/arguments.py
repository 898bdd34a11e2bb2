"""What `python -m labels` takes on its command line."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from labels.formats.registry import FORMATS

Command = Callable[[argparse.Namespace], int]
"""Runs with the arguments given and returns the exit status."""


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of `python -m labels`, which sets `run` to one of the commands by its name."""
    made = argparse.ArgumentParser(prog="python -m labels", description="Tools for annotators.")
    names = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, *examples: str) -> argparse.ArgumentParser:
        lines = "\n".join(f"  python -m labels {name} {example}" for example in examples)
        command = names.add_parser(
            name,
            help=help,
            description=help,
            epilog=f"examples:\n{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=commands[name])
        return command

    documents = "a .jsonl file, or a folder of them"
    validate = command("validate", "name every fault: file:line: document: place: fault", "labels/corpus")
    validate.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=documents)

    stats = command("stats", "count what is annotated", "mine.jsonl", "labels/corpus --split labels/corpus/split.tsv")
    stats.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=documents)
    stats.add_argument("--split", type=Path, metavar="FILE", help="count each part too, as a split.tsv has them")

    agreement = command(
        "agreement", "score the annotations B against A, over the documents of both", "first.jsonl second.jsonl"
    )
    agreement.add_argument("a", type=Path, metavar="A", help=documents)
    agreement.add_argument("b", type=Path, metavar="B", help="the same, or answers of the service to A's texts")

    convert = command(
        "convert",
        "write documents in another format",
        "mine.jsonl mine.conll",
        "out/answers.jsonl tasks.json --to label-studio-predictions --texts articles.jsonl",
        "export.json corrected.jsonl",
    )
    convert.add_argument("source", type=Path, metavar="IN", help="a file, or a folder of brat")
    convert.add_argument(
        "target", type=Path, metavar="OUT", help="where to write; a folder of brat must be new or empty"
    )
    for option, name in (("--from", "source_format"), ("--to", "target_format")):
        convert.add_argument(
            option,
            dest=name,
            choices=FORMATS,
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)}; by default from the ending",
        )
    convert.add_argument(
        "--texts", type=Path, metavar="PATH", help="where IN is answers of the service: the texts that it was given"
    )

    compare = command(
        "diff",
        "show two annotations of a document side by side",
        "first.jsonl second.jsonl",
        "mine.jsonl out/answers.jsonl news-17",
    )
    compare.add_argument("a", type=Path, metavar="A", help="a file of any format, or a folder of brat")
    compare.add_argument("b", type=Path, metavar="B", help="the same, or answers of the service to A's texts")
    compare.add_argument("id", nargs="?", metavar="ID", help="the document's id; all documents of both when left out")

    show = command("show", "print a document with its annotations", "labels/corpus syria-01")
    show.add_argument("path", type=Path, metavar="PATH", help=documents)
    show.add_argument("id", nargs="?", metavar="ID", help="the document's id; the first document when left out")
    return made
