"""`python -m training`: the stages by which a model comes about, each from one folder to the next."""

import argparse
import ctypes
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import torch
from datasets import concatenate_datasets

from serving.words import words
from training import checkpoint, external
from training.encoder import cut, keep_pieces, packed_path, unpack
from training.loop import Recipe, train
from training.mixture import batches, dataset, examples

# The numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one stage. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    stages = parser.add_subparsers(required=True, metavar="STAGE")
    start = stages.add_parser("start", help="unpack the packed encoder and cut its vocabulary to the corpora's")
    start.add_argument("--data", type=Path, required=True, help="folder of the external corpora")
    start.add_argument("--out", type=Path, required=True)
    start.set_defaults(run=_start)
    learn = stages.add_parser("learn", help="learn all tasks from the external corpora, English ones included")
    learn.add_argument("--data", type=Path, required=True)
    learn.add_argument("--init", required=True)
    learn.add_argument("--out", type=Path, required=True)
    learn.set_defaults(run=_learn)
    options = parser.parse_args(arguments)
    _keep_memory()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    options.run(options)
    return 0


def _keep_memory() -> None:
    """Have glibc keep the memory it is given back: handing each batch's tensors to the kernel and faulting them in again
    takes a quarter of a training step. Other C libraries are left as they are."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for option, value in ((_TRIM_THRESHOLD, 2**31 - 1), (_MMAP_THRESHOLD, 2**25)):
            libc.mallopt(option, value)


def _start(options: argparse.Namespace) -> None:
    arabic, english = _count(external.raw(options.data)), _count(external.english(options.data))
    packed = unpack(packed_path())
    # English is a sixth of the Arabic in words; its pieces are kept down to a quarter of the count.
    keep = keep_pieces(packed, chain(arabic.items(), ((form, 4 * n) for form, n in english.items())), least=20)
    encoder, tokenizer = cut(packed, keep)
    encoder.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)


def _count(texts: Iterable[str]) -> Counter[str]:
    return Counter(word.form for text in texts for word in words(text))


def _learn(options: argparse.Namespace) -> None:
    model, tokenizer = checkpoint.load(options.init)
    rows = concatenate_datasets([dataset(name, samples) for name, samples in external.corpora(options.data)])
    # One pass over much text cannot overfit, so dropout would only slow it down.
    recipe = Recipe(epochs=1, rate=2e-4, dropout=0.0, pieces=3072)
    pieces = sum(e.pieces for e in examples(rows, tokenizer.backend_tokenizer, 1, recipe.seed))
    drawn = examples(rows, tokenizer.backend_tokenizer, recipe.epochs, recipe.seed)
    train(model, batches(drawn, recipe.pieces, recipe.seed), pieces, recipe, "learn")
    checkpoint.save(model, tokenizer, options.out)


if __name__ == "__main__":
    raise SystemExit(main())
