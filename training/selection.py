"""Raw text, and which of it is most like what will be learned."""

import lzma
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from serving.words import words


def read_raw(path: Path) -> Iterator[str]:
    """The documents of an xz file that holds one a line."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from lines


def forms(texts: Iterable[str]) -> Counter[str]:
    """How often each word form stands in `texts`."""
    return Counter(word.form for text in texts for word in words(text))


def resembling(documents: Iterable[str], sample: Iterable[str], count: int) -> list[str]:
    """The `count` documents whose words are most typical of `sample` against all `documents`, most typical first
    (cross-entropy difference, Moore & Lewis 2010)."""
    kept = list(documents)
    wanted = forms(sample)
    common = forms(random.Random(0).sample(kept, min(len(kept), 4000)))
    totals, size = (sum(wanted.values()), sum(common.values())), len(wanted.keys() | common.keys())
    odds = {
        f: math.log((wanted[f] + 1) / (totals[0] + size)) - math.log((common[f] + 1) / (totals[1] + size))
        for f in wanted.keys() | common.keys()
    }

    def typical(text: str) -> float:
        found = text[:1500].split()
        return sum(odds.get(f, 0.0) for f in found) / max(len(found), 20)

    return sorted(kept, key=typical, reverse=True)[:count]
