"""CoNLL-style IOB2 files: one "token tag" a line, a blank line between sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens with an IOB2 tag each."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """(first token, token after the last, label) of each entity. An I- that continues nothing begins one."""
        start, label = 0, ""
        for i, tag in enumerate((*self.tags, "O")):
            if label and tag != f"I-{label}":
                yield start, i, label
                label = ""
            if tag != "O" and not label:
                start, label = i, tag[2:]


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a file whose columns are parted by a space or tab; columns after the second are ignored.
    Raises ValueError naming file, line and fault."""
    tokens: list[str] = []
    tags: list[str] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.split()
            if not fields:
                if tokens:
                    yield Sentence(tuple(tokens), tuple(tags))
                    tokens, tags = [], []
                continue
            if len(fields) < 2 or not (fields[1] == "O" or (fields[1][:2] in ("B-", "I-") and len(fields[1]) > 2)):
                raise ValueError(f"{path}:{number}: not a token and an IOB2 tag")
            tokens.append(fields[0])
            tags.append(fields[1])
    if tokens:
        yield Sentence(tuple(tokens), tuple(tags))
