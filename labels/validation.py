"""What is wrong with a document's annotation, as far as a machine can tell. The rules are those of `GUIDELINES.md`."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from labels.document import Attribution, Document, Entity, Span
from labels.faults import Fault, name_faults, repeated, span_faults
from labels.links import chain_faults, stance_faults
from labels.scheme import AUTHOR, FORCES, HOLDING, LABELS, MODES, NAMED, ORIGINS

__all__ = ["Fault", "faults"]


def faults(document: Document) -> Iterator[Fault]:
    """Every fault of the document, in the order text and data, entities, attributions, stances."""
    yield from _data_faults(document)
    yield from _entity_faults(document)
    yield from _nesting_faults(document)
    yield from _attribution_faults(document)
    yield from chain_faults(document)
    yield from stance_faults(document)


def _data_faults(document: Document) -> Iterator[Fault]:
    place = "document"
    if not document.text.strip():
        yield Fault(place, "the text is empty")
    if document.origin not in ORIGINS:
        yield Fault(place, f"origin {document.origin!r} is none of {', '.join(ORIGINS)}")
    if document.date is not None and not _is_date(document.date):
        yield Fault(place, f"date {document.date!r} is not YYYY-MM-DD")
    yield from repeated("entity", (entity.id for entity in document.entities))
    yield from repeated("attribution", (act.id for act in document.attributions))
    if any(act.id == AUTHOR for act in document.attributions):
        yield Fault(f"attribution {AUTHOR}", "the id is taken: it stands for the author of the text")


def _entity_faults(document: Document) -> Iterator[Fault]:
    for entity in document.entities:
        place = f"entity {entity.id}"
        yield from span_faults(document.text, entity.span, place)
        if entity.label not in LABELS:
            yield Fault(place, f"{entity.label!r} is no label")
        elif entity.label in NAMED:
            yield from name_faults(entity.name, place)
        elif entity.name is not None:
            yield Fault(place, f"a {entity.label} has no name")


def _nesting_faults(document: Document) -> Iterator[Fault]:
    ordered = sorted(document.entities, key=lambda entity: (entity.span.start, -entity.span.end))
    for i, first in enumerate(ordered):
        for second in ordered[i + 1 :]:
            if second.span.start >= first.span.end:
                break
            words = _overlap_fault(first, second)
            if words:
                yield Fault(f"entity {second.id}", f"{second.span.of(document.text)!r} {words} entity {first.id}")


def _overlap_fault(outer: Entity, inner: Entity) -> str | None:
    """What is wrong with two overlapping entities, the one that starts first or is longer given first."""
    if outer.span == inner.span:
        return "has the same span as"
    if not outer.span.holds(inner.span):
        return "crosses"
    if outer.label == inner.label:
        return f"is {inner.label} like the overlapping"
    if outer.label not in HOLDING:
        return f"may not stand inside the {outer.label}"
    return None


def _attribution_faults(document: Document) -> Iterator[Fault]:
    cues: dict[Span, str] = {}
    for act in document.attributions:
        place = f"attribution {act.id}"
        for part, span in _parts(act):
            yield from span_faults(document.text, span, f"{place} {part}")
        first = cues.setdefault(act.cue, act.id)
        if first != act.id:
            yield Fault(place, f"has the cue of {first}")
        if not act.contents:
            yield Fault(place, "has no content")
        if act.mode not in MODES:
            yield Fault(place, f"mode {act.mode!r} is none of {', '.join(MODES)}")
        if act.force not in FORCES:
            yield Fault(place, f"force {act.force!r} is none of {', '.join(FORCES)}")
        if act.speaker is not None:
            yield from name_faults(act.speaker, f"{place} speaker")
        for (part, span), (other, second) in combinations(_parts(act), 2):
            if span.overlaps(second):
                yield Fault(place, f"{part} and {other} overlap")


def _parts(act: Attribution) -> Iterator[tuple[str, Span]]:
    yield "cue", act.cue
    if act.source is not None:
        yield "source", act.source
    yield from (("content", span) for span in act.contents)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
