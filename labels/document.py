"""Annotated documents as immutable values. Offsets are Unicode code points, 0-based, end-exclusive."""

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Code points `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The surface of this span in `text`."""
        return text[self.start : self.end]

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies within this span (equal spans hold each other)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share a code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing. `parent` is the id of the smallest entity around it; `score` is 1.0 where people annotated."""

    id: str
    span: Span
    label: str
    name: str | None = None
    parent: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Attribution:
    """One act of attribution. `speaker` is a canonical name, `speaker_entity` the id of an entity that bears it."""

    id: str
    cue: Span
    source: Span | None
    contents: tuple[Span, ...]
    mode: str
    force: str
    speaker: str | None = None
    speaker_entity: str | None = None
    parent: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Stance:
    """An attitude of `holder` (an attribution's id, or "author") towards the entity whose id is `target`."""

    holder: str
    target: str
    polarity: str
    evidence: Span | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """A text exactly as published, with all its annotations; what is not annotated is claimed to be absent."""

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    stances: tuple[Stance, ...] = ()
    outlet: str | None = None
    date: str | None = None
    origin: str = "external"
