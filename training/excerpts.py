"""Excerpts: a document cut between sentences, so that the network also meets texts of one sentence or one paragraph."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from labels import Attribution, Document, Entity, Span, Stance

_SENTENCE_END = re.compile(r"[.!?؟…][\"'»”’)\]]*\s+|\s*\n\s*")


def excerpts(document: Document, share: float, random: np.random.Generator) -> Iterator[Document]:
    """`document` cut at about a `share` (0 to 1) of the places where it can be; their texts joined are its text."""
    places = [place for place in _cuts(document) if random.random() < share]
    for start, end in pairwise([0, *places, len(document.text)]):
        yield _excerpt(document, start, end)


def _cuts(document: Document) -> list[int]:
    """Where a sentence ends and nothing annotated lies across."""
    spans = [e.span for e in document.entities]
    acts = {a.id: _hull(a.cue, a.source, *a.contents) for a in document.attributions}
    targets = {e.id: e.span for e in document.entities}
    stances = [_hull(targets[s.target], s.evidence, acts.get(s.holder)) for s in document.stances]
    crossed = np.zeros(len(document.text) + 1, bool)
    for span in (*spans, *acts.values(), *stances):
        crossed[span.start + 1 : span.end] = True
    ends = (match.end() for match in _SENTENCE_END.finditer(document.text))
    return [end for end in ends if end < len(document.text) and not crossed[end]]


def _hull(first: Span, *others: Span | None) -> Span:
    spans = [first, *(other for other in others if other)]
    return Span(min(s.start for s in spans), max(s.end for s in spans))


def _excerpt(document: Document, start: int, end: int) -> Document:
    """What stands between `start` and `end`, which no annotation crosses but for an act's parent and speaker."""
    whole = Span(start, end)

    def moved(span: Span) -> Span:
        return Span(span.start - start, span.end - start)

    def entity(one: Entity) -> Entity:
        return replace(one, span=moved(one.span))

    def act(one: Attribution) -> Attribution:
        return replace(
            one,
            cue=moved(one.cue),
            source=one.source and moved(one.source),
            contents=tuple(moved(content) for content in one.contents),
            speaker_entity=one.speaker_entity if one.speaker_entity in entities else None,
            parent=one.parent if one.parent in acts else None,
        )

    def stance(one: Stance) -> Stance:
        return replace(one, evidence=one.evidence and moved(one.evidence))

    entities = {e.id for e in document.entities if whole.holds(e.span)}
    acts = {a.id for a in document.attributions if whole.holds(a.cue)}
    return replace(
        document,
        text=document.text[start:end],
        entities=tuple(entity(e) for e in document.entities if e.id in entities),
        attributions=tuple(act(a) for a in document.attributions if a.id in acts),
        stances=tuple(stance(s) for s in document.stances if s.target in entities),
    )
