"""How much of what is annotated in some documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from labels.document import Document
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES
from labels.tables import aligned

FREQUENT_CUES = 20
TOTALS = ("documents", "words", "characters")
ACTS = ("without a source", "without a speaker", "inside another")
HELD = (*POLARITIES, "of the author")


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over documents. Words stand between white space; `things` are the different names in each document."""

    totals: Counter[str] = field(default_factory=Counter)
    mentions: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    forces: Counter[str] = field(default_factory=Counter)
    modes: Counter[str] = field(default_factory=Counter)
    cues: Counter[str] = field(default_factory=Counter)
    stances: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        """All of it as aligned text for people, the most frequent cues last."""
        return aligned(self._rows())

    def frequent(self) -> list[str]:
        """The most frequent cues, the most frequent first."""
        return sorted(self.cues, key=lambda cue: (-self.cues[cue], cue))[:FREQUENT_CUES]

    def _rows(self) -> Iterator[Sequence[str]]:
        yield from _counted(TOTALS, self.totals)
        yield from ((), ("entities", str(self.mentions.total()), "things"))
        yield from ((f"  {label}", str(self.mentions[label]), str(self.things[label] or "")) for label in LABELS)
        yield from ((), ("attributions", str(self.forces.total())), *_counted(ACTS, self.acts))
        yield from ((), ("force",), *_counted(FORCES, self.forces))
        yield from ((), ("mode",), *_counted(MODES, self.modes))
        yield from ((), ("stances",), *_counted(HELD, self.stances))
        yield from ((), ("cues", str(len(self.cues)), "different"), *_counted(self.frequent(), self.cues))


def count(documents: Iterable[Document]) -> Counts:
    """The counts of the documents, which are read once."""
    counts = Counts()
    for document in documents:
        text, acts, stances = document.text, document.attributions, document.stances
        counts.totals.update(documents=1, words=len(text.split()), characters=len(text))
        counts.mentions.update(entity.label for entity in document.entities)
        counts.things.update(label for label, name in {(e.label, e.name) for e in document.entities} if name)
        counts.acts["without a source"] += sum(act.source is None for act in acts)
        counts.acts["without a speaker"] += sum(act.speaker is None for act in acts)
        counts.acts["inside another"] += sum(act.parent is not None for act in acts)
        counts.forces.update(act.force for act in acts)
        counts.modes.update(act.mode for act in acts)
        counts.cues.update(act.cue.of(text) for act in acts)
        counts.stances.update(stance.polarity for stance in stances)
        counts.stances["of the author"] += sum(stance.holder == AUTHOR for stance in stances)
    return counts


def by_part(whole: Counts, parts: Mapping[str, Counts]) -> str:
    """The counts of the whole and of its parts, a column each, as aligned text for people."""
    return aligned(_columns(whole, parts))


def _columns(whole: Counts, parts: Mapping[str, Counts]) -> Iterator[Sequence[str]]:
    sides = (whole, *parts.values())
    yield ("", "all", *parts)
    yield from _across(TOTALS, [side.totals for side in sides])
    yield from ((), ("entities", *(str(side.mentions.total()) for side in sides)))
    yield from _across(LABELS, [side.mentions for side in sides])
    yield from ((), ("attributions", *(str(side.forces.total()) for side in sides)))
    yield from _across(ACTS, [side.acts for side in sides])
    yield from ((), ("force",), *_across(FORCES, [side.forces for side in sides]))
    yield from ((), ("mode",), *_across(MODES, [side.modes for side in sides]))
    yield from ((), ("stances",), *_across(HELD, [side.stances for side in sides]))
    yield from ((), ("different cues", *(str(len(side.cues)) for side in sides)))
    yield from _across(whole.frequent(), [side.cues for side in sides])


def _counted(keys: Iterable[str], counts: Mapping[str, int]) -> Iterator[Sequence[str]]:
    return _across(keys, [counts])


def _across(keys: Iterable[str], counts: Sequence[Mapping[str, int]]) -> Iterator[Sequence[str]]:
    return ((f"  {key}", *(str(side.get(key, 0)) for side in counts)) for key in keys)
