"""A tokenizer and a network small enough to be followed by hand."""

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.processors import TemplateProcessing

FIRST, LAST, UNKNOWN = 0, 1, 2
LETTERS = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي0123456789.،:“”"«»()/'


def tokenizer() -> Tokenizer:
    """Each letter is a piece: `FIRST` and `LAST` round a text, `UNKNOWN` for others, then `LETTERS` in order."""
    vocabulary = {"<s>": FIRST, "</s>": LAST, "<unk>": UNKNOWN, **{c: i for i, c in enumerate(LETTERS, 3)}}
    made = Tokenizer(BPE(vocabulary, [], unk_token="<unk>"))
    made.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", FIRST), ("</s>", LAST)])
    return made


def pieces(form: str) -> list[int]:
    """The pieces of a word."""
    return [LETTERS.index(c) + 3 if c in LETTERS else UNKNOWN for c in form]
