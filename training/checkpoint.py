"""Folders of models in the Hugging Face layout: what training starts from, and what it leaves."""

from pathlib import Path
from typing import cast

import torch
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

from training.model import ROLE_LAYERS, IsnadModel

logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers


def load(init: str) -> tuple[IsnadModel, PreTrainedTokenizerFast]:
    """A model from a folder or hub name: one of ours goes on as it is; any other BERT (AraBERT) gets new heads."""
    tokenizer = cast(PreTrainedTokenizerFast, AutoTokenizer.from_pretrained(init))
    # Attention dropout would keep torch from its fused attention on the CPU, which takes a third of the time.
    config = BertConfig.from_pretrained(init, attention_probs_dropout_prob=0.0)
    if config.architectures == [IsnadModel.__name__]:
        return IsnadModel.from_pretrained(init, config=config, dtype=torch.float32), tokenizer
    config.role_layers = ROLE_LAYERS
    model = IsnadModel(config)
    model.bert = BertModel.from_pretrained(init, config=config, add_pooling_layer=False, dtype=torch.float32)
    model.seed_roles()
    return model, tokenizer


def save(model: IsnadModel, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Write config, weights and tokenizer."""
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
