"""Read a text's words through the network: windows in, one sequence over the whole text out; and marks in groups.

What is run together is chosen by the text alone, so that its answer depends on nothing else; where the parts are run,
one after the other or beside each other, is the caller's to say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from serving.chains import Floats
from serving.marks import Marked
from serving.model import Network, Tagged
from serving.stopping import heeding
from serving.windows import Window

_TOGETHER = 640
"""Most words, padding included, around the marks of one run: enough to share the reading of the weights, while what the
layers hand on stays in a processor's cache."""


class Spread(Protocol):
    """`map`, or an executor's: calls a function with each item, in any order, and gives the results in theirs."""

    def __call__(self, function: Any, items: Iterable[Any], /) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of the surroundings of one mark: `act` [ACT_CLASSES] and, of the `words` that were asked
    for, all of them or the marked ones, [words, ROLE_CLASSES]."""

    marked: Marked
    words: Floats
    act: Floats


def encode(windows: Sequence[Window], network: Network, spread: Spread = map) -> Tagged:
    """What the network says of each word, in order: [words, …]. At least one window is needed. Raises Stopped."""

    def run(window: Window) -> Tagged:
        return network.encode(window.ids, window.first)

    return Tagged.joined(list(spread(heeding(run), windows)))


def read(
    marks: Sequence[Marked], hidden: Floats, network: Network, spread: Spread = map, act_alone: bool = False
) -> list[Reading]:
    """A reading of each mark, in order; `hidden` [words, size] is the encoder's. With `act_alone` of the marked words,
    which takes half the time, else of all. Raises Stopped."""

    def run(group: Sequence[Marked]) -> list[Reading]:
        inputs = [hidden[marked.low : marked.high] for marked in group]
        kinds, distances = [marked.marks for marked in group], [marked.distances for marked in group]
        asked = [np.flatnonzero(kind) if act_alone else np.arange(len(kind)) for kind in kinds]
        mask = [np.ones(len(kind), np.int32) for kind in kinds]
        words, acts = network.roles(
            _padded(inputs, 0), _padded(kinds, 0), _padded(distances, 0), _padded(mask, 0), _padded(asked, -1)
        )
        return [
            Reading(marked, words[row, : len(own)], acts[row])
            for row, (marked, own) in enumerate(zip(group, asked, strict=True))
        ]

    return [reading for group in spread(heeding(run), _groups(marks)) for reading in group]


def _groups(marks: Sequence[Marked]) -> list[Sequence[Marked]]:
    """Neighbours of at most `_TOGETHER` words with their padding, unless it is a single one."""
    groups: list[list[Marked]] = []
    longest = 0
    for marked in marks:
        size = marked.high - marked.low
        longest = max(longest, size)
        if groups and longest * (len(groups[-1]) + 1) <= _TOGETHER:
            groups[-1].append(marked)
        else:
            groups.append([marked])
            longest = size
    return list(groups)


def _padded(rows: Sequence[npt.NDArray[Any]], filling: int) -> npt.NDArray[Any]:
    """Arrays that differ in their first axis alone as one, [rows, longest, …]."""
    longest = max(map(len, rows))
    made = np.full((len(rows), longest, *rows[0].shape[1:]), filling, rows[0].dtype)
    for row, values in zip(made, rows, strict=True):
        row[: len(values)] = values
    return made
