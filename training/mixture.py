"""Corpora as one Hugging Face dataset: documents are kept in Arrow, and become examples only when they are drawn."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from datasets import Dataset, Features, List, Value
from tokenizers import Tokenizer

from labels.jsonl import from_json, to_json
from training.corpora import Sample
from training.examples import Example, example

_FEATURES = Features(
    {"corpus": Value("string"), "document": Value("string"), "layers": List(Value("string")), "unknown": List(Value("string"))}
)


def dataset(corpus: str, samples: Iterable[Sample]) -> Dataset:
    """The samples of one corpus as rows."""
    return Dataset.from_list([_row(corpus, sample) for sample in samples], features=_FEATURES)


def _row(corpus: str, sample: Sample) -> dict[str, Any]:
    document = json.dumps(to_json(sample.document), ensure_ascii=False)
    return {"corpus": corpus, "document": document, "layers": sorted(sample.layers), "unknown": sorted(sample.unknown)}


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(from_json(json.loads(row["document"])), frozenset(row["layers"]), frozenset(row["unknown"]))


def examples(rows: Dataset, tokenizer: Tokenizer, epochs: int, seed: int) -> Iterator[Example]:
    """Every row `epochs` times, in another order each time."""
    for epoch in range(epochs):
        for row in rows.shuffle(seed=seed + epoch):
            yield example(_sample(row), tokenizer)


def batches(drawn: Iterable[Example], pieces: int) -> Iterator[list[Example]]:
    """Consecutive examples, as many as `pieces` holds, and never none."""
    group: list[Example] = []
    size = 0
    for one in drawn:
        if not one.windows:
            continue
        if group and size + one.pieces > pieces:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.pieces
    if group:
        yield group
