"""Measure an analyzer on annotated documents, and choose its thresholds on the development split."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from labels import Document
from labels.scheme import POLARITIES
from labels.scores import Scores
from labels.scoring import score
from serving.analyzer import Analyzer, Thresholds
from serving.words import words

PRECISION = 0.6
"""Least precision of a polarity on the development split; below it the model stays silent."""
NEVER = 1.1
"""A probability that nothing reaches."""
_LEANS = (-1.0, -0.5, 0.0, 0.5, 1.0)
_LEAST = tuple(i / 20 for i in range(6, 19))


def predict(analyzer: Analyzer, documents: Iterable[Document]) -> list[Document]:
    """What the analyzer says of each document's text, under the document's id."""
    return [replace(analyzer.analyze(d.text).document, id=d.id) for d in documents]


def measure(analyzer: Analyzer, documents: Sequence[Document]) -> Scores:
    """The scores of `labels.scoring` of the analyzer's predictions."""
    return score(documents, predict(analyzer, documents))


def tags(document: Document) -> list[str]:
    """IOB2 tags of a document's words: the outermost entities, clitics counted in, as a token classifier sees them."""
    found = words(document.text)
    row = ["O"] * len(found)
    outermost = [
        e for e in document.entities if not any(o.id != e.id and o.span.holds(e.span) for o in document.entities)
    ]
    for entity in outermost:
        covered = [i for i, word in enumerate(found) if word.span.overlaps(entity.span)]
        for i in covered:
            row[i] = f"{'B' if i == covered[0] else 'I'}-{entity.label}"
    return row


def token_report(gold: Sequence[Document], predicted: Sequence[Document]) -> str:
    """seqeval's strict IOB2 report of the token classifier, per label and micro-averaged, as text."""
    report: str = classification_report(
        [tags(d) for d in gold], [tags(d) for d in predicted], mode="strict", scheme=IOB2, digits=3, zero_division=0
    )
    return report


def choose(analyzer: Analyzer, documents: Sequence[Document]) -> Thresholds:
    """The thresholds under which `documents` score best: first the cues' by act F1; then each polarity's by its F1,
    among those at which at least `PRECISION` of what is found is right, since a false accusation is the worst error."""
    silent = Thresholds(favor=NEVER, against=NEVER)
    tried = {lean: measure(analyzer.at(replace(silent, cue=lean)), documents).attributions["act"].f1 for lean in _LEANS}
    cue = max(tried, key=lambda lean: (tried[lean], -abs(lean)))
    all_found = predict(analyzer.at(Thresholds(cue, _LEAST[0], _LEAST[0])), documents)
    chosen = {}
    for polarity in POLARITIES:
        best = {NEVER: 0.0}
        for least in _LEAST:
            kept = [replace(d, stances=tuple(s for s in d.stances if s.score >= least)) for d in all_found]
            result = score(documents, kept).stances[polarity]
            if result.precision >= PRECISION:
                best[least] = result.f1
        chosen[polarity] = max(best, key=lambda least: best[least])
    return Thresholds(cue, chosen["favor"], chosen["against"])
