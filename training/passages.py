"""Sentences of an IOB2 corpus with their neighbours, as the trainer reads them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from serving.windows import Window, windows
from serving.words import words
from training.conll import Sentence
from training.examples import IGNORED, Classes

CONTEXT = 200
"""Words read together in training, in whole sentences."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring sentences: their windows, the tag class of each word (IGNORED for those that begin no token),
    whether a sentence `opens` with it, and for each token the word that it begins with (-1 if no letter is visible)."""

    windows: list[Window]
    classes: Classes
    opens: npt.NDArray[np.bool_]
    begins: list[int]

    @property
    def pieces(self) -> int:
        """How many pieces the windows hold."""
        return sum(len(w.ids) for w in self.windows)


def label_set(corpus: Sequence[Sentence]) -> list[str]:
    """The labels in use, sorted."""
    return sorted({tag[2:] for s in corpus for tag in s.tags if tag != "O"})


def passage(sentences: Sequence[Sentence], tags: Sequence[str], tokenizer: Tokenizer) -> Passage:
    """Sentences as one text of a line each. Tags that are not among `tags` count as O."""
    text = "\n".join(" ".join(s.tokens) for s in sentences)
    *starts, _ = accumulate((len(token) + 1 for s in sentences for token in s.tokens), initial=0)
    found = words(text)
    heads = np.searchsorted([w.span.start for w in found], starts).tolist()
    ends = [*starts[1:], len(text)]
    begins = [h if h < len(found) and found[h].span.start < end else -1 for h, end in zip(heads, ends, strict=True)]
    index = {tag: i for i, tag in enumerate(tags)}
    classes = np.full(len(found), IGNORED)
    opens = np.zeros(len(found), bool)
    heads_left = iter(begins)
    for sentence in sentences:
        shown = [(h, tag) for tag, h in zip(sentence.tags, heads_left) if h >= 0]  # noqa: B905  # heads go on
        opens[[h for h, _ in shown[:1]]] = True
        for (head, _), tag in zip(shown, _legal(tag for _, tag in shown), strict=True):
            classes[head] = index.get(tag, 0)
    return Passage(windows(found, tokenizer), classes, opens, begins)


def _legal(tags: Iterable[str]) -> Iterator[str]:
    """The tags of a sentence, an inside tag that goes on with nothing as the beginning that it means: no path through
    the chain ends in such a one, so that it would only unteach what stands before it."""
    before = "O"
    for tag in tags:
        yield f"B-{tag[2:]}" if tag.startswith("I-") and before[2:] != tag[2:] else tag
        before = tag


def passages(
    sentences: Sequence[Sentence], tags: Sequence[str], tokenizer: Tokenizer, epochs: int, seed: int
) -> Iterator[Passage]:
    """All sentences `epochs` times in runs of about `CONTEXT` words, cut elsewhere each time, in random order."""
    random = np.random.default_rng(seed)
    for _ in range(epochs):
        size = int(random.integers(1, CONTEXT))
        groups: list[list[Sentence]] = [[]]
        for sentence in sentences:
            if groups[-1] and size + len(sentence.tokens) > CONTEXT:
                groups.append([])
                size = 0
            groups[-1].append(sentence)
            size += len(sentence.tokens)
        for at in random.permutation(len(groups)):
            yield passage(groups[at], tags, tokenizer)
