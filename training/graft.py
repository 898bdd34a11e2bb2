"""What an encoder learned from raw text, handed on to a model that began from the same encoder before it learned that.

The difference that pre-training made is added to the model's weights (Ilharco et al. 2023, task arithmetic), so that
the corpora of all the model's stages need not be learned again; a tuning then heals what little it tears.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import BertModel, PreTrainedTokenizerFast

from training import checkpoint, history
from training.encoder import Packed, packed_path, unpack

_WORDS = "embeddings.word_embeddings.weight"


def graft(options: argparse.Namespace) -> int:
    """Add to a model's encoder a share of what another learned since both were unpacked."""
    model, tokenizer = checkpoint.load(options.init)
    other, others = checkpoint.load(str(options.adapted))
    add(model.bert, tokenizer, other.bert, others, unpack(packed_path()), options.share)
    done = history.stage("graft", {"share": options.share}, [packed_path(), options.adapted])
    stages = [*history.read(Path(options.init)), *history.read(options.adapted), done]
    checkpoint.save(model, tokenizer, options.out, stages, torch.float32)
    return 0


@torch.no_grad()
def add(
    model: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    other: BertModel,
    others: PreTrainedTokenizerFast,
    packed: Packed,
    share: float,
) -> None:
    """Add to `model`, in place, the `share` of what `other` differs by from the `packed` encoder that both were. Words'
    vectors go by their pieces; those that one of the three has not stay as they are. Raises ValueError if the encoders
    are of different shapes."""
    learned, base = other.state_dict(), packed.weights
    for name, value in model.state_dict().items():
        if name != _WORDS and value.shape != learned[name].shape:
            raise ValueError(f"{name}: {tuple(value.shape)} in one encoder, {tuple(learned[name].shape)} in the other")
    for name, value in model.state_dict().items():
        if name == _WORDS:
            of_other, of_base = _places(_pieces(others)), _places(packed.pieces)
            rows = [
                (row, of_other[piece], of_base[piece])
                for row, piece in enumerate(_pieces(tokenizer))
                if piece in of_other and piece in of_base
            ]
            own, there, before = (list(part) for part in zip(*rows, strict=True))
            value[own] += share * (learned[name][there] - base[name][before])
        else:
            value += share * (learned[name] - base[name])


def _pieces(tokenizer: PreTrainedTokenizerFast) -> list[str]:
    return [piece for piece, _ in json.loads(tokenizer.backend_tokenizer.to_str())["model"]["vocab"]]


def _places(pieces: list[str]) -> dict[str, int]:
    return {piece: place for place, piece in enumerate(pieces)}
