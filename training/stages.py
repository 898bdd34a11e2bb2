"""The stages by which a model comes about, each from one folder to the next."""

import argparse
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, concatenate_datasets
from transformers import PreTrainedTokenizerFast

from labels import split
from training import checkpoint, external, history
from training.corpora import Parts, annotated, divided
from training.encoder import cut, keep_pieces, packed_path, shrink, unpack
from training.examples import Example
from training.loop import Recipe, train
from training.losses import Costs, costs
from training.mixture import batches, dataset, examples, hide
from training.model import IsnadModel
from training.release import ENOUGH, final, release
from training.selection import forms

PROJECT = Path("labels/corpus")
SPLIT = PROJECT / "split.tsv"
SHIPPED = Path("models/isnad-ar")

LEARN = Recipe(epochs=1, rate=3e-4, head_rate=1e-2, hidden=0.0, pieces=1024)
"""One pass over much text cannot overfit."""
TUNE = Recipe(epochs=2, rate=2e-4, head_rate=1e-2, pieces=768)
"""Many small steps, and heads that move: with batches of 2,048 pieces and a head rate of 5e-4, eight passes left rare
labels unlearned."""
_SEEDS = 0.03
"""The share of the seeds, the documents that everyone tries first, in what a pass meets: with half of it their acts
slipped from 0.91 to 0.74."""


def start(options: argparse.Namespace) -> int:
    """Unpack the packed encoder, with the pieces that the external corpora need."""
    arabic, english = forms(external.raw(options.data)), forms(external.english(options.data))
    packed = unpack(packed_path())
    # There is a sixth as much English as Arabic, so each of its words counts fourfold.
    keep = keep_pieces(packed, chain(arabic.items(), ((form, 4 * n) for form, n in english.items())), least=20)
    encoder, tokenizer = cut(packed, keep)
    encoder.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)
    read = [packed_path(), *(options.data / part for part in ("raw", *external.ENGLISH))]
    history.write(options.out, [history.stage("start", {"least": 20}, read)])
    return 0


def learn(options: argparse.Namespace) -> int:
    """Learn all tasks from the external corpora."""
    torch.manual_seed(LEARN.seed)
    model, tokenizer = checkpoint.load(options.init)
    rows = concatenate_datasets([dataset(samples) for samples in external.corpora(options.data)])
    read = [options.data / part for part in ("domain", "raw", *external.LEARNED)]
    stages = [*history.read(Path(options.init)), history.stage("learn", LEARN.to_json(), read)]
    _train(model, tokenizer, rows, LEARN, options.out, stages)
    return 0


def narrow(options: argparse.Namespace) -> int:
    """Cut the vocabulary to what Arabic needs, once all that is English has been learned."""
    model, tokenizer = checkpoint.load(options.init)
    model.bert, tokenizer = shrink(model.bert, tokenizer, forms(external.raw(options.data)).items(), least=20)
    model.config.vocab_size = model.bert.config.vocab_size
    done = history.stage("narrow", {"least": 20}, [options.data / "raw"])
    checkpoint.save(model, tokenizer, options.out, [*history.read(Path(options.init)), done], torch.float32)
    return 0


def tune(options: argparse.Namespace) -> int:
    """Train on documents annotated to the scheme, evaluate, export, quantise and gate. 1 if the gate refuses."""
    parts, paths = _split(options.corpus, options.raw)
    recipe = TUNE if options.epochs is None else replace(TUNE, epochs=options.epochs)
    torch.manual_seed(recipe.seed)
    model, tokenizer = checkpoint.load(options.init)
    seeds = [s for s in parts.learned if s.document.origin == "seed"]
    again = max(0, round(_SEEDS * len(parts.learned) / max(1, len(seeds))) - 1)
    rows = dataset([*parts.learned, *seeds * again])
    if options.beside:
        rows = concatenate_datasets([rows, *map(dataset, external.beside(options.beside))])
        paths = [*paths, *(options.beside / part for part in ("raw", *external.BESIDE))]
    before = history.read(Path(options.init))
    stages = [*before, history.stage("train", recipe.to_json(), paths)]
    # What took the time is kept until the model is released, and if the gate refuses it.
    kept = options.out.with_name(f"{options.out.name}-trained")
    if history.read(kept) == stages:
        model, tokenizer = checkpoint.load(str(kept))
    else:
        _train(model, tokenizer, rows, recipe, kept, stages)
    status = _release(model, tokenizer, parts, stages, options.out)
    if status == 0:
        shutil.rmtree(kept)
    return status


def publish(options: argparse.Namespace) -> int:
    """Evaluate, export, quantise and gate a model that was trained before. 1 if the gate refuses."""
    parts, paths = _split(options.corpus, options.raw)
    model, tokenizer = checkpoint.load(options.init)
    notes = options.notes.read_text(encoding="utf-8") if options.notes else ""
    stages = [*history.read(Path(options.init)), history.stage("release", {}, paths)]
    return _release(model, tokenizer, parts, stages, options.out, notes)


def _split(corpora: Sequence[Path], raw: Path | None) -> tuple[Parts, list[Path]]:
    """The parts of the project's own corpus and of `corpora`, and all paths. Given `raw` news, what the project
    annotates of it is learned from too. Exits with a message if there is nothing to learn from."""
    try:
        named = split.parts(SPLIT) if SPLIT.exists() else {}
        parts = divided(annotated(PROJECT), chain.from_iterable(map(annotated, corpora)), named)
    except KeyError as error:
        raise SystemExit(f"{SPLIT}: no part for document {error.args[0]} of {PROJECT}") from None
    paths = [PROJECT, *filter(Path.exists, [SPLIT]), *corpora]
    if raw:
        parts.learned.extend(external.standoff(raw))
        paths += [raw, external.STANDOFF]
    if not parts.learned:
        raise SystemExit(f"nothing to train on in {', '.join(map(str, paths))}")
    documents = [*(sample.document for sample in parts.learned), *parts.others, *parts.project]
    id, count = Counter(document.id for document in documents).most_common(1)[0]
    if count > 1:
        raise SystemExit(f"{count} texts have the id {id!r} in {', '.join(map(str, paths))}")
    return parts, paths


def _release(
    model: IsnadModel,
    tokenizer: PreTrainedTokenizerFast,
    parts: Parts,
    stages: list[dict[str, Any]],
    out: Path,
    notes: str = "",
) -> int:
    """Release the model with `notes` in its card, and say what it makes of the test part of the project's corpus.
    It is measured on the development documents of other corpora; where those are few, on the project's too, unless the
    model has learned from them."""
    unseen = SPLIT.exists() and history.unseen(stages, PROJECT, SPLIT)
    development = parts.others
    if unseen and len(development) < ENOUGH:
        development = [*development, *parts.project]
    status = release(model, tokenizer, [s.document for s in parts.learned], development, stages, out, notes)
    if status == 0 and parts.test:
        final(out, parts.test, unseen)
    return status


def _train(
    model: IsnadModel,
    tokenizer: PreTrainedTokenizerFast,
    rows: Dataset,
    recipe: Recipe,
    out: Path,
    stages: list[dict[str, Any]],
) -> None:
    """Train on `rows` and save in `out`, from where an interrupted run left off there."""

    def save() -> None:
        checkpoint.save(model, tokenizer, out, stages, torch.float32)

    def cost(batch: Sequence[Example], step: int) -> Costs:
        return costs(model, batch, np.random.default_rng([recipe.seed, step]))

    backend = tokenizer.backend_tokenizer
    total = recipe.epochs * sum(e.pieces for e in examples(rows, backend, 1, recipe.seed))
    drawn = hide(
        examples(rows, backend, recipe.epochs, recipe.seed), recipe.hidden, tokenizer.mask_token_id, recipe.seed
    )
    train(model, batches(drawn, recipe.pieces, recipe.seed), total, recipe, stages[-1]["stage"], cost, out, save)
