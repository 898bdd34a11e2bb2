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

WINDOW = 512
"""Most pieces in a window, the two marks at its ends included."""
MARGIN = 48
"""Pieces of context that a word has on either side, at the least, unless the text ends there."""
_LONGEST = 24
"""Most pieces read of one word: what follows in a longer one (a URL, noise) is not read, but stays in its span."""


@dataclass(frozen=True, slots=True)
class Window:
    """`ids`: the piece ids, [pieces]. `first`: where the first piece of each word from `start` to `end` stands in
    `ids`."""

    ids: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    start: int
    end: int


def windows(words: Sequence[Word], tokenizer: Tokenizer, size: int = WINDOW, margin: int = MARGIN) -> list[Window]:
    """The windows over `words`, which together own each word once, in order; none for no words.

    A separator piece stands wherever a new line begins, since headlines, captions and paragraphs end there.
    """
    if not words:
        return []
    first, last = _ends(tokenizer)
    pieces = _pieces(words, tokenizer, last)
    starts = np.cumsum([0, *map(len, pieces)])
    total, body = int(starts[-1]), size - 2
    # Windows are spread evenly; each begins and ends at a word, as does each half of an overlap, which takes up to the
    # length of a word each time.
    step = body - 2 * margin - 4 * (max(map(len, pieces)) - 1)
    count = 1 + max(0, -((body - total) // step))
    begins = [int(np.searchsorted(starts, round(i * (total - body) / (count - 1)))) if i else 0 for i in range(count)]
    ends = [int(np.searchsorted(starts, starts[b] + body, side="right")) - 1 for b in begins]
    ends[-1] = len(words)
    owned = [0, *(_halfway(starts, b, e) for b, e in zip(begins[1:], ends, strict=False)), len(words)]
    made = []
    for i, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        ids = [first, *(p for word in pieces[begin:end] for p in word), last]
        mine = range(owned[i], owned[i + 1])
        breaks = np.array([w > 0 and words[w].line > words[w - 1].line for w in mine])
        places = starts[owned[i] : owned[i + 1]] - starts[begin] + 1 + breaks
        made.append(Window(np.array(ids, np.int64), places.astype(np.int64), owned[i], owned[i + 1]))
    return made


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


def _halfway(starts: npt.NDArray[np.int64], begin: int, end: int) -> int:
    """The word in the middle of the overlap from word `begin` (of the next window) to word `end` (of this one)."""
    return int(np.searchsorted(starts, (starts[begin] + starts[end]) // 2))
