"""The training loop: AdamW with warm-up and linear decay, frozen word rows, and the average of the last weights."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import torch
from torch import nn
from transformers import PreTrainedModel

from training.losses import Costs
from training.mixture import Batched
from training.progress import report

_KEPT_EVERY = 600.0
"""Seconds between two savings."""


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
    dropout: float = 0.1
    seed: int = 1

    def to_json(self) -> dict[str, float]:
        """As recorded in the manifest."""
        return asdict(self)


def train(
    model: PreTrainedModel,
    batches: Iterable[Sequence[Batched]],
    total: int,
    recipe: Recipe,
    name: str,
    cost: Callable[[Sequence[Batched]], Costs],
    keep: Callable[[], None],
) -> None:
    """Train `model`, which has its encoder as `bert`, in place on `total` pieces' worth of batches by what they `cost`
    it, and leave it with the averaged weights. `keep` is called every ten minutes, to save what has been learned."""
    torch.manual_seed(recipe.seed)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    # The word rows are most of the weights and hardly move in fine-tuning; their optimiser would cost more than a
    # layer.
    model.get_input_embeddings().requires_grad_(False)
    optimiser = torch.optim.AdamW(_groups(model, recipe), weight_decay=recipe.decay, fused=True)
    peaks = [g["lr"] for g in optimiser.param_groups]
    average: dict[str, torch.Tensor] = {}
    averaged = 0
    done = 0
    begun = kept = time.monotonic()
    model.train()
    for step, batch in enumerate(batches, 1):
        share = done / total
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * min(
                1.0, (share + 1e-3) / recipe.warmup, max(0.0, 1 - share) / (1 - recipe.warmup) + 1e-2
            )
        with torch.autocast("cpu", torch.bfloat16):
            found = cost(batch)
        found.total().backward()  # type: ignore[no-untyped-call]  # untyped in torch
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        done += sum(e.pieces for e in batch)
        spent = (time.monotonic() - begun) / 60
        report(
            name,
            step,
            spent,
            spent * total / done,
            **{k: v.item() for k, v in found.of.items()},
            rate=done / spent / 60,
        )
        if time.monotonic() - kept > _KEPT_EVERY:
            keep()
            kept = time.monotonic()
        if share >= 1 - recipe.averaged and step % 4 == 0:
            averaged += 1
            for key, value in model.named_parameters():
                if value.requires_grad:
                    mean = average.setdefault(key, torch.zeros_like(value))
                    mean += (value.detach() - mean) / averaged
    model.load_state_dict(average, strict=False)
    model.eval()  # type: ignore[no-untyped-call]  # untyped in transformers


def _groups(model: nn.Module, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters by rate: what begins pre-trained (encoder, role layers) and what begins from nothing."""
    old = [p for n, p in model.named_parameters() if p.requires_grad and (n.startswith("bert.") or ".layers." in n)]
    new = [p for n, p in model.named_parameters() if p.requires_grad and not (n.startswith("bert.") or ".layers." in n)]
    return [{"params": old, "lr": recipe.rate}, {"params": new, "lr": recipe.head_rate}]
