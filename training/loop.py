"""The training loop: AdamW with warm-up and linear decay, frozen word rows, and the average of the last weights."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import torch
from torch import nn
from transformers import PreTrainedModel

from training import state
from training.losses import Costs
from training.mixture import Batched
from training.progress import report

_KEPT_EVERY = 600.0
"""Seconds after which the state of a run is put down again."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The hyper-parameters of one stage."""

    epochs: int
    rate: float = 1e-4
    """Peak learning rate of the encoder and role layers."""
    head_rate: float = 5e-4
    """Peak learning rate of the linear heads and embeddings of marks, which begin from nothing."""
    pieces: int = 2048
    """Pieces in a batch: small batches learn more from few documents."""
    warmup: float = 0.08
    """Share of the steps over which the rates rise."""
    averaged: float = 0.3
    """Share of the steps at the end whose weights are averaged (Izmailov et al. 2018)."""
    decay: float = 0.01
    dropout: float = 0.0
    hidden: float = 0.1
    """Share of pieces hidden from the encoder."""
    seed: int = 1
    word_rows: bool = False
    """Whether the word vectors learn too."""

    def to_json(self) -> dict[str, float]:
        """As recorded in the manifest."""
        return asdict(self)


def train(
    model: PreTrainedModel,
    batches: Iterable[Sequence[Batched]],
    total: int,
    recipe: Recipe,
    name: str,
    cost: Callable[[Sequence[Batched], int], Costs],
    folder: Path,
    save: Callable[[], None],
) -> None:
    """Train `model`, which has its encoder as `bert`, in place on `total` pieces' worth of batches by what they `cost`
    it (each with the number of its step, to draw from), and leave it with the averaged weights.

    Every ten minutes its state is put down in `folder`; a run that finds one there goes on from it (the batches before
    are drawn again and skipped, so they must come in the same order). At the end `save` is called and the state goes.
    Raises SystemExit if another run's state is there: one by another recipe, of another length, or of another model.
    """
    torch.manual_seed(recipe.seed)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    # The word rows are most of the weights and hardly move in fine-tuning; their optimiser would cost more than a
    # layer.
    model.get_input_embeddings().requires_grad_(recipe.word_rows)
    optimiser = torch.optim.AdamW(_groups(model, recipe), weight_decay=recipe.decay, fused=True)
    peaks = [g["lr"] for g in optimiser.param_groups]
    average: dict[str, torch.Tensor] = {}
    run = sha256(json.dumps([name, recipe.to_json(), total]).encode()).hexdigest()
    try:
        at = state.read(folder, run, model, optimiser, average) or state.Place()
    except ValueError as error:
        raise SystemExit(str(error)) from None
    if at.step:
        torch.manual_seed(recipe.seed + at.step)
    before = at.done
    device = next(model.parameters()).device
    halves = multiplies_bf16(device)
    if device.type == "cpu":
        # torch's fused attention takes a third of a step there in bf16; batches are small enough for the plain one.
        model.set_attn_implementation("eager")
    begun = kept = time.monotonic()
    model.train()
    for step, batch in enumerate(islice(batches, at.step, None), at.step + 1):
        share = at.done / total
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * min(
                1.0, (share + 1e-3) / recipe.warmup, max(0.0, 1 - share) / (1 - recipe.warmup) + 1e-2
            )
        with torch.autocast(device.type, torch.bfloat16, enabled=halves):
            found = cost(batch, step)
        found.total().backward()  # type: ignore[no-untyped-call]  # untyped in torch
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        averaging = share >= 1 - recipe.averaged and step % 4 == 0
        at = state.Place(step, at.done + sum(e.pieces for e in batch), at.averaged + averaging)
        if averaging:
            for key, value in model.named_parameters():
                if value.requires_grad:
                    mean = average.setdefault(key, torch.zeros_like(value))
                    mean += (value.detach() - mean) / at.averaged
        spent = (time.monotonic() - begun) / 60
        rate = (at.done - before) / spent / 60
        figures = {key: value.item() for key, value in found.of.items()}
        report(name, step, spent, total / rate / 60, **figures, rate=rate)
        if time.monotonic() - kept > _KEPT_EVERY:
            state.write(folder, run, at, model, optimiser, average)
            kept = time.monotonic()
    model.load_state_dict(average, strict=False)
    model.eval()  # type: ignore[no-untyped-call]  # untyped in transformers
    save()
    state.remove(folder)


def multiplies_bf16(device: torch.device) -> bool:
    """Whether a device has instructions for products of bf16. Without them torch's are twenty times slower than fp32
    on a processor (31 against 690 pieces/s on a Zen 2)."""
    if device.type != "cpu":
        return True
    found = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in ("amx_bf16", "avx512_bf16", "bf16"))


def _groups(model: nn.Module, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters by rate: what begins pre-trained (encoder, role layers) and what begins from nothing."""
    old = [p for n, p in model.named_parameters() if p.requires_grad and (n.startswith("bert.") or ".layers." in n)]
    new = [p for n, p in model.named_parameters() if p.requires_grad and not (n.startswith("bert.") or ".layers." in n)]
    return [{"params": old, "lr": recipe.rate}, {"params": new, "lr": recipe.head_rate}]
