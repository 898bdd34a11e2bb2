"""The corpora of other people that the shared encoder learns from before the project's own (see the model card)."""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path

from labels.jsonl import read, rows
from training.corpora import ALL, Sample, annotated, conll, held_out, newsmtsc, polnear, unfolding
from training.selection import read_raw

STANDOFF = Path("labels/standoff/arabic_news.jsonl")
ENGLISH = ("attribution/polnear_train.jsonl", "stance/newsmtsc_train.jsonl")
"""The files of English corpora."""
BESIDE = ("ner/newsfane_without_anercorp_test.tsv", "ner/wojood_sample_train.tsv")
"""What `beside` reads but for the raw news, by which it unfolds spellings."""
LEARNED = (*BESIDE, "ner/wikifane.tsv", "ner/aqmar_train.tsv", *ENGLISH)
"""What `corpora` reads but for the domain's documents and the raw news."""


def raw(data: Path) -> Iterator[str]:
    """Every fourth document of the raw Arabic news: enough to count spellings and pieces."""
    return islice(read_raw(data / "raw" / "arabic_news.txt.xz"), 0, None, 4)


def english(data: Path) -> Iterator[str]:
    """The texts of the English corpora."""
    yield from (s.document.text for s in polnear(data / "attribution" / "polnear_train.jsonl"))
    yield from (s.document.text for s in newsmtsc(data / "stance" / "newsmtsc_train.jsonl"))


def corpora(data: Path) -> Iterator[list[Sample]]:
    """The samples of each corpus under `data`, in the shares that are learned from: documents of the development
    split are left out, the domain's documents come three times, and of the two largest corpora only a part is read."""
    unfold = unfolding(raw(data))
    domain = [s for s in annotated(data / "domain") if not held_out(s.document)]
    yield domain * 3
    yield list(conll(data / "ner" / "newsfane_without_anercorp_test.tsv", "fane", unfold))
    yield _every(conll(data / "ner" / "wikifane.tsv", "fane", unfold), 2)
    yield list(conll(data / "ner" / "aqmar_train.tsv", "aqmar"))
    yield list(conll(data / "ner" / "wojood_sample_train.tsv", "wojood"))
    yield _every(polnear(data / "attribution" / "polnear_train.jsonl"), 3)
    yield list(newsmtsc(data / "stance" / "newsmtsc_train.jsonl"))


def beside(data: Path) -> Iterator[list[Sample]]:
    """The samples of each corpus of Arabic news annotated for entities that is learned from beside documents annotated
    to the scheme, lest what only it knows is forgotten."""
    newsfane = conll(data / "ner" / "newsfane_without_anercorp_test.tsv", "fane", unfolding(raw(data)))
    yield _every(newsfane, 3)
    yield list(conll(data / "ner" / "wojood_sample_train.tsv", "wojood"))


def standoff(raw: Path, path: Path = STANDOFF) -> Iterator[Sample]:
    """The documents of raw news in `raw` (an xz file of one a line) that `path` annotates without holding their texts:
    an id there is how the SHA-256 of a text begins. Raises FormatError if one is not in `raw`."""
    wanted = {json.loads(line)["id"] for _, line in rows(path)}
    size = max(map(len, wanted))
    texts = {}
    for line in read_raw(raw):
        text = line.rstrip("\n")
        digest = sha256(text.encode()).hexdigest()[:size]
        if digest in wanted:
            texts[digest] = text
    for document in read(path, texts):
        yield Sample(document, ALL)


def _every(samples: Iterable[Sample], step: int) -> list[Sample]:
    return list(islice(samples, step // 2, None, step))
