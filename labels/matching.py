"""How predicted things are laid against gold ones: common code points and one-to-one pairs."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from labels.document import Attribution, Span

Item = TypeVar("Item")


def common(a: Span | None, b: Span | None) -> int:
    """How many code points two spans share; 0 when either is missing."""
    return max(0, min(a.end, b.end) - max(a.start, b.start)) if a and b else 0


def points(spans: Iterable[Span]) -> frozenset[int]:
    """The offsets that the spans cover together."""
    return frozenset(offset for span in spans for offset in range(*span))


def dice(a: Iterable[Span], b: Iterable[Span]) -> float:
    """The Dice coefficient of two sets of covered offsets; 1 when both are empty."""
    left, right = points(a), points(b)
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0


def pairs(
    gold: Sequence[Item], predicted: Sequence[Item], weight: Callable[[Item, Item], int]
) -> list[tuple[int, int]]:
    """One-to-one pairs of indices, taken greedily: heaviest first, then in order; what weighs nothing never pairs."""
    weighed = ((weight(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted))
    found: list[tuple[int, int]] = []
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    for _, i, j in sorted((-w, i, j) for w, i, j in weighed if w > 0):
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            found.append((i, j))
    return found


def pair_acts(gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> list[tuple[int, int]]:
    """Pairs of acts: a common code point of the cues outweighs any number of common ones of the contents."""

    def weight(g: Attribution, p: Attribution) -> int:
        return 1000 * common(g.cue, p.cue) + len(points(g.contents) & points(p.contents))

    return pairs(gold, predicted, weight)
