"""One document of a brat folder, read back into the scheme."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.fields import Fields, FormatError
from labels.files import decoded
from labels.formats.parts import CONTENT, CUE, EVIDENCE, PARTS, SOURCE, STANCES
from labels.formats.sound import distinct
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES

ID: Final = re.compile(r"[TEA#]\d+", re.ASCII)
SPAN: Final = re.compile(r"(\S+) (\d{1,9}) (\d{1,9})", re.ASCII)
CONTENTS: Final = re.compile(rf"{CONTENT}(\d{{0,9}})", re.ASCII)
VALUES: Final = {"Mode": MODES, "Force": FORCES, "Polarity": POLARITIES}
NOTES: Final = ("AnnotatorNotes", "Id", "Document")


def read_document(text: Path, annotations: Path) -> Document:
    """The document of the two files. Raises FormatError with the .ann file's line, brat's id and the fault."""
    return _Sheet(decoded(text), annotations).document()


@dataclass(slots=True)
class _Line:
    """One line, with what other lines say about it."""

    place: str
    key: str
    data: str
    tail: str
    said: dict[str, str] = field(default_factory=dict)
    used: bool = False

    def fault(self, words: str) -> FormatError:
        return FormatError(self.key, words, self.place)

    def say(self, name: str, value: str, by: "_Line") -> None:
        if name in self.said:
            raise by.fault(f"{self.key} has another {name}")
        self.said[name] = value


@dataclass(frozen=True, slots=True)
class _Event:
    """An E line: what triggers it, of which kind, and its other arguments."""

    line: _Line
    kind: str
    trigger: str
    arguments: dict[str, str]


class _Sheet:
    """An .ann file over its text."""

    def __init__(self, text: str, path: Path) -> None:
        self._text, self._path = text, path
        self._lines: dict[str, _Line] = {}
        for number, row in enumerate(decoded(path).split("\n"), 1):
            if row.strip():
                line = _line(row, f"{path}:{number}")
                if line.key in self._lines:
                    raise line.fault("the id stands twice")
                self._lines[line.key] = line
        self._spans = {line.key: self._span(line) for line in self._of("T")}
        self._events = {line.key: _event(line) for line in self._of("E")}
        self._data: dict[str, str] = {}
        for line in self._of("A"):
            self._attribute(line)
        for line in self._of("#"):
            self._note(line)

    def document(self) -> Document:
        entities = tuple(self._entities())
        acts = tuple(self._act(event) for event in self._events.values() if event.kind == CUE)
        stances = tuple(self._stance(event) for event in self._events.values() if event.kind != CUE)
        for line in self._of("T"):
            if self._spans[line.key][0] in PARTS and not line.used:
                raise line.fault(f"the {self._spans[line.key][0]} belongs to no event")
        data = {"id": self._path.stem} | self._data
        document = Document(
            data["id"],
            self._text,
            entities,
            acts,
            stances,
            data.get("outlet"),
            data.get("date"),
            data.get("origin", "external"),
        )
        return distinct(document, str(self._path))

    def _of(self, kind: str) -> Iterator[_Line]:
        return (line for key, line in self._lines.items() if key[0] == kind)

    def _span(self, line: _Line) -> tuple[str, Span]:
        if ";" in line.data:
            raise line.fault("the scheme has no place for a span in pieces")
        found = SPAN.fullmatch(line.data)
        if found is None:
            raise line.fault("must be a type, a start and an end, with one space between")
        label, span = found[1], Span(int(found[2]), int(found[3]))
        if label not in LABELS and label not in PARTS:
            raise line.fault(f"type {label!r} is none of {', '.join((*LABELS, *PARTS))}")
        if not 0 <= span.start < span.end <= len(self._text):
            raise line.fault(f"[{span.start}, {span.end}] is not a span of the text")
        # brat writes a newline inside a span as a space.
        surface = span.of(self._text).replace("\n", " ")
        if line.tail != surface:
            raise line.fault(f"the text has {surface!r} there, not {line.tail!r}")
        return label, span

    def _attribute(self, line: _Line) -> None:
        words = line.data.split()
        name = words[0] if words else ""
        if name not in VALUES or len(words) != 3:
            raise line.fault(f"must be one of {', '.join(VALUES)}, an event and a value")
        if words[2] not in VALUES[name]:
            raise line.fault(f"{name} {words[2]!r} is none of {', '.join(VALUES[name])}")
        event = self._events.get(words[1])
        if event is None or (name == "Polarity") == (event.kind == CUE):
            raise line.fault(f"{words[1]} is no event that has a {name}")
        event.line.say(name, words[2], line)

    def _note(self, line: _Line) -> None:
        kind, _, target = line.data.partition(" ")
        if kind not in NOTES:
            raise line.fault(f"note {kind!r} is none of {', '.join(NOTES)}")
        if kind == "Document":
            self._head(line)
            return
        noted = self._lines.get(target)
        entity = target in self._spans and self._spans[target][0] in LABELS
        act = target in self._events and self._events[target].kind == CUE
        if noted is None or not (entity or act):
            raise line.fault(f"{target!r} is no entity and no attribution")
        noted.say(kind, line.tail, line)

    def _head(self, line: _Line) -> None:
        if self._data:
            raise line.fault("the document has another such note")
        try:
            fields = Fields(json.loads(line.tail))
            values = {"id": fields.string("id")}
            given = {key: fields.optional_string(key) for key in ("outlet", "date", "origin")}
            values |= {key: value for key, value in given.items() if value is not None}
        except FormatError as error:
            raise line.fault(str(error)) from None
        except (ValueError, RecursionError) as error:
            raise line.fault(f"not JSON: {error}") from None
        self._data = values

    def _entities(self) -> Iterator[Entity]:
        for key, (label, span) in self._spans.items():
            if label in LABELS:
                said = self._lines[key].said
                yield Entity(said.get("Id", key), span, label, said.get("AnnotatorNotes"))

    def _act(self, event: _Event) -> Attribution:
        line, roles = event.line, dict(event.arguments)
        numbered = sorted((int(found[1] or 1), role) for role in roles if (found := CONTENTS.fullmatch(role)))
        contents = tuple(self._part(line, roles.pop(role), CONTENT) for _, role in numbered)
        source, parent = roles.pop(SOURCE, None), roles.pop("Parent", None)
        self._nothing_left(line, roles)
        return Attribution(
            line.said.get("Id", line.key),
            self._part(line, event.trigger, CUE),
            None if source is None else self._part(line, source, SOURCE),
            contents,
            self._value(line, "Mode"),
            self._value(line, "Force"),
            line.said.get("AnnotatorNotes"),
            parent=None if parent is None else self._named(line, parent),
        )

    def _stance(self, event: _Event) -> Stance:
        line, roles = event.line, dict(event.arguments)
        trigger = self._part(line, event.trigger, event.kind)
        target, holder = roles.pop("Target", ""), roles.pop("Holder", None)
        self._nothing_left(line, roles)
        if target not in self._spans or self._spans[target][0] not in LABELS:
            raise line.fault(f"Target {target!r} is no entity")
        return Stance(
            AUTHOR if holder is None else self._named(line, holder),
            self._lines[target].said.get("Id", target),
            self._value(line, "Polarity"),
            trigger if event.kind == EVIDENCE else None,
        )

    def _part(self, line: _Line, key: str, kind: str) -> Span:
        label, span = self._spans.get(key, ("", Span(0, 0)))
        if label != kind:
            raise line.fault(f"{key!r} is no {kind}")
        self._lines[key].used = True
        return span

    def _named(self, line: _Line, key: str) -> str:
        if key not in self._events or self._events[key].kind != CUE:
            raise line.fault(f"{key!r} is no attribution")
        return self._lines[key].said.get("Id", key)

    def _value(self, line: _Line, name: str) -> str:
        if name not in line.said:
            raise line.fault(f"has no {name}")
        return line.said[name]

    def _nothing_left(self, line: _Line, roles: dict[str, str]) -> None:
        for role in roles:
            raise line.fault(f"the scheme has no place for the argument {role}")


def _line(row: str, place: str) -> _Line:
    key, _, rest = row.partition("\t")
    data, tab, tail = rest.partition("\t")
    if not ID.fullmatch(key):
        raise FormatError("", f"the scheme has no place for a line that begins with {key!r}", place)
    if not tab and key[0] in "T#":
        raise FormatError(key, "has no second tab", place)
    return _Line(place, key, data, tail)


def _event(line: _Line) -> _Event:
    arguments: dict[str, str] = {}
    for word in line.data.split():
        role, mark, target = word.partition(":")
        if not mark or role in arguments:
            raise line.fault(f"{word!r} is not a new role and its filler, with a colon between")
        arguments[role] = target
    kind = next(iter(arguments), "")
    if kind not in (CUE, *STANCES):
        raise line.fault(f"event {kind!r} is none of {', '.join((CUE, *STANCES))}")
    return _Event(line, kind, arguments.pop(kind), arguments)
