"""Tools for annotators. `python -m labels --help` lists them.

Exit status: 0 done, 1 faults or malformed files found, 2 wrong use.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from labels import jsonl
from labels.arguments import Command, parser
from labels.counts import by_part, count
from labels.diff import diff
from labels.display import display
from labels.document import Document
from labels.fields import FormatError
from labels.formats.registry import FORMATS, guess
from labels.scoring import score
from labels.split import PARTS, parts
from labels.texts import texts
from labels.validation import faults


class WrongUse(Exception):
    """The arguments do not make sense; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status. Reports go to standard output, complaints to standard error."""
    options = parser(COMMANDS).parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except WrongUse as error:
        print(f"python -m labels: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except (FormatError, OSError) as error:
        print(f"python -m labels: {error}", file=sys.stderr)
        return 1


def _validate(options: argparse.Namespace) -> int:
    documents = found = 0
    first: dict[str, str] = {}
    for path in _files(options.paths):
        for number, line in jsonl.rows(path):
            documents += 1
            place = f"{path}:{number}"
            for fault in _line_faults(line, place, first):
                found += 1
                print(f"{place}: {fault}")
    print(f"{documents} documents, {found} faults")
    return 1 if found else 0


def _line_faults(line: bytes, place: str, first: dict[str, str]) -> Iterator[str]:
    """The faults of one line; `first` maps each id seen to its place and is kept up to date."""
    try:
        document = jsonl.parse(line)
    except FormatError as error:
        yield f"?: {error.key or 'line'}: {error.fault}"
        return
    if first.setdefault(document.id, place) != place:
        yield f"{document.id}: document: the id stands at {first[document.id]} too"
    yield from (f"{document.id}: {fault}" for fault in faults(document))


def _stats(options: argparse.Namespace) -> int:
    if options.split is None:
        print(count(_documents(options.paths)).table())
        return 0
    named = parts(_existing(options.split))
    documents = list(_documents(options.paths))
    for document in documents:
        if document.id not in named:
            raise WrongUse(f"{options.split} has no part for document {document.id}")
    sides = {part: count(document for document in documents if named[document.id] == part) for part in PARTS}
    print(by_part(count(documents), sides))
    return 0


def _agreement(options: argparse.Namespace) -> int:
    ours = _by_id([options.a], {})
    theirs = _by_id([options.b], {key: document.text for key, document in ours.items()})
    keys = _common(options.a, ours, options.b, theirs)
    try:
        print(score((ours[key] for key in keys), (theirs[key] for key in keys)).table())
    except ValueError as error:
        raise WrongUse(str(error)) from None
    return 0


def _show(options: argparse.Namespace) -> int:
    for document in _documents([options.path]):
        if options.id in (None, document.id):
            print("\n".join(display(document)))
            return 0
    raise WrongUse(f"{options.path} has no document {options.id or ''}".rstrip())


def _convert(options: argparse.Namespace) -> int:
    origin = options.source_format or _guessed(_existing(options.source))
    name = options.target_format or _guessed(options.target)
    if options.texts is not None and origin != "jsonl":
        raise WrongUse(f"--texts goes with answers of the service, which are jsonl, not {origin}")
    held = {} if options.texts is None else texts(_existing(options.texts))
    writing = FORMATS[name]
    lost: Counter[str] = Counter()

    def counted() -> Iterator[Document]:
        for document in _read(options.source, origin, held):
            lost.update(writing.lost(document))
            yield document

    writing.write(options.target, counted())
    left = ", ".join(f"{count} {what}" for what, count in lost.items() if count)
    if left:
        print(f"{name} has no place for {left}: left out", file=sys.stderr)
    return 0


def _diff(options: argparse.Namespace) -> int:
    ours = _keyed(_read(options.a, _guessed(_existing(options.a)), {}), [options.a])
    held = {key: document.text for key, document in ours.items()}
    theirs = _keyed(_read(options.b, _guessed(_existing(options.b)), held), [options.b])
    keys = _common(options.a, ours, options.b, theirs) if options.id is None else [options.id]
    for number, key in enumerate(keys):
        for path, documents in ((options.a, ours), (options.b, theirs)):
            if key not in documents:
                raise WrongUse(f"{path} has no document {key}")
        if number:
            print()
        try:
            print("\n".join(diff(ours[key], theirs[key])))
        except ValueError as error:
            raise WrongUse(str(error)) from None
    return 0


def _read(path: Path, name: str, texts: Mapping[str, str]) -> Iterator[Document]:
    """The documents in the path, of that format; answers of the service get their texts from `texts`."""
    return jsonl.read(path, texts) if name == "jsonl" else FORMATS[name].read(path)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise WrongUse(f"{path} does not exist")
    return path


def _guessed(path: Path) -> str:
    name = guess(path)
    if name is None:
        raise WrongUse(f"the ending of {path} stands for no format")
    return name


def _common(a: Path, ours: Mapping[str, Document], b: Path, theirs: Mapping[str, Document]) -> list[str]:
    """The ids of both, sorted; those of one are named on standard error."""
    both = ours.keys() & theirs.keys()
    if not both:
        raise WrongUse(f"{a} and {b} have no document in common")
    for path, alone in ((a, ours.keys() - both), (b, theirs.keys() - both)):
        if alone:
            print(f"only in {path}, left aside: {', '.join(sorted(alone))}", file=sys.stderr)
    return sorted(both)


def _by_id(paths: Iterable[Path], texts: dict[str, str]) -> dict[str, Document]:
    return _keyed(_documents(paths, texts), paths)


def _keyed(documents: Iterable[Document], paths: Iterable[Path]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        if document.id in found:
            raise WrongUse(f"document {document.id} stands twice in {', '.join(map(str, paths))}")
        found[document.id] = document
    return found


def _documents(paths: Iterable[Path], texts: dict[str, str] | None = None) -> Iterator[Document]:
    return (document for path in _files(paths) for document in jsonl.read(path, texts))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named, in order of their paths."""
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.jsonl"))
            if not inside:
                raise WrongUse(f"{path} holds no .jsonl file")
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise WrongUse(f"{path} does not exist")


COMMANDS: Final[Mapping[str, Command]] = {
    "validate": _validate,
    "stats": _stats,
    "agreement": _agreement,
    "convert": _convert,
    "diff": _diff,
    "show": _show,
}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader, such as `head`, has had enough: nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
