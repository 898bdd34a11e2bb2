"""Scores as values: what was measured, and how people and programs read it. `labels.scoring` defines each measure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from labels.measures import DECIMALS, Accuracy, BCubed, Measure, mean_f1, total
from labels.scheme import LABELS
from labels.tables import aligned

Count = TypeVar("Count", Measure, Accuracy)


def _digits(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:.{DECIMALS}f}" for value in values)


def _row(name: str, measure: Measure) -> Sequence[str]:
    ratios = _digits(measure.precision, measure.recall, measure.f1)
    return name, *ratios, str(measure.gold), str(measure.predicted)


def _merged(a: Mapping[str, Count], b: Mapping[str, Count]) -> dict[str, Count]:
    merged = dict(a)
    for key, count in b.items():
        merged[key] = merged[key] + count if key in merged else count
    return merged


@dataclass(frozen=True, slots=True)
class Scores:
    """Every measure over some documents; the scores of two sets of documents can be added."""

    documents: int = 0
    entities: Mapping[str, Measure] = field(default_factory=dict)
    overlaps: Mapping[str, Measure] = field(default_factory=dict)
    names: BCubed = field(default_factory=BCubed)
    attributions: Mapping[str, Measure] = field(default_factory=dict)
    accuracies: Mapping[str, Accuracy] = field(default_factory=dict)
    stances: Mapping[str, Measure] = field(default_factory=dict)
    any_holder: Mapping[str, Measure] = field(default_factory=dict)

    def __add__(self, other: "Scores") -> "Scores":
        return Scores(
            self.documents + other.documents,
            _merged(self.entities, other.entities),
            _merged(self.overlaps, other.overlaps),
            self.names + other.names,
            _merged(self.attributions, other.attributions),
            _merged(self.accuracies, other.accuracies),
            _merged(self.stances, other.stances),
            _merged(self.any_holder, other.any_holder),
        )

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, ratios to four decimals; an accuracy over no pairs is left out."""
        accuracies = {f"{k}_accuracy": round(v.value, DECIMALS) for k, v in self.accuracies.items() if v.total}
        return {
            "documents": self.documents,
            "entities": {
                "micro": total(self.entities.values()).to_json(),
                "macro_f1": mean_f1(self.entities.values()),
                "overlap_micro": total(self.overlaps.values()).to_json(),
                "per_label": {label: self.entities.get(label, Measure()).to_json() for label in LABELS},
                "names": self.names.to_json(),
            },
            "attributions": {k: v.to_json() for k, v in self.attributions.items()} | accuracies,
            "stances": {
                "f_avg": mean_f1(self.stances.values()),
                "f_avg_any_holder": mean_f1(self.any_holder.values()),
                **{k: v.to_json() for k, v in self.stances.items()},
            },
        }

    def table(self) -> str:
        """All of it as aligned text for people."""
        return f"{self.documents} documents\n\n{aligned(self._rows())}"

    def _rows(self) -> Iterator[Sequence[str]]:
        head = ("p", "r", "f1", "gold", "pred")
        yield "entities", *head
        yield _row("micro", total(self.entities.values()))
        yield "macro", "", "", *_digits(mean_f1(self.entities.values()))
        yield _row("micro, overlap", total(self.overlaps.values()))
        names = self.names
        yield "names, B-cubed", *_digits(names.precision, names.recall, names.f1), str(names.mentions)
        yield from (_row(f"  {label}", measure) for label, measure in self.entities.items())
        yield ()
        yield "attributions", *head
        yield from (_row(f"  {name.replace('_', ' ')}", measure) for name, measure in self.attributions.items())
        yield ()
        yield "over paired acts", "right", "of", "share"
        for name, accuracy in self.accuracies.items():
            yield f"  {name}", str(accuracy.right), str(accuracy.total), *_digits(accuracy.value)
        yield ()
        yield "stances", *head
        yield from (_row(f"  {name}", measure) for name, measure in self.stances.items())
        yield "  mean", "", "", *_digits(mean_f1(self.stances.values()))
        yield "  mean, any holder", "", "", *_digits(mean_f1(self.any_holder.values()))
