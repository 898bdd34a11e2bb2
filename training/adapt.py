"""Continued pre-training of the encoder on raw Arabic news: whole-word masked language modelling (Devlin et al. 2019).

Documents are read in the order of how much they resemble the corpus that will be learned (cross-entropy difference,
Moore & Lewis 2010), so that a short run spends its time on conflict reporting.
"""

import lzma
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import BertModel, PreTrainedTokenizerFast

from serving.words import words
from training.progress import report

Ids = npt.NDArray[np.int64]
_MASKED = 0.2
_IGNORED = -100


class MaskedLanguageModel(nn.Module):
    """An encoder with the usual transform and a decoder tied to its word vectors."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.transform = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.LayerNorm(size))
        self.bias = nn.Parameter(torch.zeros(encoder.config.vocab_size))

    def forward(self, ids: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`ids` and `targets` are [windows, pieces]; gives the masked pieces' mean loss and the share guessed."""
        hidden = self.encoder(input_ids=ids).last_hidden_state
        masked = targets != _IGNORED
        logits = self.transform(hidden[masked]) @ self.encoder.embeddings.word_embeddings.weight.T + self.bias
        wanted = targets[masked]
        return nn.functional.cross_entropy(logits.float(), wanted), (logits.argmax(-1) == wanted).float().mean()


def read_raw(path: Path) -> Iterator[str]:
    """The documents of an xz file that holds one a line."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from lines


def resembling(documents: Iterable[str], sample: Iterable[str], count: int) -> list[str]:
    """The `count` documents whose words are most typical of `sample` against all `documents`, most typical first."""
    kept = list(documents)
    wanted = Counter(w.form for text in sample for w in words(text))
    common = Counter(w.form for text in random.Random(0).sample(kept, min(len(kept), 4000)) for w in words(text))
    totals, size = (sum(wanted.values()), sum(common.values())), len(wanted.keys() | common.keys())
    odds = {
        f: math.log((wanted[f] + 1) / (totals[0] + size)) - math.log((common[f] + 1) / (totals[1] + size))
        for f in wanted
    }
    unseen = math.log(1 / (totals[0] + size)) - math.log(1 / (totals[1] + size))

    def typical(text: str) -> float:
        forms = text[:1500].split()
        return sum(odds.get(f, unseen) for f in forms) / max(len(forms), 20)

    return sorted(kept, key=typical, reverse=True)[:count]


def pack(tokenizer: PreTrainedTokenizerFast, documents: Iterable[str], length: int) -> Iterator[tuple[Ids, Ids]]:
    """Windows of exactly `length` pieces over the running text: (piece ids, number of the word each piece is of)."""
    first, last = tokenizer.cls_token_id, tokenizer.sep_token_id
    ids: list[int] = []
    owners: list[int] = []
    for text in documents:
        encoded = tokenizer.backend_tokenizer.encode(
            [w.form for w in words(text)], is_pretokenized=True, add_special_tokens=False
        )
        ids += [*encoded.ids, last]
        owners += [*(w for w in encoded.word_ids if w is not None), -1]
        while len(ids) >= length - 1:
            yield np.array([first, *ids[: length - 1]]), np.array([-1, *owners[: length - 1]])
            del ids[: length - 1], owners[: length - 1]


def mask(ids: Ids, owners: Ids, mask_id: int, vocabulary: int, random: np.random.Generator) -> tuple[Ids, Ids]:
    """Hide a fifth of the words, whole: 80 % as the mask, 10 % as random pieces, 10 % left as they are.
    Gives (input, targets), both shaped as `ids`."""
    starts = np.concatenate([[True], owners[1:] != owners[:-1]]) & (owners >= 0)
    numbers = np.where(owners >= 0, np.cumsum(starts), 0)
    chosen = random.random(numbers.max() + 1) < _MASKED
    chosen[0] = False
    hidden = chosen[numbers]
    fate = random.random(len(ids))
    replaced = np.where(fate < 0.8, mask_id, np.where(fate < 0.9, random.integers(5, vocabulary, len(ids)), ids))
    return np.where(hidden, replaced, ids), np.where(hidden, ids, _IGNORED)


def adapt(
    encoder: BertModel,
    tokenizer: PreTrainedTokenizerFast,
    documents: Iterable[str],
    out: Path,
    *,
    minutes: float,
    rate: float = 3e-4,
    batch: int = 8,
    length: int = 256,
    seed: int = 1,
) -> None:
    """Train for `minutes`, saving encoder and tokenizer in `out` every five. The rate decays to zero with the time, the
    first 40 steps fit the new head alone so that its noise does not spoil the encoder."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = MaskedLanguageModel(encoder).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    windows = pack(tokenizer, documents, length)
    begun = saved = time.monotonic()
    for step, group in enumerate(_batches(windows, batch)):
        spent = (time.monotonic() - begun) / 60
        if spent > minutes:
            break
        for g in optimiser.param_groups:
            g["lr"] = rate * max(1 - spent / minutes, 0.02) * min(1, (step % 10_000 + 1) / 80)
        encoder.requires_grad_(step >= 40)
        pairs = [mask(ids, owners, tokenizer.mask_token_id, encoder.config.vocab_size, random) for ids, owners in group]
        inputs, targets = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
        with torch.autocast("cpu", torch.bfloat16):
            loss, accuracy = model(inputs, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        report("adapt", step, spent, minutes, loss=loss.item(), accuracy=accuracy.item())
        if time.monotonic() - saved > 300:
            _save(encoder, tokenizer, out)
            saved = time.monotonic()
    _save(encoder, tokenizer, out)


def _batches(windows: Iterator[tuple[Ids, Ids]], size: int) -> Iterator[list[tuple[Ids, Ids]]]:
    group = []
    for window in windows:
        group.append(window)
        if len(group) == size:
            yield group
            group = []


def _save(encoder: BertModel, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    encoder.save_pretrained(out)
    tokenizer.save_pretrained(out)
