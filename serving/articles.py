"""Articles that are named on the command line: plain texts, or whatever a batch run reads."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from serving.problems import Fault, invalid
from serving.reading import STDIN, read
from serving.record import Record, record, refused


def articles(sources: Iterable[str]) -> Iterator[Record]:
    """The documents of the sources in their order: a .txt file (its id is its name without the ending), "-" for a text
    on standard input, or anything else that `serving.reading.read` takes. Raises what `read` raises."""
    for source in sources:
        path = Path(source)
        if source == STDIN:
            yield _text("stdin", sys.stdin.buffer.read())
        elif path.suffix == ".txt" and path.is_file():
            yield _text(path.stem, path.read_bytes())
        else:
            yield from read(source)


def _text(id: str, data: bytes) -> Record:
    try:
        return record(1, {"id": id, "text": data.decode("utf-8-sig")})
    except UnicodeDecodeError as error:
        return refused(1, invalid(Fault("text", f"Not UTF-8 at byte {error.start}")), id)
