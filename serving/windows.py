"""Cut the words of a text into overlapping windows of pieces that the encoder can read at once.

Every word belongs to exactly one window, the one in which it has the most context, so that the windows' outputs can be
stitched into one sequence over the whole text and no span is cut at a window's edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from serving.words import Word

WINDOW = 256
"""Most pieces in a window, the two marks at its ends included."""
MARGIN = 24
"""Pieces of context that a word has on either side, at the least, unless the text ends there."""
_LONGEST = 24
"""Most pieces read of one word: what follows in a longer one (a URL, noise) is not read, but stays in its span."""

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """`ids`: the piece ids, [pieces]. `first`: where the first piece of each word from `start` to `end` stands in
    `ids`."""

    ids: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    start: int
    end: int


def windows(words: Sequence[Word], tokenizer: Tokenizer, size: int = WINDOW, margin: int = MARGIN) -> list[Window]:
    """The windows over `words`, which together own each word once, in order; none for no words. They are as few, and
    then as short, as will do.

    A separator piece stands wherever a new line begins, since headlines, captions and paragraphs end there.
    """
    if not words:
        return []
    first, last = _ends(tokenizer)
    pieces = _pieces(words, tokenizer, last)
    starts = np.cumsum([0, *map(len, pieces)])
    begins, ends, owned = _cuts(starts, size - 2, margin)
    body = np.array([p for word in pieces for p in word], np.int64)
    lines = np.array([word.line for word in words])
    places = starts[:-1] + np.append(False, lines[1:] > lines[:-1])
    made = []
    for begin, end, start, stop in zip(begins, ends, owned[:-1], owned[1:], strict=True):
        ids = np.concatenate([[first], body[starts[begin] : starts[end]], [last]])
        made.append(Window(ids, places[start:stop] - starts[begin] + 1, int(start), int(stop)))
    return made


def _cuts(starts: _Places, body: int, margin: int) -> tuple[_Places, _Places, _Places]:
    """The words with which windows of at most `body` pieces begin and end, and those with which the words that they own
    do: the pieces of word i are `starts`[i] to `starts`[i + 1]."""
    total, words = int(starts[-1]), len(starts) - 1
    count = 1 + max(0, -((body - total) // (body - 2 * margin)))
    while True:
        # As much is read in each window: the first and the last have no margin on one side.
        own = (total - 2 * margin) / count
        edges = np.rint(margin + own * np.arange(1, count)).astype(np.int64)
        owned = np.unique([0, *np.searchsorted(starts, edges), words])
        begins = np.searchsorted(starts, np.maximum(starts[owned[:-1]] - margin, 0), side="right") - 1
        ends = np.searchsorted(starts, np.minimum(starts[owned[1:]] + margin, total))
        # Windows and their margins end between words, for which some need more room than there is.
        if (starts[ends] - starts[begins]).max() <= body:
            return begins, ends, owned
        count += 1


def _ends(tokenizer: Tokenizer) -> tuple[int, int]:
    """The pieces that begin and end a window: what the tokenizer itself puts round an empty text."""
    first, last = tokenizer.encode("").ids
    return first, last


def _pieces(words: Sequence[Word], tokenizer: Tokenizer, separator: int) -> list[list[int]]:
    """The pieces of each word, with the separator before those that begin a line."""
    encoded = tokenizer.encode([w.form for w in words], is_pretokenized=True, add_special_tokens=False)
    pieces: list[list[int]] = [[] for _ in words]
    for piece, owner in zip(encoded.ids, encoded.word_ids, strict=True):
        if owner is not None and len(pieces[owner]) < _LONGEST:
            pieces[owner].append(piece)
    unknown = tokenizer.token_to_id("<unk>") or tokenizer.token_to_id("[UNK]") or 0
    for i, own in enumerate(pieces):
        if not own:
            own.append(unknown)
        if i and words[i].line > words[i - 1].line:
            own.insert(0, separator)
    return pieces
