"""CoNLL in IOB2: a token and its tag a line, a blank line after each line of the text, entities alone.

A token is a run of letters, digits, underscores, combining marks and format characters (joiners, marks of direction),
or any other single character that is no white space; it ends at the edges of an entity too, so that a clitic is a token
of its own. A line `# document = {…}` with the document's id, text, outlet, date and origin as JSON stands before its
tokens; by it the white space between them and all offsets survive. Only entities that stand in no other are written.

Files of others are read too: the first column is the token and the last one the tag. A column between them that has
tags of entities too (nested ones) is refused; others, such as parts of speech, are passed over. Without a `# document`
line the whole file, or what is between two -DOCSTART- lines, is a document named after the file, its tokens joined by
spaces.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from unicodedata import category

from labels.document import Document, Entity, Span
from labels.fields import Fields, FormatError
from labels.files import replaced
from labels.formats.sound import sound
from labels.scheme import ENTITY_TAGS

HEAD = "# document = "
START = "-DOCSTART-"
SPACE = re.compile(r"\s*")


def read(path: str | os.PathLike[str]) -> Iterator[Document]:
    """The file's documents in order, their entities numbered e1, e2, … Raises FormatError with file, line and fault."""
    draft: _Draft | None = None
    found = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                row = _decoded(line)
                if row.startswith((HEAD, START)):
                    if draft is not None:
                        yield draft.document()
                    head = row.startswith(HEAD)
                    found += not head
                    draft = _headed(row) if head else _Draft(Document(f"{Path(path).stem}-{found}", ""), known=False)
                elif draft is None and row.strip():
                    draft = _Draft(Document(Path(path).stem, ""), known=False)
                    draft.add(row)
                elif draft is not None:
                    draft.add(row)
            except FormatError as error:
                raise error.at(f"{os.fspath(path)}:{number}") from None
    if draft is not None:
        try:
            document = draft.document()
        except FormatError as error:
            raise error.at(os.fspath(path)) from None
        yield document


def write(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """Write the outermost entities of each document. The file appears whole or not at all."""
    with replaced(path) as file:
        for document in documents:
            file.writelines(f"{line}\n" for line in _lines(sound(document)))


def lost(document: Document) -> Counter[str]:
    """How much of the document the format has no place for, by kind."""
    return Counter(
        {
            "nested entities": len(document.entities) - len(outermost(document)),
            "names of entities": sum(entity.name is not None for entity in document.entities),
            "attributions": len(document.attributions),
            "stances": len(document.stances),
        }
    )


def outermost(document: Document) -> list[Entity]:
    """The entities that the format can carry, in order of the text: of overlapping ones the first and longest."""
    kept: list[Entity] = []
    for entity in sorted(document.entities, key=lambda entity: (entity.span.start, -entity.span.end)):
        if not kept or kept[-1].span.end <= entity.span.start:
            kept.append(entity)
    return kept


def tokens(text: str, edges: Iterable[int] = ()) -> Iterator[Span]:
    """The tokens of the text, which also end and begin at `edges`."""
    cuts = set(edges)
    start = None
    for at, (one, other) in enumerate(pairwise(f" {text} ")):
        # Between the characters text[at - 1] and text[at].
        if start is not None and (at in cuts or not (_joins(one) and _joins(other))):
            yield Span(start, at)
            start = None
        if start is None and not other.isspace():
            start = at


def _joins(character: str) -> bool:
    return character == "_" or category(character)[0] in "LNM" or category(character) == "Cf"


def _lines(document: Document) -> Iterator[str]:
    keys = ("id", "text", "outlet", "date", "origin")
    yield HEAD + json.dumps({key: getattr(document, key) for key in keys}, ensure_ascii=False)
    text, kept = document.text, outermost(document)
    begins = {entity.span.start: entity for entity in kept}
    tag, until, last = "O", 0, 0
    for token in tokens(text, (edge for entity in kept for edge in entity.span)):
        if "\n" in text[last : token.start]:
            yield ""
        if token.start in begins:
            tag, until = f"B-{begins[token.start].label}", begins[token.start].span.end
        elif token.start >= until:
            tag = "O"
        yield f"{token.of(text)}\t{tag}"
        tag, last = tag.replace("B-", "I-"), token.end
    yield ""


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise FormatError("", f"not UTF-8 at byte {error.start} of the line") from None


def _headed(row: str) -> "_Draft":
    try:
        value = json.loads(row.removeprefix(HEAD))
    except (ValueError, RecursionError) as error:
        raise FormatError("document", f"not JSON: {error}") from None
    data = Fields(value, "document")
    return _Draft(
        Document(
            data.string("id"),
            data.string("text"),
            outlet=data.optional_string("outlet"),
            date=data.optional_string("date"),
            origin=data.optional_string("origin") or "external",
        )
    )


@dataclass(slots=True)
class _Draft:
    """A document in the making: its data, and what the lines so far have brought; a text that is not `known` grows."""

    data: Document
    known: bool = True
    built: str = ""
    at: int = 0
    inside: str | None = None
    found: list[tuple[str, Span]] = field(default_factory=list)

    def add(self, row: str) -> None:
        """Take one line. Raises FormatError."""
        columns = row.split()
        if not columns:
            self.inside = None
            if not self.known and self.built and not self.built.endswith("\n"):
                self.built += "\n"
            return
        if len(columns) < 2:
            raise FormatError("", "must be a token and a tag, with a tab between")
        span, tag = self._placed(columns[0]), columns[-1]
        if tag not in ENTITY_TAGS:
            raise FormatError("", f"tag {tag!r} is none of O and B- or I- with a label")
        for other in columns[1:-1]:
            if other != "O" and other in ENTITY_TAGS:
                raise FormatError("", f"another column has the tag {other!r}: there is no place for nested entities")
        prefix, _, label = tag.partition("-")
        if prefix == "I" and label != self.inside:
            raise FormatError("", f"tag {tag!r} continues no {label}: IOB2 begins an entity with B-")
        if prefix == "B":
            self.found.append((label, span))
        elif prefix == "I":
            self.found[-1] = label, Span(self.found[-1][1].start, span.end)
        self.inside = label or None

    def document(self) -> Document:
        """What the lines brought. Raises FormatError where text is left over."""
        text = self.data.text if self.known else self.built.rstrip("\n")
        if self.known and text[self.at :].strip():
            raise FormatError("", f"document {self.data.id}: no token for the text from {self.at} on")
        entities = (Entity(f"e{n}", span, label) for n, (label, span) in enumerate(self.found, 1))
        return replace(self.data, text=text, entities=tuple(entities))

    def _placed(self, token: str) -> Span:
        """Where the token stands: at the next character of the text, or after what was built so far."""
        if not self.known:
            self.built += token if not self.built or self.built.endswith("\n") else f" {token}"
            return Span(len(self.built) - len(token), len(self.built))
        gap = SPACE.match(self.data.text, self.at)
        start = gap.end() if gap else self.at
        if not self.data.text.startswith(token, start):
            raise FormatError("", f"token {token!r} is not what the text has at {start}")
        self.at = start + len(token)
        return Span(start, self.at)
