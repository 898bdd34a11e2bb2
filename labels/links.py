"""What is wrong with the links of a document: acts that stand in one another's words, and who holds a stance."""

from collections import Counter
from collections.abc import Iterable, Iterator

from labels.document import Attribution, Document, Span, Stance
from labels.faults import Fault, span_faults
from labels.scheme import ACTORS, AUTHOR, POLARITIES


def chain_faults(document: Document) -> Iterator[Fault]:
    """The chain of transmission: an act's parent is the innermost act whose contents hold its cue."""
    acts = {act.id: act for act in document.attributions}
    for act in document.attributions:
        place = f"attribution {act.id}"
        closest = _closest((other for other in document.attributions if other.id != act.id), act.cue)
        if act.parent is None:
            if closest:
                yield Fault(place, f"stands in the content of {closest[0]} and has no parent")
        elif act.parent not in acts:
            yield Fault(place, f"parent {act.parent!r} is no attribution")
        elif not _says(acts[act.parent], act.cue):
            yield Fault(place, f"the contents of its parent {act.parent} do not hold its cue")
        elif closest and act.parent not in closest:
            yield Fault(place, f"its parent is {act.parent}, but {closest[0]} is closer around it")
        if _is_own_ancestor(act, acts):
            yield Fault(place, "is its own ancestor")


def stance_faults(document: Document) -> Iterator[Fault]:
    """A stance has a polarity, an actor for a target, and for a holder whoever says the words it stands in."""
    acts = {act.id: act for act in document.attributions}
    entities = {entity.id: entity for entity in document.entities}
    held = Counter((stance.holder, stance.target) for stance in document.stances)
    for (holder, target), count in held.items():
        if count > 1:
            yield Fault(f"stance of {holder} on {target}", f"stands {count} times")
    for stance in document.stances:
        place = f"stance of {stance.holder} on {stance.target}"
        if stance.polarity not in POLARITIES:
            yield Fault(place, f"polarity {stance.polarity!r} is none of {', '.join(POLARITIES)}")
        if stance.evidence is not None:
            yield from span_faults(document.text, stance.evidence, f"{place} evidence")
        known = stance.holder == AUTHOR or stance.holder in acts
        if not known:
            yield Fault(place, f"holder {stance.holder!r} is no attribution")
        actor = entities.get(stance.target)
        if actor is None or actor.label not in ACTORS:
            yield Fault(place, f"target {stance.target!r} is no actor")
        elif known:
            yield from _holder_faults(document, stance, actor.span, place)


def _holder_faults(document: Document, stance: Stance, target: Span, place: str) -> Iterator[Fault]:
    """A stance belongs to the innermost act whose content holds the target, and to the author where none does."""
    holders = _closest(document.attributions, target) or [AUTHOR]
    if stance.holder not in holders:
        yield Fault(place, f"the target stands in the words of {holders[0]}")
    if stance.evidence is not None:
        between = Span(min(target.start, stance.evidence.start), max(target.end, stance.evidence.end))
        if "\n" in between.of(document.text):
            yield Fault(place, "the evidence is on another line than the target")


def _closest(acts: Iterable[Attribution], span: Span) -> list[str]:
    """The ids of the acts whose contents hold the span most closely: several where those are of one length."""
    around = [act for act in acts if _says(act, span)]
    least = min(map(_length, around), default=0)
    return [act.id for act in around if _length(act) == least]


def _says(act: Attribution, span: Span) -> bool:
    return any(content.holds(span) for content in act.contents)


def _length(act: Attribution) -> int:
    return sum(end - start for start, end in act.contents)


def _is_own_ancestor(act: Attribution, acts: dict[str, Attribution]) -> bool:
    seen: set[str] = set()
    parent = act.parent
    while parent is not None and parent in acts and parent not in seen:
        if parent == act.id:
            return True
        seen.add(parent)
        parent = acts[parent].parent
    return False
