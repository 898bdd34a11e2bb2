"""Read a text's words through the network: windows in, one sequence over the whole text out; and marks in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from serving.chains import Floats
from serving.marks import Marked
from serving.model import Network, Tagged
from serving.stopping import heeding
from serving.windows import Window

_TOGETHER = 16
"""Marks read in one run. They are of one text and in its order, so that the answer depends on nothing else."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of the surroundings of one mark: `words` [words, ROLE_CLASSES] and `act` [ACT_CLASSES]."""

    marked: Marked
    words: Floats
    act: Floats


def encode(windows: Sequence[Window], network: Network) -> Tagged:
    """What the network says of each word, in order: [words, …]. At least one window is needed. Raises Stopped."""

    def run(window: Window) -> Tagged:
        return network.encode(window.ids)[window.first]

    read = list(map(heeding(run), windows))
    return Tagged(
        np.concatenate([r.hidden for r in read]),
        np.concatenate([r.outer for r in read]),
        np.concatenate([r.inner for r in read]),
        np.concatenate([r.cue for r in read]),
        np.concatenate([r.clips for r in read]),
    )


def read(marks: Sequence[Marked], hidden: Floats, network: Network) -> Iterator[Reading]:
    """A reading of each mark, in order; `hidden` [words, size] is the encoder's. Raises Stopped."""
    groups = [marks[at : at + _TOGETHER] for at in range(0, len(marks), _TOGETHER)]

    def run(group: Sequence[Marked]) -> list[Reading]:
        return _group(group, hidden, network)

    for readings in map(heeding(run), groups):
        yield from readings


def _group(group: Sequence[Marked], hidden: Floats, network: Network) -> list[Reading]:
    longest = max(m.high - m.low for m in group)
    inputs = np.zeros((len(group), longest, hidden.shape[1]), np.float32)
    kinds, distances = np.zeros((2, len(group), longest), np.int64)
    mask = np.zeros((len(group), longest), np.float32)
    for row, marked in enumerate(group):
        size = marked.high - marked.low
        inputs[row, :size] = hidden[marked.low : marked.high]
        kinds[row, :size], distances[row, :size], mask[row, :size] = marked.marks, marked.distances, 1.0
    words, acts = network.roles(inputs, kinds, distances, mask)
    return [Reading(marked, words[row, : marked.high - marked.low], acts[row]) for row, marked in enumerate(group)]
