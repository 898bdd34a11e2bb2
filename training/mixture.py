"""Corpora as one Hugging Face dataset: documents are kept in Arrow, and become examples only when they are drawn."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np
from datasets import Dataset, Features, List, Value
from tokenizers import Tokenizer

from labels.jsonl import from_json, to_json
from serving.windows import Window
from training.corpora import Sample
from training.examples import Example, example
from training.excerpts import excerpts
from training.passages import Passage

_POOL = 512
"""Examples among which batches of like length are sought."""
_CUT = (0.0, 0.0, 0.3, 1.0)
"""At what share of its sentence ends a document is cut: half the time it stays whole."""
_FEATURES = Features(
    {
        "document": Value("string"),
        "layers": List(Value("string")),
        "unknown": List(Value("string")),
    }
)


def dataset(samples: Iterable[Sample]) -> Dataset:
    """The samples as rows."""
    return Dataset.from_list([_row(sample) for sample in samples], features=_FEATURES)


def _row(sample: Sample) -> dict[str, Any]:
    document = json.dumps(to_json(sample.document), ensure_ascii=False)
    return {"document": document, "layers": sorted(sample.layers), "unknown": sorted(sample.unknown)}


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(from_json(json.loads(row["document"])), frozenset(row["layers"]), frozenset(row["unknown"]))


def examples(rows: Dataset, tokenizer: Tokenizer, epochs: int, seed: int) -> Iterator[Example]:
    """Every row `epochs` times, in another order and differently cut into excerpts each time."""
    random = np.random.default_rng(seed)
    for epoch in range(epochs):
        for row in rows.shuffle(seed=seed + epoch):
            sample = _sample(row)
            for part in excerpts(sample.document, random.choice(_CUT), random):
                yield example(replace(sample, document=part), tokenizer, random)


class Windowed(Protocol):
    """What can stand in a batch."""

    @property
    def windows(self) -> list[Window]:
        """What the encoder reads."""

    @property
    def pieces(self) -> int:
        """How many pieces the windows hold."""


Batched = TypeVar("Batched", bound=Windowed)


Read = TypeVar("Read", Example, Passage)


def hide(drawn: Iterable[Read], share: float, piece: int, seed: int) -> Iterator[Read]:
    """The examples with a `share` of their pieces (but for the first and last of a window) behind the mask `piece`, so
    that things are known by what stands around them too. Cheaper than dropout in every layer on a CPU."""
    random = np.random.default_rng(seed)
    for one in drawn:
        masked = []
        for window in one.windows:
            ids = np.where(random.random(len(window.ids)) < share, piece, window.ids)
            ids[[0, -1]] = window.ids[[0, -1]]
            masked.append(replace(window, ids=ids))
        yield replace(one, windows=masked)


def batches(drawn: Iterable[Batched], pieces: int, seed: int) -> Iterator[list[Batched]]:
    """Groups of examples whose windows, padded to the longest, hold at most `pieces` (or of one example that alone
    holds more). Within a pool, examples of like length stand together, and the groups come in random order."""
    random = np.random.default_rng(seed)
    pending = (one for one in drawn if one.windows)
    while pool := list(islice(pending, _POOL)):
        groups: list[list[Batched]] = [[]]
        count = 0
        for one in sorted(pool, key=_longest):
            count += len(one.windows)
            if groups[-1] and count * _longest(one) > pieces:
                groups.append([])
                count = len(one.windows)
            groups[-1].append(one)
        for at in random.permutation(len(groups)):
            yield groups[at]


def _longest(one: Windowed) -> int:
    return max(len(w.ids) for w in one.windows)
