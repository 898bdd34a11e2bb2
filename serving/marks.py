"""The surroundings of a marked expression (a cue, or the target of a stance) as the role reader sees them.

Training builds its examples with the same functions, so that the model is asked what it was taught.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

NEAR = 16
"""Distances up to this many words are told apart; longer ones only by their logarithm, up to `FAR` steps of it."""
FAR = 8
DISTANCES = 2 * (NEAR + FAR) + 1


class Kind(IntEnum):
    """What the marked words are. 0 is the mark of all the words around them."""

    CUE = 1
    TARGET = 2


REACH = {Kind.CUE: (64, 96), Kind.TARGET: (24, 24)}
"""How many words before and after a mark are read."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Words `start` to `end` are marked as `kind`, and words `low` to `high` are read around them."""

    kind: Kind
    start: int
    end: int
    low: int
    high: int

    @property
    def marks(self) -> npt.NDArray[np.int64]:
        """For each word read: the kind if it is marked, else 0."""
        at = np.arange(self.low, self.high)
        return np.where((at >= self.start) & (at < self.end), int(self.kind), 0)

    @property
    def distances(self) -> npt.NDArray[np.int64]:
        """For each word read: its distance from the marked words as a class from 0 to `DISTANCES` - 1."""
        at = np.arange(self.low, self.high)
        gap = np.where(at < self.start, at - self.start, np.where(at >= self.end, at - self.end + 1, 0))
        steps = np.abs(gap)
        far = NEAR + np.minimum(np.log2(np.maximum(steps, NEAR) / NEAR) * 2 + 1, FAR).astype(np.int64)
        return np.sign(gap) * np.where(steps <= NEAR, steps, far) + NEAR + FAR


def surroundings(kind: Kind, start: int, end: int, count: int, factor: int = 1) -> Marked:
    """What to read, of a text of `count` words, around words `start` to `end`; `factor` widens the reach after them."""
    before, after = REACH[kind]
    return Marked(kind, start, end, max(0, start - before), min(count, end + after * factor))
