"""What a document needs before other formats can hold it: spans and links that lead somewhere, names that are known."""

from collections.abc import Iterator

from labels.document import Document, Span
from labels.faults import Fault, repeated, span_faults
from labels.fields import FormatError
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES


def sound(document: Document) -> Document:
    """The document itself. Raises FormatError that names it and its first fault; the finer rules may be broken."""
    for fault in _faults(document):
        raise FormatError(fault.place, fault.words, f"document {document.id}")
    return document


def distinct(document: Document, place: str) -> Document:
    """The document itself, read at `place`. Raises FormatError where an id stands twice."""
    for fault in _repeated(document):
        raise FormatError(fault.place, fault.words, place)
    return document


def _repeated(document: Document) -> Iterator[Fault]:
    yield from repeated("entity", (entity.id for entity in document.entities))
    yield from repeated("attribution", (act.id for act in document.attributions))


def _faults(document: Document) -> Iterator[Fault]:
    yield from _repeated(document)
    yield from _entity_faults(document)
    yield from _attribution_faults(document)
    yield from _stance_faults(document)


def _entity_faults(document: Document) -> Iterator[Fault]:
    for entity in document.entities:
        place = f"entity {entity.id}"
        yield from span_faults(document.text, entity.span, place)
        yield from _known("label", entity.label, LABELS, place)
        yield from _one_line(place, entity.id, entity.name)


def _attribution_faults(document: Document) -> Iterator[Fault]:
    acts = {act.id for act in document.attributions}
    for act in document.attributions:
        place = f"attribution {act.id}"
        for span in (act.cue, act.source, *act.contents):
            yield from _span_faults(document, span, place)
        yield from _known("mode", act.mode, MODES, place)
        yield from _known("force", act.force, FORCES, place)
        yield from _one_line(place, act.id, act.speaker)
        if act.parent is not None and act.parent not in acts:
            yield Fault(place, f"parent {act.parent!r} is no attribution")


def _stance_faults(document: Document) -> Iterator[Fault]:
    holders = {AUTHOR, *(act.id for act in document.attributions)}
    targets = {entity.id for entity in document.entities}
    for stance in document.stances:
        place = f"stance of {stance.holder} on {stance.target}"
        yield from _span_faults(document, stance.evidence, place)
        yield from _known("polarity", stance.polarity, POLARITIES, place)
        if stance.holder not in holders:
            yield Fault(place, f"holder {stance.holder!r} is no attribution")
        if stance.target not in targets:
            yield Fault(place, f"target {stance.target!r} is no entity")


def _span_faults(document: Document, span: Span | None, place: str) -> Iterator[Fault]:
    return iter(()) if span is None else span_faults(document.text, span, place)


def _known(what: str, value: str, values: tuple[str, ...], place: str) -> Iterator[Fault]:
    if value not in values:
        yield Fault(place, f"{what} {value!r} is none of {', '.join(values)}")


def _one_line(place: str, *values: str | None) -> Iterator[Fault]:
    for value in values:
        if value is not None and "\n" in value:
            yield Fault(place, f"{value!r} has a newline inside")
