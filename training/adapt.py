"""Continued pre-training of the encoder on raw Arabic news: whole-word masked language modelling (Devlin et al. 2019).

Documents that resemble those to be learned are read more than others, so that a short run spends its time on conflict
reporting and forgets no other news. The vocabulary is cut to the pieces of what is read.
"""

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

from serving import manifest
from training import checkpoint, history, state
from training.card import encoder_card
from training.corpora import annotated, held_out
from training.encoder import cut, keep_pieces, packed_path, unpack
from training.examples import IGNORED
from training.loop import Recipe, train
from training.losses import Costs
from training.masking import Cloze, clozes, pack
from training.mixture import batches
from training.selection import forms, read_raw, resembling

RECIPE = Recipe(epochs=1, rate=2e-4, head_rate=3e-3, pieces=2048, hidden=0.0, word_rows=True)
ADAPTED = Path("models/arabic-news")
"""The encoder that the project keeps."""
VERSION = "0.1.0"
LENGTH = 128
"""Pieces in a window."""
_COUNTED = 10_000
"""Documents whose words are counted."""
_LEAST = 3
"""How often a piece must occur in them to be kept."""
_SHARE = 4
"""The documents that resemble the annotated ones most, one in so many, are read, and as large a share of the others."""


def adapt(options: argparse.Namespace) -> int:
    """Pre-train the encoder further on raw news, on a GPU where there is one. Run again, it goes on from where it was
    interrupted."""
    split: dict[bool, list[str]] = {True: [], False: []}
    for sample in annotated(options.data / "domain"):
        split[held_out(sample.document)].append(sample.document.text)
    raw = _without(read_raw(options.data / "raw" / "arabic_news.txt.xz"), split[True])
    documents = _chosen(list(raw), split[False])
    model, tokenizer = _begin(options.init, documents)
    model.to("cuda" if torch.cuda.is_available() else "cpu")  # type: ignore[arg-type]  # Hugging Face wraps `to`
    unseen = list(clozes(tokenizer, split[True], LENGTH, model.config.vocab_size, RECIPE.seed))
    if not unseen:
        raise SystemExit(f"{options.data / 'domain'}: too little unseen text to measure on")
    before = accuracy(model, unseen)
    print(f"of the hidden pieces of unseen documents, {before:.1%} are guessed before")

    def cost(batch: Sequence[Cloze], _: int) -> Costs:
        return Costs({"masked": _guess(model, batch)[0]})

    def save() -> None:
        after = accuracy(model, unseen)
        print(f"and {after:.1%} after")
        figures = {"read": options.pieces, "accuracy_before": before, "accuracy_after": after}
        read = [options.data / "raw", options.data / "domain", *([] if options.init else [packed_path()])]
        done = history.stage("adapt", RECIPE.to_json() | figures, read)
        _keep(model, tokenizer, options.out, [*(history.read(Path(options.init)) if options.init else []), done])

    drawn = _endless(tokenizer, documents, model.config.vocab_size, options.pieces)
    train(model, batches(drawn, RECIPE.pieces, RECIPE.seed), options.pieces, RECIPE, "adapt", cost, options.out, save)
    return 0


def accuracy(model: BertForMaskedLM, unseen: Iterable[Cloze]) -> float:
    """The share of hidden pieces that the model guesses."""
    model.eval()  # type: ignore[no-untyped-call]  # untyped in transformers
    right = count = 0
    with torch.inference_mode():
        for one in unseen:
            _, hits = _guess(model, [one])
            right, count = right + int(hits.sum()), count + len(hits)
    return right / count


def _keep(model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, out: Path, stages: list[dict[str, Any]]) -> None:
    """Write the model folder `out`, in fp16, with its card, the record of its stages and its manifest."""
    # The parameters, since the state has the word vectors a second time, as the head's.
    weights = {name: value.detach().to(torch.float16).contiguous() for name, value in model.named_parameters()}
    model.save_pretrained(out, state_dict=weights)
    tokenizer.save_pretrained(out)
    history.write(out, stages)
    figures = stages[-1]["recipe"]
    text = encoder_card(out.name, VERSION, model.config, stages, figures["accuracy_before"], figures["accuracy_after"])
    (out / "README.md").write_text(text, encoding="utf-8")
    besides = {manifest.NAME, state.NAME}
    manifest.Manifest.of(out, out.name, VERSION, {"stages": stages}, besides).write(out)


def _without(raw: Iterable[str], unseen: Iterable[str]) -> Iterator[str]:
    """The documents of `raw` that tell none of `unseen`: that have less than a fifth of its runs of five words, and of
    which it has less than a fifth."""
    kept = [_runs(text) for text in unseen]
    everything = frozenset().union(*kept)
    for text in raw:
        runs = _runs(text)
        shared = runs & everything
        if not any(len(shared & one) * 5 >= min(len(runs), len(one)) for one in (kept if shared else ())):
            yield text


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    forms = text.split()
    return frozenset(zip(*(forms[i:] for i in range(5)), strict=False))


def _chosen(raw: list[str], typical: Iterable[str]) -> list[str]:
    """What is read of `raw`, in random order: what resembles `typical` most, and some of the rest."""
    ranked = resembling(raw, typical, len(raw))
    shuffle = random.Random(RECIPE.seed).shuffle
    close, rest = ranked[: len(raw) // _SHARE], ranked[len(raw) // _SHARE :]
    shuffle(rest)
    documents = close + rest[: len(rest) // _SHARE]
    shuffle(documents)
    return documents


def _begin(init: str | None, documents: Sequence[str]) -> tuple[BertForMaskedLM, PreTrainedTokenizerFast]:
    """The encoder in `init` with a masked-language head, its own if it has one; None: the packed one, with the pieces
    that `documents` need."""
    torch.manual_seed(RECIPE.seed)
    if init is not None:
        tokenizer = checkpoint.tokenizer(init)
        return BertForMaskedLM.from_pretrained(init, attention_probs_dropout_prob=0.0, dtype=torch.float32), tokenizer
    packed = unpack(packed_path())
    encoder, tokenizer = cut(packed, keep_pieces(packed, forms(documents[:_COUNTED]).items(), _LEAST))
    encoder.config.attention_probs_dropout_prob = 0.0
    model = BertForMaskedLM(encoder.config)
    model.bert.load_state_dict(encoder.state_dict())
    _expect(model, tokenizer, documents)
    return model, tokenizer


def _expect(model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, documents: Sequence[str]) -> None:
    """Let a new head begin with how common each piece is in `documents`, which it would spend its first hundreds of
    steps on."""
    counts = np.ones(model.config.vocab_size)
    for ids, _ in pack(tokenizer, documents[:_COUNTED], LENGTH):
        np.add.at(counts, ids, 1)
    with torch.no_grad():
        model.cls.predictions.bias.copy_(torch.from_numpy(np.log(counts / counts.sum())))


def _guess(model: BertForMaskedLM, batch: Sequence[Cloze]) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean loss of the hidden pieces, and which of them are guessed."""
    ids = torch.from_numpy(np.stack([one.windows[0].ids for one in batch])).to(model.device)
    targets = torch.from_numpy(np.stack([one.targets for one in batch])).to(model.device)
    masked = targets != IGNORED
    logits = model.cls(model.bert(input_ids=ids).last_hidden_state[masked]).float()
    return cross_entropy(logits, targets[masked]), logits.argmax(-1) == targets[masked]


def _endless(
    tokenizer: PreTrainedTokenizerFast, documents: Sequence[str], vocabulary: int, pieces: int
) -> Iterator[Cloze]:
    """Windows of `pieces` pieces in all; the documents begin anew when they are at their end."""
    for count, one in enumerate(clozes(tokenizer, cycle(documents), LENGTH, vocabulary, RECIPE.seed), 1):
        yield one
        if count * LENGTH >= pieces:
            return
