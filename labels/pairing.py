"""Two annotations of one text laid against each other: what both have, and what only one of them has."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from labels.document import Attribution, Document, Entity, Span, Stance
from labels.matching import common, pair_acts, pairs
from labels.scheme import AUTHOR

Item = TypeVar("Item")

ALIKE = 10_000
"""What a common span or holder weighs: more than any number of common code points in practice."""


class Pair(NamedTuple, Generic[Item]):
    """What one side has and what the other has for it; None where it has nothing."""

    a: Item | None
    b: Item | None


def pair_entities(a: Document, b: Document) -> list[Pair[Entity]]:
    """Entities of one span, and overlapping ones of one label, in order of the text."""

    def weight(one: Entity, other: Entity) -> int:
        if one.span != other.span and one.label != other.label:
            return 0
        shared = common(one.span, other.span)
        return shared + ALIKE * (one.span == other.span) + (one.label == other.label) if shared else 0

    return _laid(a.entities, b.entities, pairs(a.entities, b.entities, weight), lambda entity: entity.span)


def partners(a: Document, b: Document) -> dict[str, str]:
    """The ids of A's attributions and of those of B that are the same acts; the author is the author."""
    found = pair_acts(a.attributions, b.attributions)
    return {AUTHOR: AUTHOR} | {a.attributions[i].id: b.attributions[j].id for i, j in found}


def pair_attributions(a: Document, b: Document) -> list[Pair[Attribution]]:
    """Acts as they are scored: by common code points of their cues, then of their contents, in order of the text."""
    found = pair_acts(a.attributions, b.attributions)
    return _laid(a.attributions, b.attributions, found, lambda act: act.cue)


def pair_stances(a: Document, b: Document, same: dict[str, str]) -> list[Pair[Stance]]:
    """Stances towards overlapping mentions, rather of one holder than of two, in order of the text."""
    ours, theirs = ({entity.id: entity.span for entity in document.entities} for document in (a, b))

    def weight(one: Stance, other: Stance) -> int:
        shared = common(ours.get(one.target), theirs.get(other.target))
        agreed = same.get(one.holder) == other.holder
        return shared + ALIKE * agreed + (one.polarity == other.polarity) if shared else 0

    spans = {id(stance): ours.get(stance.target) for stance in a.stances}
    spans |= {id(stance): theirs.get(stance.target) for stance in b.stances}
    found = pairs(a.stances, b.stances, weight)
    return _laid(a.stances, b.stances, found, lambda stance: spans[id(stance)] or Span(0, 0))


def _laid(
    a: Sequence[Item], b: Sequence[Item], found: Sequence[tuple[int, int]], span: Callable[[Item], Span]
) -> list[Pair[Item]]:
    def start(pair: Pair[Item]) -> Span:
        return min(span(item) for item in (pair.a, pair.b) if item is not None)

    return sorted(_pairs(a, b, found), key=start)


def _pairs(a: Sequence[Item], b: Sequence[Item], found: Sequence[tuple[int, int]]) -> Iterator[Pair[Item]]:
    yield from (Pair(a[i], b[j]) for i, j in found)
    left, right = {i for i, _ in found}, {j for _, j in found}
    yield from (Pair(item, None) for i, item in enumerate(a) if i not in left)
    yield from (Pair(None, item) for j, item in enumerate(b) if j not in right)
