"""Faults of an annotation, and the checks that every kind of annotation shares."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labels.document import Span
from labels.scheme import QUOTES


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule: where, such as "entity e3", and what is wrong, in words."""

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


def span_faults(text: str, span: Span, place: str) -> Iterator[Fault]:
    """A span lies in the text, within a line, and starts and ends on neither white space nor a quote mark."""
    if not 0 <= span.start < span.end <= len(text):
        yield Fault(place, f"[{span.start}, {span.end}] is not a span of the text")
        return
    surface = span.of(text)
    if surface != surface.strip():
        yield Fault(place, f"{surface!r} has white space at an edge")
    if "\n" in surface:
        yield Fault(place, f"{surface!r} has a newline inside")
    if surface[0] in QUOTES or surface[-1] in QUOTES:
        yield Fault(place, f"{surface!r} has a quote mark at an edge")


def name_faults(name: str | None, place: str) -> Iterator[Fault]:
    """A name is there, and is written without anything around it."""
    if not name:
        yield Fault(place, "has no name")
    elif name != name.strip() or name[0] in QUOTES or name[-1] in QUOTES or "\n" in name:
        yield Fault(place, f"name {name!r} has white space or a quote mark at an edge, or a newline inside")


def repeated(what: str, ids: Iterable[str]) -> Iterator[Fault]:
    """Each id stands once."""
    return (Fault(f"{what} {key}", f"the id stands {count} times") for key, count in Counter(ids).items() if count > 1)
