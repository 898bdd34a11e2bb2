"""Corpora as streams of documents, each with what it is silent about. Nothing of them is copied into the project."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from labels import Attribution, Document, Entity, Span, Stance
from labels.jsonl import read
from labels.scheme import LABELS
from labels.split import DEVELOPMENT, TEST
from training.conll import Sentence, sentences

ANY = "|".join
"""A coarse label is written as its fine ones with bars between: the loss asks for their sum."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A document, the `layers` that its corpus annotates ("entities", "clips": where in words they begin and end,
    "nested", "acts", "stances") and the labels that it never annotates. An entity's label may be several with bars
    between: one of these."""

    document: Document
    layers: frozenset[str]
    unknown: frozenset[str] = frozenset()


ALL = frozenset({"entities", "clips", "nested", "acts", "stances"})

_FANE = {
    "GPE": "Nation Population-Center State-or-Province County-or-District",
    "LOC": "Continent Water-Body Land-Region-Natural",
    "GPE|LOC|ORG|NORP": "GPE-Cluster",
    "FAC": "Building-Grounds Airport Path Subarea-Facility Plant",
    "ORG": "Government Non-Governmental Commercial Educational Sports Religious_ORG Medical-Science Entertainment",
    "ARMED": "Police",
    "MEDIA": "Media",
    "NORP|ORG|ARMED": "Group",
    "PER": "Politician Athlete Artist Other_PER Religious_PER Scientist Businessperson Lawyer Engineer",
    "WEAPON|O": "Air Land Water Projectile Shooting Exploding Blunt Nuclear Sharp Chemical",
}
"""Fine FANE classes as labels of the scheme. Vehicles are weapons only when military, so they may be nothing as well;
armed bodies stand under Government and Non-Governmental too. Classes not listed (books, films, food …) are nothing."""

_CLASSES: dict[str, dict[str, str]] = {
    "fane": {fine: label for label, fines in _FANE.items() for fine in fines.split()}
    | {"Government": "ORG|ARMED", "Non-Governmental": "ORG|ARMED", "Continent": "LOC|GPE"},
    "aqmar": {"PER": "PER|NORP", "LOC": "GPE|LOC|FAC", "ORG": "ORG|ARMED|MEDIA", "MIS": "NORP|EVENT|WEAPON|NUM|DATE|O"},
    "wojood": {
        "PERS": "PER",
        "ORG": "ORG|ARMED|MEDIA|GPE",
        "GPE": "GPE",
        "LOC": "LOC",
        "FAC": "FAC",
        "NORP": "NORP|ORG|ARMED",
        "EVENT": "EVENT|O",
        "DATE": "DATE|O",
        "CARDINAL": "NUM|O",
        "MONEY": "NUM|O",
        "PERCENT": "NUM|O",
        "WEBSITE": "ORG|MEDIA|O",
    },
}
_UNKNOWN = {
    "fane": frozenset({"DATE", "NUM", "EVENT", "NORP", "WEAPON"}),
    "aqmar": frozenset({"DATE", "NUM", "EVENT", "NORP", "WEAPON"}),
    "wojood": frozenset({"WEAPON", "NUM", "DATE"}),
}


def annotated(path: Path) -> Iterator[Sample]:
    """Documents annotated to the scheme, from a JSONL file or every such file under a folder."""
    for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
        for document in read(file):
            yield Sample(document, ALL)


def held_out(document: Document) -> bool:
    """Whether a document of anyone's corpus but the project's own is for development: about one in six, chosen by its
    text alone. What was written for the project is never: `divided` knows the parts of that."""
    return document.origin == "external" and int(sha256(document.text.encode()).hexdigest(), 16) % 6 == 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What is learned from, what thresholds are chosen on (the `project`'s own documents and those of `others`), and
    what nothing but a final figure is measured on."""

    learned: list[Sample]
    project: list[Document]
    others: list[Document]
    test: list[Document]


def divided(project: Iterable[Sample], others: Iterable[Sample], named: Mapping[str, str]) -> Parts:
    """The one rule by which documents go into parts. A text of the project stands in the part that is `named` for its
    document's id, wherever else it stands; any other is for development if `held_out` says so, and learned from if not.
    Of several annotations of one text the last counts. Raises KeyError for a document of the project that has no part.
    """
    own = {sample.document.text: sample for sample in project}
    part = {text: named[sample.document.id] for text, sample in own.items()}
    found = Parts([], [], [], [])
    for text, sample in (own | {sample.document.text: sample for sample in others}).items():
        if part.get(text) == TEST:
            found.test.append(sample.document)
        elif part.get(text) == DEVELOPMENT:
            found.project.append(sample.document)
        elif text not in part and held_out(sample.document):
            found.others.append(sample.document)
        else:
            found.learned.append(sample)
    return found


def conll(path: Path, scheme: str, unfold: Mapping[str, str] | None = None) -> Iterator[Sample]:
    """Runs of ten neighbouring sentences of a CoNLL file as documents. `scheme` is "fane", "aqmar" or "wojood"; FANE
    writes clitics as tokens of their own and folds alefs: both are undone, the latter by `unfold`."""
    classes = _CLASSES[scheme]

    def relabel(tag: str) -> str | None:
        label = classes.get(tag)
        return None if label == "O" else label

    read_on = sentences(path)
    while group := list(islice(read_on, 10)):
        joined = _join(group, relabel, scheme == "fane", unfold or {})
        # The others leave clitics on their words.
        layers = frozenset({"entities", "clips"}) if scheme == "fane" else frozenset({"entities"})
        yield Sample(joined, layers, _UNKNOWN[scheme])


def _join(
    group: Iterable[Sentence], relabel: Callable[[str], str | None], clitics: bool, unfold: Mapping[str, str]
) -> Document:
    """One text of several sentences, with the entities' spans in it."""
    text, spans = "", list[tuple[int, int, str]]()
    for sentence in group:
        tokens = [unfold.get(t, t) for t in sentence.tokens] if clitics else list(sentence.tokens)
        starts, ends = [], []
        glue = False
        for i, token in enumerate(tokens):
            if not glue:
                text += "\n" if i == 0 and text else " " if text else ""
            elif tokens[i - 1] == "ل" and token.startswith("ال"):
                # The article loses its alef after ل, so that what is left of the name begins with the article's ل.
                token = token[1:]
            starts.append(len(text))
            text += token
            ends.append(len(text))
            after = tokens[i + 1] if i + 1 < len(tokens) else ""
            glue = (
                clitics and after[:1].isalpha() and (token in _PROCLITICS or (after in _PRONOUNS and token.isalpha()))
            )
        for start, end, tag in sentence.spans():
            label = relabel(tag)
            if label:
                spans.append((starts[start], ends[end - 1], label))
    entities = tuple(Entity(f"e{i}", Span(a, b), label) for i, (a, b, label) in enumerate(spans, 1))
    return Document("", text, entities)


def unfolding(documents: Iterable[str]) -> dict[str, str]:
    """Folded spelling → the commonest unfolded one in `documents`: "الامم" → "الأمم"; "علي" stays where commoner."""
    counts = Counter(w for text in documents for w in text.split() if w.isalpha())
    best: dict[str, str] = {}
    for word, _ in counts.most_common(200_000):
        best.setdefault(word.translate(FOLD), word)
    return best


_PROCLITICS = frozenset("وفبلك")
_PRONOUNS = frozenset(["ه", "ها", "هم", "هما", "هن", "نا", "كم"])
FOLD = str.maketrans("أإآٱى", "ااااي")


def polnear(path: Path) -> Iterator[Sample]:
    """PolNeAR (Newell et al. 2018): English political news with sources, cues and contents, without force or mode."""
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        acts = []
        for i, a in enumerate(row["attributions"]):
            if a.get("cue") and a.get("content"):
                source = Span(*a["source"][0]) if a.get("source") else None
                contents = tuple(Span(*c) for c in a["content"])
                acts.append(Attribution(f"a{i}", Span(*a["cue"][0]), source, contents, mode="", force=""))
        yield Sample(Document(row["doc"], row["text"], (), tuple(acts)), frozenset({"acts"}))


def newsmtsc(path: Path) -> Iterator[Sample]:
    """NewsMTSC (Hamborg & Donnay 2021): English news sentences, each with the sentiment towards targets named in it.
    A document holds its targets as entities; those without a stance are neutral."""
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        entities, stances = [], []
        for i, target in enumerate(row["targets"]):
            entities.append(Entity(f"e{i}", Span(target["from"], target["to"]), ANY(LABELS)))
            if target["polarity"] != 4:
                stances.append(Stance("author", f"e{i}", "against" if target["polarity"] < 4 else "favor"))
        yield Sample(
            Document(row["primary_gid"], row["sentence_normalized"], tuple(entities), (), tuple(stances)),
            frozenset({"stances"}),
        )
