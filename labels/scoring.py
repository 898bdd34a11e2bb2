"""Scores of predicted documents against gold ones, and of one annotator against another.

Entities
    exact: same span and label. overlap: same label and a common code point, one to one.
    names: B-cubed of the clusters that canonical names make, over exactly matched mentions that gold names.
Attributions
    Acts are paired one to one by common code points of their cues, then of their contents.
    cue, source, content: exact and overlap, over the parts (a content is all its spans; a missing source is no part).
    act: paired, the sources overlap or are both missing, and the contents' Dice is at least 0.5.
    act_exact: paired, with the same cue, source and contents.
    force, mode: accuracy over paired acts; speaker: over paired acts whose gold speaker is known.
Stances
    A stance is found where polarity is the same, the targets overlap and the holders agree: both the author, or paired
    acts. `any_holder` leaves the holders aside. f_avg is the mean F1 of the polarities.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from labels.document import Attribution, Document, Entity, Span
from labels.matching import common, dice, pair_acts, pairs, points
from labels.measures import Accuracy, BCubed, Measure
from labels.scheme import AUTHOR, LABELS, NAMED, POLARITIES
from labels.scores import Scores

SAME_CONTENT = 0.5

PARTS: Final[Mapping[str, Callable[[Attribution], tuple[Span, ...]]]] = {
    "cue": lambda act: (act.cue,),
    "source": lambda act: (act.source,) if act.source else (),
    "content": lambda act: tuple(sorted(act.contents)),
}
"""The spans of each part of an act; a part without spans is no part."""

Pairs = Sequence[tuple[int, int]]


def score(gold: Iterable[Document], predicted: Iterable[Document]) -> Scores:
    """The scores of `predicted` against `gold`, matched by document id.

    Raises ValueError where an id stands twice on one side, is missing from one side, or has another text there.
    """
    ours, theirs = _by_id(gold, "gold"), _by_id(predicted, "predicted")
    missing, extra = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
    if missing or extra:
        raise ValueError(f"documents missing from the predictions: {missing}; not in gold: {extra}")
    return sum((score_document(document, theirs[key]) for key, document in ours.items()), Scores())


def score_document(gold: Document, predicted: Document) -> Scores:
    """The scores of one document's prediction. Raises ValueError where the two are not of the same text."""
    if gold.text != predicted.text:
        raise ValueError(f"document {gold.id}: the predictions are of another text")
    paired = pair_acts(gold.attributions, predicted.attributions)
    return Scores(
        documents=1,
        entities=dict(_entities(gold.entities, predicted.entities)),
        overlaps=dict(_overlaps(gold.entities, predicted.entities)),
        names=_names(gold.entities, predicted.entities),
        attributions=dict(_parts(gold.attributions, predicted.attributions))
        | dict(_acts(gold.attributions, predicted.attributions, paired)),
        accuracies=dict(_decisions(gold.attributions, predicted.attributions, paired)),
        stances=dict(_stances(gold, predicted, paired)),
        any_holder=dict(_stances(gold, predicted, None)),
    )


def _by_id(documents: Iterable[Document], side: str) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        if document.id in found:
            raise ValueError(f"{side} document {document.id} stands twice")
        found[document.id] = document
    return found


def _mentions(entities: Iterable[Entity], label: str) -> list[Span]:
    return sorted({entity.span for entity in entities if entity.label == label})


def _entities(gold: Sequence[Entity], predicted: Sequence[Entity]) -> Iterator[tuple[str, Measure]]:
    for label in LABELS:
        ours, theirs = _mentions(gold, label), _mentions(predicted, label)
        yield label, Measure(len(set(ours) & set(theirs)), len(theirs), len(ours))


def _overlaps(gold: Sequence[Entity], predicted: Sequence[Entity]) -> Iterator[tuple[str, Measure]]:
    for label in LABELS:
        ours, theirs = _mentions(gold, label), _mentions(predicted, label)
        yield label, Measure(len(pairs(ours, theirs, common)), len(theirs), len(ours))


def _names(gold: Iterable[Entity], predicted: Iterable[Entity]) -> BCubed:
    """B-cubed over mentions that both sides have and gold names; one that the prediction leaves unnamed is alone."""
    theirs = {(entity.span, entity.label): entity.name for entity in predicted}
    ours = {(entity.span, entity.label): entity.name for entity in gold if entity.label in NAMED and entity.name}
    matched = [(name, theirs[mention] or mention) for mention, name in ours.items() if mention in theirs]
    both, wanted, given = Counter(matched), Counter(g for g, _ in matched), Counter(p for _, p in matched)
    return BCubed(
        precisions=sum(both[pair] / given[pair[1]] for pair in matched),
        recalls=sum(both[pair] / wanted[pair[0]] for pair in matched),
        mentions=len(matched),
    )


def _parts(gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> Iterator[tuple[str, Measure]]:
    for part, spans_of in PARTS.items():
        ours, theirs = [[spans for spans in map(spans_of, acts) if spans] for acts in (gold, predicted)]
        yield f"{part}_exact", Measure(len(set(ours) & set(theirs)), len(theirs), len(ours))
        overlapping = pairs(ours, theirs, lambda a, b: len(points(a) & points(b)))
        yield f"{part}_overlap", Measure(len(overlapping), len(theirs), len(ours))


def _acts(
    gold: Sequence[Attribution], predicted: Sequence[Attribution], paired: Pairs
) -> Iterator[tuple[str, Measure]]:
    both = [(gold[i], predicted[j]) for i, j in paired]
    good = sum(same_act(a, b) for a, b in both)
    same = sum((a.cue, a.source, sorted(a.contents)) == (b.cue, b.source, sorted(b.contents)) for a, b in both)
    yield "act", Measure(good, len(predicted), len(gold))
    yield "act_exact", Measure(same, len(predicted), len(gold))


def same_act(gold: Attribution, predicted: Attribution) -> bool:
    """Whether the sources of two paired acts overlap or are both missing, and their contents' Dice is high enough."""
    sources = common(gold.source, predicted.source) > 0 or gold.source == predicted.source
    return sources and dice(gold.contents, predicted.contents) >= SAME_CONTENT


def _decisions(
    gold: Sequence[Attribution], predicted: Sequence[Attribution], paired: Pairs
) -> Iterator[tuple[str, Accuracy]]:
    both = [(gold[i], predicted[j]) for i, j in paired]
    known = [(a, b) for a, b in both if a.speaker]
    yield "force", Accuracy(sum(a.force == b.force for a, b in both), len(both))
    yield "mode", Accuracy(sum(a.mode == b.mode for a, b in both), len(both))
    yield "speaker", Accuracy(sum(a.speaker == b.speaker for a, b in known), len(known))


def _stances(gold: Document, predicted: Document, paired: Pairs | None) -> Iterator[tuple[str, Measure]]:
    """Per polarity; without `paired` whoever holds a stance is left aside."""
    partner = (
        None
        if paired is None
        else {gold.attributions[i].id: predicted.attributions[j].id for i, j in paired} | {AUTHOR: AUTHOR}
    )

    def weight(a: _Held, b: _Held) -> int:
        agreed = partner is None or partner.get(a.holder) == b.holder
        return common(a.target, b.target) if agreed else 0

    for polarity in POLARITIES:
        ours, theirs = _held(gold, polarity), _held(predicted, polarity)
        yield polarity, Measure(len(pairs(ours, theirs, weight)), len(theirs), len(ours))


class _Held(NamedTuple):
    """Who holds a stance, towards which mention."""

    holder: str
    target: Span


def _held(document: Document, polarity: str) -> list[_Held]:
    """The document's stances of one polarity; one towards no entity is left out."""
    spans = {entity.id: entity.span for entity in document.entities}
    return [
        _Held(stance.holder, spans[stance.target])
        for stance in document.stances
        if stance.polarity == polarity and stance.target in spans
    ]
