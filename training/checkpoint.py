"""Folders of models in the Hugging Face layout: what training starts from, and what it leaves."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

from labels.scheme import ENTITY_TAGS
from serving import manifest
from training import history
from training.model import ROLE_LAYERS, IsnadModel

logging.disable_progress_bar()  # type: ignore[no-untyped-call]
# What a folder holds beside the encoder, or has no heads for yet, is no fault.
logging.set_verbosity_error()  # type: ignore[no-untyped-call]

_READ = ("config.json", "model.safetensors", "tokenizer.json")


def load(init: str) -> tuple[IsnadModel, PreTrainedTokenizerFast]:
    """A model from a folder or hub name: one of ours goes on as it is; any other BERT (AraBERT) gets new heads.
    Raises ValueError as `tokenizer` does, and ModelError where files are not what the folder's manifest promises."""
    check(init)
    # On a CPU the random numbers of attention dropout cost as much as the products.
    config = BertConfig.from_pretrained(init, attention_probs_dropout_prob=0.0)
    if config.architectures == [IsnadModel.__name__]:
        return IsnadModel.from_pretrained(init, config=config, dtype=torch.float32), tokenizer(init)
    config.role_layers = ROLE_LAYERS
    model = IsnadModel(config)
    model.bert = BertModel.from_pretrained(init, config=config, add_pooling_layer=False, dtype=torch.float32)
    model.seed_roles()
    return model, tokenizer(init)


def check(init: str) -> None:
    """Raises ModelError if `init` is a folder with a manifest that does not promise the files that are there."""
    if Path(init, manifest.NAME).is_file():
        manifest.check(Path(init), manifest.read(Path(init)), *_READ)


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
