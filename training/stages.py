"""The stages by which a model comes about, each from one folder to the next."""

import argparse
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import torch
from datasets import Dataset, concatenate_datasets
from transformers import PreTrainedTokenizerFast

from serving.words import words
from training import checkpoint, external, history
from training.corpora import annotated, held_out
from training.encoder import cut, keep_pieces, packed_path, shrink, unpack
from training.loop import Recipe, train
from training.mixture import batches, dataset, examples
from training.model import IsnadModel
from training.release import release

PROJECT = Path("labels/corpus")
SHIPPED = Path("models/isnad-ar")

LEARN = Recipe(epochs=1, rate=2e-4, dropout=0.0, pieces=3072)
"""One pass over much text cannot overfit, so dropout would only slow it down."""
TUNE = Recipe(epochs=8)


def start(options: argparse.Namespace) -> int:
    """Unpack the packed encoder, with the pieces that the external corpora need."""
    arabic, english = _count(external.raw(options.data)), _count(external.english(options.data))
    packed = unpack(packed_path())
    # There is a sixth as much English as Arabic, so each of its words counts fourfold.
    keep = keep_pieces(packed, chain(arabic.items(), ((form, 4 * n) for form, n in english.items())), least=20)
    encoder, tokenizer = cut(packed, keep)
    encoder.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    history.write(options.out, [history.stage("start", {"least": 20}, [packed_path()])])
    return 0


def learn(options: argparse.Namespace) -> int:
    """Learn all tasks from the external corpora."""
    model, tokenizer = checkpoint.load(options.init)
    rows = concatenate_datasets([dataset(name, samples) for name, samples in external.corpora(options.data)])
    _train(model, tokenizer, rows, LEARN, "learn")
    done = history.stage(
        "learn", LEARN.to_json(), [options.data / part for part in ("domain", "ner", "attribution", "stance")]
    )
    checkpoint.save(model, tokenizer, options.out, [*history.read(Path(options.init)), done], torch.float32)
    return 0


def narrow(options: argparse.Namespace) -> int:
    """Cut the vocabulary to what Arabic needs, once all that is English has been learned."""
    model, tokenizer = checkpoint.load(options.init)
    model.bert, tokenizer = shrink(model.bert, tokenizer, _count(external.raw(options.data)).items(), least=20)
    model.config.vocab_size = model.bert.config.vocab_size
    done = history.stage("narrow", {"least": 20}, [options.data / "raw"])
    checkpoint.save(model, tokenizer, options.out, [*history.read(Path(options.init)), done], torch.float32)
    return 0


def tune(options: argparse.Namespace) -> int:
    """Train on documents annotated to the scheme, evaluate, export, quantise and gate. 1 if the gate refuses."""
    paths = [PROJECT, *options.corpus]
    samples = [sample for path in paths for sample in annotated(path)]
    development = [s.document for s in samples if held_out(s.document)]
    learned = [s for s in samples if not held_out(s.document)]
    if not learned:
        raise SystemExit(f"nothing to train on in {', '.join(map(str, paths))}")
    model, tokenizer = checkpoint.load(options.init)
    recipe = TUNE if options.epochs is None else Recipe(epochs=options.epochs)
    _train(model, tokenizer, dataset("annotated", learned), recipe, "train")
    stages = [*history.read(Path(options.init)), history.stage("train", recipe.to_json(), paths)]
    return release(model, tokenizer, [s.document for s in learned], development, stages, options.out)


def _train(model: IsnadModel, tokenizer: PreTrainedTokenizerFast, rows: Dataset, recipe: Recipe, name: str) -> None:
    backend = tokenizer.backend_tokenizer
    total = recipe.epochs * sum(e.pieces for e in examples(rows, backend, 1, recipe.seed))
    drawn = examples(rows, backend, recipe.epochs, recipe.seed)
    train(model, batches(drawn, recipe.pieces, recipe.seed), total, recipe, name)


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word.form for text in texts for word in words(text))
