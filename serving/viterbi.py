"""The best legal sequences of IOB2 tags (Viterbi 1967), and the spans in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from serving.chains import Floats

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Run:
    """Words `start` to `end` tagged as `label`; `score` is the least probability of a tag among them."""

    start: int
    end: int
    label: str
    score: float


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities over the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    value: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return value


def runs(logits: Floats, tags: Sequence[str], breaks: npt.NDArray[np.bool_], chain: Floats) -> list[Run]:
    """The spans of the best sequences. `logits` [words, tags]; `breaks` [words] is true where a line begins, which no
    span crosses, so that each line has a best sequence of its own; `chain` [tags, tags] is added where the column's
    tag follows the row's in one line."""
    if not len(logits):
        return []
    scores = log_softmax(logits)
    inside = np.array([t.startswith("I-") for t in tags])
    path = _path(scores, inside, np.where(_legal(tuple(tags)), chain, np.float32(-np.inf)), breaks)
    probabilities = np.exp(scores[np.arange(len(path)), path])
    starts = np.flatnonzero(np.array([tag.startswith("B-") for tag in tags])[path])
    outside = np.append(np.flatnonzero(~inside[path]), len(path))
    ends = outside[np.searchsorted(outside, starts, side="right")]
    return [
        Run(start, end, tags[path[start]][2:], float(probabilities[start:end].min()))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


@cache
def _legal(tags: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Whether the column's tag may follow the row's: I-X behind B-X or I-X, every other tag behind any."""
    return np.array([[not tag.startswith("I-") or before[1:] == tag[1:] for tag in tags] for before in tags])


def _path(scores: Floats, inside: npt.NDArray[np.bool_], steps: Floats, breaks: npt.NDArray[np.bool_]) -> _Places:
    """The tag of each word. All lines are gone through at once, a word of each at a time."""
    first = np.union1d([0], np.flatnonzero(breaks))
    sizes = np.diff(first, append=len(scores))
    order = np.argsort(-sizes, kind="stable")
    first, sizes = first[order], sizes[order]
    # How many lines, of the longest, have so many words.
    active = np.searchsorted(-sizes, -np.arange(sizes[0]), side="left")
    best = np.where(inside, np.float32(-np.inf), scores[first])
    back = np.zeros(scores.shape, np.int64)
    last = best.copy()
    for at in range(1, len(active)):
        rows = first[: active[at]] + at
        paths = best[: active[at], :, None] + steps
        back[rows] = paths.argmax(1)
        best = paths.max(1) + scores[rows]
        last[: active[at]] = best
    path = np.zeros(len(scores), np.int64)
    path[first + sizes - 1] = last.argmax(1)
    for at in range(len(active) - 1, 0, -1):
        rows = first[: active[at]] + at
        path[rows - 1] = back[rows, path[rows]]
    return path
