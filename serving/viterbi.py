"""The best legal sequence of IOB2 tags (Viterbi 1967), and the spans in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from serving.chains import Floats


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
    """The spans of the best sequence. `logits` [words, tags]; `breaks` [words] is true where a line begins, which no
    span crosses; `chain` [tags, tags] is added where the column's tag follows the row's in one line."""
    if not len(logits):
        return []
    scores = log_softmax(logits)
    inside = np.array([t.startswith("I-") for t in tags])
    # I-X may follow B-X or I-X; every other tag may follow any.
    legal = np.array([[not tag.startswith("I-") or before[1:] == tag[1:] for tag in tags] for before in tags])
    step = np.where(legal, chain, -np.inf)
    anew = np.where(inside, -np.inf, np.zeros_like(step))
    best = np.where(inside, -np.inf, scores[0])
    back = np.zeros(scores.shape, np.int64)
    for at in range(1, len(scores)):
        paths = best[:, None] + (anew if breaks[at] else step)
        back[at] = paths.argmax(0)
        best = paths.max(0) + scores[at]
    path = [int(best.argmax())]
    for at in range(len(scores) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    path.reverse()
    probabilities = np.exp(scores[np.arange(len(path)), path])
    found: list[Run] = []
    start = -1
    for at, tag in enumerate([*path, 0]):
        if start >= 0 and not (at < len(path) and inside[tag]):
            found.append(Run(start, at, tags[path[start]][2:], float(probabilities[start:at].min())))
            start = -1
        if at < len(path) and tags[tag].startswith("B-"):
            start = at
    return found
