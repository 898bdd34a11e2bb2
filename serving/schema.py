"""Answers of the service as JSON. Offsets are in the unit that the request asked for."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from labels.scheme import FORCES, LABELS, MODES, POLARITIES
from serving.offsets import OffsetUnit


def _one_of(values: tuple[str, ...]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(values)})


class SpanAnswer(BaseModel):
    """`text[start:end]`, with that text."""

    start: int
    end: int
    text: str


class EntityAnswer(BaseModel):
    """A named thing, `text[start:end]`; `parent` is the id of the entity around it."""

    id: str
    start: int
    end: int
    text: str
    label: Annotated[str, _one_of(LABELS)]
    score: float
    name: str | None
    parent: str | None


class SpeakerAnswer(BaseModel):
    """Who is behind an attribution, with the id of an entity of that name if there is one."""

    name: str
    entity: str | None


class AttributionAnswer(BaseModel):
    """Who said what; `parent` is the id of the attribution in whose content this one stands."""

    id: str
    source: SpanAnswer | None
    speaker: SpeakerAnswer | None
    cue: SpanAnswer
    contents: list[SpanAnswer]
    mode: Annotated[str, _one_of(MODES)]
    force: Annotated[str, _one_of(FORCES)]
    parent: str | None
    score: float


class StanceAnswer(BaseModel):
    """An attitude of the author or of an attribution's source towards an entity."""

    holder: str
    target: str
    polarity: Annotated[str, _one_of(POLARITIES)]
    evidence: SpanAnswer | None
    score: float


class TallyAnswer(BaseModel):
    """How often `holder` takes which side."""

    holder: str
    favor: int
    against: int
    neutral: int


class ActorAnswer(BaseModel):
    """Everything gathered about one actor."""

    name: str
    label: str
    mentions: list[str]
    said: int
    stances: list[TallyAnswer]


class ModelAnswer(BaseModel):
    """The model that gave the answer."""

    name: str
    version: str
    sha256: str


class Answer(BaseModel):
    """What one text says."""

    id: str | None
    text_sha256: str
    offset_unit: OffsetUnit
    windows: int
    truncated: Literal[False] = False
    model: ModelAnswer
    entities: list[EntityAnswer]
    attributions: list[AttributionAnswer]
    stances: list[StanceAnswer]
    actors: list[ActorAnswer]


class ProblemAnswer(BaseModel):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = Field(default_factory=list)


class Refused(BaseModel):
    """Stands in the place of a document that has no answer."""

    id: str
    error: ProblemAnswer


class Answers(BaseModel):
    """Answers in the order of the documents."""

    results: list[Answer | Refused]
