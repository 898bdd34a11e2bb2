"""Running text as windows with some words hidden, for masked language modelling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerFast

from serving.windows import Window
from serving.words import words
from training.examples import IGNORED

Ids = npt.NDArray[np.int64]
_MASKED = 0.2
"""The share of words that are hidden."""


@dataclass(frozen=True, slots=True)
class Cloze:
    """One window with hidden words, and per piece what stands there (IGNORED where nothing is hidden)."""

    windows: list[Window]
    targets: Ids

    @property
    def pieces(self) -> int:
        """How many pieces the window holds."""
        return len(self.targets)


def clozes(
    tokenizer: PreTrainedTokenizerFast, documents: Iterable[str], length: int, vocabulary: int, seed: int
) -> Iterator[Cloze]:
    """The running text of `documents` in windows of exactly `length` pieces; `vocabulary` is the number of pieces."""
    random = np.random.default_rng(seed)
    for ids, owners in pack(tokenizer, documents, length):
        shown, targets = mask(ids, owners, tokenizer.mask_token_id, vocabulary, random)
        yield Cloze([Window(shown, np.arange(0), 0, 0)], targets)


def pack(tokenizer: PreTrainedTokenizerFast, documents: Iterable[str], length: int) -> Iterator[tuple[Ids, Ids]]:
    """Windows of exactly `length` pieces over the running text: (piece ids, number of the word each piece is of)."""
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    ids: list[int] = []
    owners: list[int] = []
    for text in documents:
        encoded = tokenizer.backend_tokenizer.encode(
            [w.form for w in words(text)], is_pretokenized=True, add_special_tokens=False
        )
        ids += [*encoded.ids, last]
        owners += [*(w for w in encoded.word_ids if w is not None), -1]
        while len(ids) >= length - 1:
            yield np.array([first, *ids[: length - 1]]), np.array([-1, *owners[: length - 1]])
            del ids[: length - 1], owners[: length - 1]


def mask(ids: Ids, owners: Ids, mask_id: int, vocabulary: int, random: np.random.Generator) -> tuple[Ids, Ids]:
    """Hide a fifth of the words, whole: 80 % as the mask, 10 % as random pieces, 10 % left as they are.
    Gives (input, targets), both shaped as `ids`."""
    starts = np.concatenate([[True], owners[1:] != owners[:-1]]) & (owners >= 0)
    numbers = np.where(owners >= 0, np.cumsum(starts), 0)
    chosen = random.random(numbers.max() + 1) < _MASKED
    chosen[0] = False
    hidden = chosen[numbers]
    fate = random.random(len(ids))
    replaced = np.where(fate < 0.8, mask_id, np.where(fate < 0.9, random.integers(5, vocabulary, len(ids)), ids))
    return np.where(hidden, replaced, ids), np.where(hidden, ids, IGNORED)
