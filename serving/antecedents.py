"""What a source with an article refers to: «المصدر» to the «مصدر …» before it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from labels.scheme import QUOTES
from serving.decode import Found


class Antecedents:
    """What the `sources` of a text refer to, which come in the order of their acts."""

    def __init__(self, text: str, sources: Sequence[Found]) -> None:
        self._text = text
        called: dict[str, list[Found]] = defaultdict(list)
        for source in sources:
            called["ال" + first_word(text, source)].append(source)
        self._meant = {word: _fullest(text, own) for word, own in called.items()}

    def of(self, source: Found) -> Found:
        """What «المصدر» refers to: the last source before it that begins with «مصدر», by the most words that it is
        called by; else the source itself."""
        starts, fullest = self._meant.get(first_word(self._text, source), ([], []))
        before = bisect_left(starts, source.start)
        return fullest[before - 1] if before else source


def first_word(text: str, source: Found) -> str:
    """The first word of a source without quote marks."""
    return "".join(c for c in source.span.of(text).split(maxsplit=1)[0] if c not in QUOTES)


def _fullest(text: str, sources: Sequence[Found]) -> tuple[list[int], list[Found]]:
    """The words at which `sources` begin, in order, and for each the source there, or what has most words of those
    until there that begin like it. The first in the order of the acts, where there are several."""
    surfaces = {source.span.of(text) for source in sources}
    lengths = sorted({len(surface) for surface in surfaces})
    # The number of words and the place (from 0 down, so that the first is the most) of what is fullest so far.
    best: dict[str, tuple[int, int]] = {}
    starts, fullest = [], []
    ordered = sorted(enumerate(sources), key=lambda place: place[1].start)
    for start, together in groupby(ordered, key=lambda place: place[1].start):
        here = list(together)
        for i, source in here:
            surface = source.span.of(text)
            for length in lengths[: bisect_right(lengths, len(surface))]:
                if (beginning := surface[:length]) in surfaces:
                    best[beginning] = max(best.get(beginning, (0, 0)), (source.end - source.start, -i))
        starts.append(start)
        fullest.append(sources[-best[here[0][1].span.of(text)][1]])
    return starts, fullest
