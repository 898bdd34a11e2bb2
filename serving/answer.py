"""From an analysis to the answer that a caller gets, in the caller's unit of offsets."""

import hashlib
from collections.abc import Sequence

from labels import Attribution, Entity, Span, Stance
from serving.analysis import Actor, Analysis, ModelInfo
from serving.offsets import OffsetUnit, offsets
from serving.schema import (
    ActorAnswer,
    Answer,
    AttributionAnswer,
    EntityAnswer,
    ModelAnswer,
    SpanAnswer,
    SpeakerAnswer,
    StanceAnswer,
    TallyAnswer,
)

_DECIMALS = 4


def text_sha256(text: str) -> str:
    """The SHA-256 of `text` in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def answer(analysis: Analysis, id: str | None, unit: OffsetUnit, model: ModelInfo) -> Answer:
    """The answer about the document that the caller calls `id`, with all offsets in `unit`."""
    document = analysis.document
    place = _Places(document.text, unit)
    return Answer(
        id=id,
        text_sha256=text_sha256(document.text),
        offset_unit=unit,
        windows=analysis.windows,
        model=ModelAnswer(name=model.name, version=model.version, sha256=model.sha256),
        entities=[place.entity(entity) for entity in document.entities],
        attributions=[place.attribution(attribution) for attribution in document.attributions],
        stances=[place.stance(stance) for stance in document.stances],
        actors=[_actor(actor) for actor in analysis.actors],
    )


class _Places:
    """Spans of one text in one unit."""

    def __init__(self, text: str, unit: OffsetUnit) -> None:
        self._text = text
        self._table: Sequence[int] = offsets(text, unit)

    def span(self, span: Span) -> SpanAnswer:
        return SpanAnswer(start=self._table[span.start], end=self._table[span.end], text=span.of(self._text))

    def entity(self, entity: Entity) -> EntityAnswer:
        span = self.span(entity.span)
        return EntityAnswer(
            id=entity.id,
            start=span.start,
            end=span.end,
            text=span.text,
            label=entity.label,
            score=round(entity.score, _DECIMALS),
            name=entity.name,
            parent=entity.parent,
        )

    def attribution(self, attribution: Attribution) -> AttributionAnswer:
        speaker = attribution.speaker
        return AttributionAnswer(
            id=attribution.id,
            source=None if attribution.source is None else self.span(attribution.source),
            speaker=None if speaker is None else SpeakerAnswer(name=speaker, entity=attribution.speaker_entity),
            cue=self.span(attribution.cue),
            contents=[self.span(content) for content in attribution.contents],
            mode=attribution.mode,
            force=attribution.force,
            parent=attribution.parent,
            score=round(attribution.score, _DECIMALS),
        )

    def stance(self, stance: Stance) -> StanceAnswer:
        return StanceAnswer(
            holder=stance.holder,
            target=stance.target,
            polarity=stance.polarity,
            evidence=None if stance.evidence is None else self.span(stance.evidence),
            score=round(stance.score, _DECIMALS),
        )


def _actor(actor: Actor) -> ActorAnswer:
    return ActorAnswer(
        name=actor.name,
        label=actor.label,
        mentions=list(actor.mentions),
        said=actor.said,
        stances=[
            TallyAnswer(holder=tally.holder, favor=tally.favor, against=tally.against, neutral=tally.neutral)
            for tally in actor.stances
        ],
    )
