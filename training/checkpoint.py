"""Folders of models in the Hugging Face layout: what training starts from, and what it leaves."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

from labels.scheme import ENTITY_TAGS
from training import history
from training.model import ROLE_LAYERS, IsnadModel

logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def load(init: str) -> tuple[IsnadModel, PreTrainedTokenizerFast]:
    """A model from a folder or hub name: one of ours goes on as it is; any other BERT (AraBERT) gets new heads.
    Raises ValueError as `tokenizer` does."""
    # Attention dropout would keep torch from its fused attention on the CPU, three times as fast as the plain one with
    # dropout.
    config = BertConfig.from_pretrained(init, attention_probs_dropout_prob=0.0)
    if config.architectures == [IsnadModel.__name__]:
        return IsnadModel.from_pretrained(init, config=config, dtype=torch.float32), tokenizer(init)
    config.role_layers = ROLE_LAYERS
    model = IsnadModel(config)
    model.bert = BertModel.from_pretrained(init, config=config, add_pooling_layer=False, dtype=torch.float32)
    model.seed_roles()
    return model, tokenizer(init)


def tokenizer(init: str) -> PreTrainedTokenizerFast:
    """The tokenizer in a folder or under a hub name. Raises ValueError if it is not one of the fast ones, whose offsets
    are exact."""
    found = AutoTokenizer.from_pretrained(init)
    if not isinstance(found, PreTrainedTokenizerFast):
        raise ValueError(f"{init}: its tokenizer is not a fast one")
    return found


def save(
    model: IsnadModel, tokenizer: PreTrainedTokenizerFast, out: Path, stages: list[dict[str, Any]], dtype: torch.dtype
) -> None:
    """Write config, weights as `dtype`, tokenizer and the record of the stages behind them."""
    model.config.architectures = [IsnadModel.__name__]
    model.config.id2label = dict(enumerate(ENTITY_TAGS))
    model.config.label2id = {tag: i for i, tag in enumerate(ENTITY_TAGS)}
    weights = {name: value.to(dtype).contiguous() for name, value in model.state_dict().items()}
    model.save_pretrained(out, state_dict=weights)
    tokenizer.save_pretrained(out)
    history.write(out, stages)
