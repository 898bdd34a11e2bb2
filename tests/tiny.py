"""Tokenizers small enough to be followed by hand."""

from collections.abc import Iterable

from tokenizers import Tokenizer
from tokenizers.models import BPE, WordLevel
from tokenizers.processors import TemplateProcessing

FIRST, LAST, UNKNOWN = 0, 1, 2
"""What begins a text, what ends it and separates its lines, and what stands for anything unknown."""
LETTERS = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي0123456789.،:“”"«»()/'


def vocabulary(words: Iterable[str]) -> dict[str, int]:
    """The ids of the three special pieces and of `words`, in order."""
    return {"<s>": FIRST, "</s>": LAST, "<unk>": UNKNOWN, **{word: i for i, word in enumerate(words, 3)}}


def tokenizer(known: dict[str, int]) -> Tokenizer:
    """Each word is one of the pieces `known`, or `UNKNOWN`."""
    return _ended(Tokenizer(WordLevel(known, unk_token="<unk>")))


def speller() -> Tokenizer:
    """Each of `LETTERS` is a piece; any other character is `UNKNOWN`."""
    return _ended(Tokenizer(BPE(vocabulary(LETTERS), [], unk_token="<unk>")))


def spelt(form: str) -> list[int]:
    """The pieces into which `speller` cuts a word."""
    return [LETTERS.index(c) + 3 if c in LETTERS else UNKNOWN for c in form]


def _ended(made: Tokenizer) -> Tokenizer:
    made.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", FIRST), ("</s>", LAST)])
    return made
