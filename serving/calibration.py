"""From what a network gives to how often it is right: of the spans with a score of 0.8, four in five should be."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labels import Document

_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Platt:
    """The map sigmoid(`slope` · logit(score) + `offset`) (Platt 1999); by default it changes nothing that shows."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, score: float) -> float:
        """The calibrated probability, 0 to 1."""
        return 0.5 + 0.5 * math.tanh((self.slope * logit(score) + self.offset) / 2)


_SAME = Platt()


def logit(score: float) -> float:
    """The log-odds of a probability, kept finite."""
    inside = min(max(score, _EDGE), 1.0 - _EDGE)
    return math.log(inside / (1.0 - inside))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The maps of each task's scores."""

    entities: Platt = _SAME
    attributions: Platt = _SAME
    stances: Platt = _SAME

    @classmethod
    def of(cls, maps: Mapping[str, Sequence[float]]) -> "Calibration":
        """From the (slope, offset) of each task. Raises TypeError where tasks or figures are others."""
        return cls(**{task: Platt(*figures) for task, figures in maps.items()})

    def __call__(self, document: Document) -> Document:
        """The document with calibrated scores."""
        return replace(
            document,
            entities=tuple(replace(e, score=self.entities(e.score)) for e in document.entities),
            attributions=tuple(replace(a, score=self.attributions(a.score)) for a in document.attributions),
            stances=tuple(replace(s, score=self.stances(s.score)) for s in document.stances),
        )
