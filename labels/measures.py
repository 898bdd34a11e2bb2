"""The measures that scores are made of: frozen counts that can be added up over documents."""

from collections.abc import Iterable
from dataclasses import dataclass

DECIMALS = 4


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b else 0.0


def _rounded(precision: float, recall: float, f1: float) -> dict[str, float]:
    return {key: round(value, DECIMALS) for key, value in (("p", precision), ("r", recall), ("f1", f1))}


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts of items found (predicted and gold alike), predicted, and gold. A ratio over nothing is 0."""

    found: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(self.found + other.found, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """The share of predicted items that are right."""
        return _ratio(self.found, self.predicted)

    @property
    def recall(self) -> float:
        """The share of gold items that were found."""
        return _ratio(self.found, self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)

    def to_json(self) -> dict[str, float]:
        """`p`, `r`, `f1` to four decimals, and the counts `gold` and `pred`."""
        return {**_rounded(self.precision, self.recall, self.f1), "gold": self.gold, "pred": self.predicted}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of `total` decisions were right."""

    right: int = 0
    total: int = 0

    def __add__(self, other: "Accuracy") -> "Accuracy":
        return Accuracy(self.right + other.right, self.total + other.total)

    @property
    def value(self) -> float:
        """The share of right decisions, 0 when there were none to take."""
        return _ratio(self.right, self.total)


@dataclass(frozen=True, slots=True)
class BCubed:
    """B-cubed agreement of two clusterings of the same mentions: sums over mentions of each one's own scores."""

    precisions: float = 0.0
    recalls: float = 0.0
    mentions: int = 0

    def __add__(self, other: "BCubed") -> "BCubed":
        return BCubed(self.precisions + other.precisions, self.recalls + other.recalls, self.mentions + other.mentions)

    @property
    def precision(self) -> float:
        """The mean over mentions of the share of its predicted cluster that belongs to its gold cluster."""
        return _ratio(self.precisions, self.mentions)

    @property
    def recall(self) -> float:
        """The mean over mentions of the share of its gold cluster that its predicted cluster holds."""
        return _ratio(self.recalls, self.mentions)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return _harmonic(self.precision, self.recall)

    def to_json(self) -> dict[str, float]:
        """`p`, `r`, `f1` to four decimals, and the number of `mentions`."""
        return {**_rounded(self.precision, self.recall, self.f1), "mentions": self.mentions}


def total(measures: Iterable[Measure]) -> Measure:
    """All counts added up: the micro average."""
    return sum(measures, Measure())


def mean_f1(measures: Iterable[Measure]) -> float:
    """The macro average: the mean F1, each rounded as reported, of those that have gold items; 0 when none has."""
    values = [round(measure.f1, DECIMALS) for measure in measures if measure.gold]
    return round(_ratio(sum(values), len(values)), DECIMALS)
