"""How much is measured: everything, or just enough to see that all of it runs."""

from dataclasses import dataclass

CONCURRENCY = (1, 4, 16)
"""How many requests are in flight at a time."""
TIMES = 64
"""How many times longer the text is on which the cost of a character is measured again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`lengths`: (words, documents) of each case made of seed text. `requests`: how many at least, in each round and at
    each concurrency, of an article of `article` words. `base`: words of the text that is made `TIMES` as long."""

    rounds: int
    seeds: int
    lengths: tuple[tuple[int, int], ...]
    layers: int
    requests: int
    article: int
    base: int


FULL = Plan(
    rounds=5,
    seeds=5,
    lengths=((50, 8), (200, 4), (600, 1), (2000, 1), (5000, 1)),
    layers=12,
    requests=20,
    article=600,
    base=100,
)
QUICK = Plan(rounds=2, seeds=1, lengths=((50, 2),), layers=2, requests=2, article=50, base=25)
"""Its BERT has two layers, and its texts are few and short: its figures say nothing."""
