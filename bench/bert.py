"""A BERT for token classification of the size of aubmindlab/bert-base-arabertv02, with random weights.

Its speed is that of trained weights. All that it finds is nothing ("O"), so that no time goes to joining up entities.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForTokenClassification, BertTokenizer

VOCABULARY = 64_000
LENGTH = 512
STRIDE = 48
"""Pieces that each window shares with the next: about what `serving.windows` keeps as context."""
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_LABELS = ["O", "B-PERS", "I-PERS", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
_SURE = 1e3


@dataclass(frozen=True, slots=True)
class Bert:
    """The model, ready to be run, and its tokenizer, which neither cuts nor pads."""

    model: BertForTokenClassification
    tokenizer: Tokenizer

    @classmethod
    def make(cls, texts: Sequence[str], layers: int) -> "Bert":
        """A model of `layers` layers whose tokenizer has learned from `texts`."""
        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=VOCABULARY,
            num_hidden_layers=layers,
            id2label=dict(enumerate(_LABELS)),
            label2id={label: i for i, label in enumerate(_LABELS)},
        )
        model = BertForTokenClassification(config)
        with torch.no_grad():
            model.classifier.bias[0] = _SURE
        model.eval()  # type: ignore[no-untyped-call]
        return cls(model, wordpiece(texts))

    @property
    def fast(self) -> BertTokenizer:
        """The tokenizer as transformers knows it: one of its own, since it sets where texts are cut."""
        return BertTokenizer(tokenizer_object=copy(self.tokenizer), model_max_length=LENGTH)

    def pieces(self, texts: Sequence[str]) -> int:
        """As `Reader.pieces`."""
        return sum(len(self.tokenizer.encode(text, add_special_tokens=False).ids) for text in texts)


def copy(tokenizer: Tokenizer) -> Tokenizer:
    """One that can be set otherwise."""
    return Tokenizer.from_str(tokenizer.to_str())


def wordpiece(texts: Sequence[str]) -> Tokenizer:
    """A WordPiece tokenizer of `VOCABULARY` pieces that has learned all it could from `texts`, then unused pieces."""
    learner = _bare(models.WordPiece(unk_token="[UNK]"))
    # Whatever occurs becomes a piece, so that nearly every word of `texts` is a single one: no real vocabulary cuts
    # them into fewer, and this BERT has less to read than AraBERT would have.
    learner.train_from_iterator(
        texts,
        trainers.WordPieceTrainer(vocab_size=VOCABULARY, min_frequency=1, special_tokens=_SPECIAL, show_progress=False),
    )
    known = learner.get_vocab()
    known |= {f"[unused{i}]": i for i in range(len(known), VOCABULARY)}
    made = _bare(models.WordPiece(known, unk_token="[UNK]"))
    made.post_processor = processors.BertProcessing(("[SEP]", known["[SEP]"]), ("[CLS]", known["[CLS]"]))
    return made


def _bare(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer
