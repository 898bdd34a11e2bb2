"""Several documents side by side: the same actors, what each document says of them, and its figures.

Actors of different documents are the same where their names are, spelling folded as `serving.names` folds it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from labels import Attribution, Document
from labels.scheme import ACTORS
from serving.figures import Figure, figures
from serving.names import clean, key


@dataclass(frozen=True, slots=True)
class Side:
    """`holder` ("author" or whoever speaks, None where nobody can tell) takes a side towards an actor `times` times."""

    holder: str | None
    polarity: str
    times: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What an actor is quoted with: the force, the word of saying and the contents, as the text has them."""

    force: str
    cue: str
    contents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An actor in one document: the words for it with how often they stand there, most frequent first; the sides taken
    towards it; what it says."""

    words: tuple[tuple[str, int], ...] = ()
    sides: tuple[Side, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def mentions(self) -> int:
        """How often the document names the actor."""
        return sum(times for _, times in self.words)

    @property
    def empty(self) -> bool:
        """Whether the document does not have the actor."""
        return not (self.words or self.quotes)


@dataclass(frozen=True, slots=True)
class Actor:
    """A named actor, or a speaker without a name of its own (no label), with its part in each document."""

    name: str
    label: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The documents' ids, the actors of any, first those that most documents have, and each document's figures."""

    ids: tuple[str, ...]
    actors: tuple[Actor, ...]
    figures: tuple[tuple[Figure, ...], ...]


def compare(documents: Sequence[Document]) -> Comparison:
    """Lay the documents side by side, in the order given."""
    parts = [_parts(document) for document in documents]
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for name, label in _named(document):
            forms[key(name)][name] += 1
            if label:
                labels[key(name)][label] += 1
    actors = [
        Actor(
            counted.most_common(1)[0][0],
            labels[folded].most_common(1)[0][0] if folded in labels else None,
            tuple(part.get(folded, Part()) for part in parts),
        )
        for folded, counted in forms.items()
    ]
    ids = tuple(document.id for document in documents)
    return Comparison(ids, tuple(sorted(actors, key=_weight)), tuple(tuple(figures(d)) for d in documents))


def _named(document: Document) -> Iterator[tuple[str, str | None]]:
    for entity in document.entities:
        if entity.name and entity.label in ACTORS:
            yield entity.name, entity.label
    yield from ((act.speaker, None) for act in document.attributions if act.speaker)


def _weight(actor: Actor) -> tuple[int, int]:
    told = [part.mentions + len(part.quotes) for part in actor.parts]
    return -sum(not part.empty for part in actor.parts), -sum(told)


def _parts(document: Document) -> dict[str, Part]:
    """By folded name: what the document has of each actor."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    sides: dict[str, Counter[tuple[str | None, str]]] = defaultdict(Counter)
    quotes: dict[str, list[Quote]] = defaultdict(list)
    holders: dict[str, str | None] = {act.id: act.speaker for act in document.attributions}
    targets = {entity.id: entity for entity in document.entities if entity.name and entity.label in ACTORS}
    for entity in targets.values():
        words[key(entity.name or "")][clean(document.text, entity.span)] += 1
    for stance in document.stances:
        if stance.target in targets:
            holder = holders.get(stance.holder, stance.holder)
            sides[key(targets[stance.target].name or "")][holder, stance.polarity] += 1
    for act in document.attributions:
        if act.speaker:
            quotes[key(act.speaker)].append(_quote(act, document.text))
    return {
        name: Part(
            tuple(words[name].most_common()),
            tuple(Side(holder, polarity, times) for (holder, polarity), times in sides[name].most_common()),
            tuple(quotes[name]),
        )
        for name in {**words, **quotes}
    }


def _quote(act: Attribution, text: str) -> Quote:
    contents = sorted(act.contents, key=attrgetter("start"))
    return Quote(act.force, act.cue.of(text), tuple(content.of(text) for content in contents))
