"""The project's trainer on any IOB2 corpus with any labels: a token classifier on first pieces, decoded to the best
legal tags. Sentences are read with their neighbours, as they stand in the file (Schweter & Akbik 2020, FLERT)."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from tokenizers import Tokenizer
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from labels.scheme import bio
from serving.viterbi import runs
from training import checkpoint
from training.chain import Chain, allowing
from training.conll import Sentence, sentences
from training.examples import IGNORED
from training.loop import Recipe, train
from training.losses import Costs, read
from training.mixture import batches, hide
from training.passages import Passage, label_set, passage, passages

RECIPE = Recipe(epochs=6, head_rate=1e-2, pieces=768)


def benchmark(options: argparse.Namespace) -> int:
    """Fine-tune a token classifier on an IOB2 file and measure it on another."""
    begun = time.monotonic()
    parts = {name: list(sentences(path)) for name in ("train", "dev", "test") if (path := getattr(options, name))}
    labels = label_set(parts["train"])
    if not labels or not all(parts.values()):
        raise SystemExit("the files to train and measure on hold no sentences, or the first no entity")
    tags = bio(labels)
    recipe = replace(RECIPE, seed=options.seed)
    torch.manual_seed(recipe.seed)
    model, tokenizer = _begin(options.init, tags)
    backend = tokenizer.backend_tokenizer
    total = recipe.epochs * sum(p.pieces for p in passages(parts["train"], tags, backend, 1, recipe.seed))
    drawn = passages(parts["train"], tags, backend, recipe.epochs, recipe.seed)
    fit(model, hide(drawn, recipe.hidden, tokenizer.mask_token_id, recipe.seed), total, recipe, options.out)
    tokenizer.save_pretrained(options.out)
    for name in ("dev", "test"):
        if name in parts:
            found = figures(parts[name], predict(model, backend, parts[name], tags))
            print(_table(name, found))
    print(json.dumps(found | {"seconds": round(time.monotonic() - begun, 1)}, ensure_ascii=False))
    return 0


def _begin(init: str, tags: Sequence[str]) -> tuple[BertForTokenClassification, PreTrainedTokenizerFast]:
    """The encoder `init` (a folder or hub name) with a new classifier."""
    names = dict(enumerate(tags))
    loaded, tokenizer = checkpoint.load(init)
    config = loaded.config
    config.update({"id2label": names, "label2id": {tag: i for i, tag in names.items()}})
    model = BertForTokenClassification(config)
    model.bert = loaded.bert
    model.chain = Chain(tags)
    return model, tokenizer


def _chain(model: BertForTokenClassification) -> Chain:
    """The chain that `_begin` gave the model."""
    chain = model.get_submodule("chain")
    assert isinstance(chain, Chain)
    return chain


def _table(name: str, found: dict[str, Any]) -> str:
    rows = [(label, row) for label, row in found["per_label"].items()]
    rows.append(("all", found | {"support": sum(row["support"] for _, row in rows)}))
    lines = [
        f"{label:12} {row['precision']:9.3f} {row['recall']:9.3f} {row['f1']:9.3f} {row['support']:7.0f}"
        for label, row in rows
    ]
    return "\n".join([f"{name:12} {'precision':>9} {'recall':>9} {'f1':>9} {'gold':>7}", *lines])


def fit(model: BertForTokenClassification, drawn: Iterator[Passage], total: int, recipe: Recipe, out: Path) -> None:
    """Fine-tune `model` in place on `total` pieces' worth of passages and save it in `out`."""

    def encode(ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden: torch.Tensor = model.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden

    def cost(batch: Sequence[Passage], _: int) -> Costs:
        hidden = read(encode, batch, model.config.pad_token_id or 0)
        logits = model.classifier(model.dropout(hidden)).float()
        classes = np.concatenate([p.classes for p in batch])
        heads = classes != IGNORED
        opens = np.concatenate([p.opens for p in batch])[heads]
        allowed = torch.from_numpy(allowing(classes[heads], logits.shape[1], IGNORED))
        return Costs({"outer": _chain(model)(logits[heads], allowed, torch.from_numpy(opens)) / len(allowed)})

    def save() -> None:
        model.save_pretrained(out)

    train(model, batches(drawn, recipe.pieces, recipe.seed), total, recipe, "benchmark", cost, out, save)


@torch.inference_mode()
def predict(
    model: BertForTokenClassification, tokenizer: Tokenizer, sentences: Sequence[Sentence], tags: Sequence[str]
) -> list[list[str]]:
    """The IOB2 tags of each sentence; the file is read as one document."""
    whole = passage(sentences, tags, tokenizer)
    parts = []
    for window in whole.windows:
        logits = model(input_ids=torch.from_numpy(window.ids[None])).logits[0]
        parts.append(logits[torch.from_numpy(window.first)].float().numpy())
    logits, chain = np.concatenate(parts), _chain(model).weight.numpy()
    begins = iter(whole.begins)
    found = []
    for sentence in sentences:
        heads = [next(begins) for _ in sentence.tokens]
        row = ["O"] * len(heads)
        shown = [i for i, head in enumerate(heads) if head >= 0]
        if shown:
            for run in runs(logits[[heads[i] for i in shown]], tags, np.zeros(len(shown), bool), chain):
                for at in range(run.start, run.end):
                    row[shown[at]] = f"{'B' if at == run.start else 'I'}-{run.label}"
        found.append(row)
    return found


def figures(gold: Sequence[Sentence], predicted: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Strict micro precision, recall and F1, and the same `per_label` with the gold count ("support")."""
    report: dict[str, dict[str, float]] = classification_report(
        [list(s.tags) for s in gold], predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    names = {"precision": "precision", "recall": "recall", "f1-score": "f1", "support": "support"}
    rows = {label: {names[k]: round(float(v), 4) for k, v in row.items()} for label, row in report.items()}
    micro = rows.pop("micro avg")
    per_label = {label: row for label, row in rows.items() if not label.endswith(" avg")}
    return {key: micro[key] for key in ("precision", "recall", "f1")} | {"per_label": per_label}
