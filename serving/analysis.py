"""What an analysis is: a document with its predictions, and the actors gathered from it."""

from dataclasses import dataclass
from typing import Final, Protocol

from labels import Document

TASKS: Final = frozenset({"entities", "attributions", "stances"})
"""What can be asked for; a task that is not asked for is absent from the analysis."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often `holder` ("author" or a speaker's name) is for, against or neither way about an actor."""

    holder: str
    favor: int
    against: int
    neutral: int


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, people, body or country of a document: its entities' ids and how many attributions it is behind."""

    name: str
    label: str
    mentions: tuple[str, ...]
    said: int
    stances: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document with everything found in it; offsets are code points. `windows` is how many the text was read in,
    and `pieces` how many pieces they have together."""

    document: Document
    windows: int
    actors: tuple[Actor, ...]
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model gives the answers; `sha256` is that of the network's file, in hexadecimal."""

    name: str
    version: str
    sha256: str


class TextAnalyzer(Protocol):
    """What the batch runner and the service need of an analyzer; it must bear several threads."""

    @property
    def info(self) -> ModelInfo:
        """The model behind the answers."""

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """What `text` says; the document's id is "". Without a form in UTF-8, a text is not to be given."""
