"""The arithmetic of figures: middle and spread over rounds, quotients, percentiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several measurements, and the least and the greatest of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Raises ValueError for no values."""
        if not values:
            raise ValueError("nothing was measured")
        return cls(median(values), min(values), max(values))


def rates(count: float, seconds: Sequence[float]) -> Spread:
    """How many a second, where each of `seconds` was spent on `count`."""
    return Spread.of([count / each for each in seconds])


def quotients(over: Sequence[float], under: Sequence[float]) -> Spread:
    """Each of `over` through the one of `under` in the same round, so that what slows a round slows both. Raises
    ValueError where their numbers differ."""
    return Spread.of([a / b for a, b in zip(over, under, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """The least of `values` that a `share` of them (0–1) does not exceed (nearest rank). Raises ValueError for no
    values or another share."""
    if not values or not 0 < share <= 1:
        raise ValueError("a percentile needs values and a share above 0 and up to 1")
    return sorted(values)[math.ceil(share * len(values)) - 1]
