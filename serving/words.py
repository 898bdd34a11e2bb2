"""Cut a text into the words that the model reads, each with its exact place in the untouched text.

The model never sees the text itself but the normalised form of each word; all offsets are those of the text as sent,
so that no normalisation can move them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from labels import Span

TATWEEL = "\u0640"
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc"})
# Persian and Urdu forms of letters that Arabic publishers' keyboards leave in Arabic text.
_VARIANTS = str.maketrans({"ی": "ي", "ک": "ك", "ہ": "ه", "ۀ": "ه", "٪": "%"})
# Runs of letters (with marks, tatweel and joiners inside), runs of digits, or one other visible character with what is
# combined with it. Letters are kept apart from digits and marks so that a span can end wherever the scheme lets it end.
MARKS = r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
"""What is written on Arabic letters, for a class of a regular expression."""
_WORD = re.compile(
    rf"(?:[^\W\d_]|[\u0300-\u036f{MARKS}\u0640\u200b-\u200f\u2060\ufe00-\ufe0f])+|\d+|\S[\u0300-\u036f\ufe00-\ufe0f]*"
)
_LONGEST_REMEMBERED = 32
MOST_MARKS = 30
"""Marks behind a letter that are composed with it (Unicode's Stream-Safe Text Format): the time that it takes to put
them in order grows with the square of their number."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its `span` in the text, its normalised `form`, and `places`, the text offset at which each character of
    `form` begins (strictly within `span`; several characters of `form` may share one place)."""

    span: Span
    form: str
    places: tuple[int, ...]
    line: int


def words(text: str) -> list[Word]:
    """The words of `text` in order; `line` counts the newlines before each. Characters without a visible form
    (marks standing alone, joiners, bidi controls) belong to no word."""
    found: list[Word] = []
    line = at = 0
    for match in _WORD.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        form, offsets = _normalise(match.group())
        if form:
            # Invisible characters at the edges stay outside of the span, but a mark on the last letter belongs to it.
            start = at + offsets[0]
            end = at + len(match.group().rstrip("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
            found.append(Word(Span(start, end), form, tuple(at + o for o in offsets), line))
    return found


def _normalise(surface: str) -> tuple[str, tuple[int, ...]]:
    """The form the model reads (NFKC, no marks, no tatweel, ASCII digits) and the offset of each of its characters."""
    # Words of the language come again; longer ones are some text's own, and would stay in memory for good.
    return _remembered(surface) if len(surface) <= _LONGEST_REMEMBERED else _computed(surface)


def _computed(surface: str) -> tuple[str, tuple[int, ...]]:
    form: list[str] = []
    offsets: list[int] = []
    at = 0
    while at < len(surface):
        end = at + 1
        while end < len(surface) and unicodedata.combining(surface[end]):
            end += 1
        # A letter and its marks are composed together, so that hamza written as a mark gives the letter it makes.
        composed = unicodedata.normalize("NFKC", surface[at : min(end, at + 1 + MOST_MARKS)])
        for char in composed.translate(_VARIANTS):
            if char == TATWEEL or char.isspace() or unicodedata.category(char) in _INVISIBLE:
                continue
            form.append(str(unicodedata.decimal(char, char)))
            offsets.append(at)
        at = end
    return "".join(form), tuple(offsets)


_remembered = lru_cache(maxsize=1 << 16)(_computed)
