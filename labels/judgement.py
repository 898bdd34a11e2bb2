"""Which predictions are right, each with its score: what calibration is fitted and measured on."""

from collections.abc import Iterator
from typing import NamedTuple

from labels.document import Document
from labels.matching import common, pair_acts
from labels.pairing import partners
from labels.scoring import same_act


class Judged(NamedTuple):
    """A score from 0 to 1, and whether what bears it is right."""

    score: float
    right: bool


def entities(gold: Document, predicted: Document) -> Iterator[Judged]:
    """Every predicted entity; right with the same span and label."""
    there = {(e.span, e.label) for e in gold.entities}
    return (Judged(e.score, (e.span, e.label) in there) for e in predicted.entities)


def attributions(gold: Document, predicted: Document) -> Iterator[Judged]:
    """Every predicted act; right as `act` is scored."""
    partner = {j: gold.attributions[i] for i, j in pair_acts(gold.attributions, predicted.attributions)}
    for j, act in enumerate(predicted.attributions):
        yield Judged(act.score, j in partner and same_act(partner[j], act))


def stances(gold: Document, predicted: Document) -> Iterator[Judged]:
    """Every predicted stance; right where the holder has one of its polarity towards an overlapping mention."""
    same = partners(gold, predicted)
    ours, theirs = ({e.id: e.span for e in d.entities} for d in (gold, predicted))
    for one in predicted.stances:
        right = any(
            other.polarity == one.polarity
            and same.get(other.holder) == one.holder
            and common(ours[other.target], theirs[one.target])
            for other in gold.stances
        )
        yield Judged(one.score, right)
