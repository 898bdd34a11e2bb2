"""A linear-chain conditional random field over IOB2 tags (Lafferty et al. 2001), learned from possibly coarse tags."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

_NEVER = -1e4
_LEAST = 1e-30


class Chain(nn.Module):
    """The transitions between `tags`: `weight` [tags, tags] is added where the column's tag follows the row's."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(len(tags), len(tags)))
        self._tags = tuple(tags)

    def forward(self, logits: torch.Tensor, allowed: torch.Tensor, begins: torch.Tensor) -> torch.Tensor:
        """The negative log-likelihood of the allowed tags, in all. `logits` [words, tags]; `allowed` [words, tags] is
        true for the tags that a word may have (all of them where nothing is known); `begins` [words] is true where a
        line begins, and for the first word."""
        starts = begins.nonzero().flatten().tolist()
        sizes = [b - a for a, b in zip(starts, [*starts[1:], len(logits)], strict=True)]
        free = pad_sequence(list(torch.split(logits, sizes)), batch_first=True)
        bound = pad_sequence(
            list(torch.split(logits.masked_fill(~allowed, _NEVER), sizes)), batch_first=True, padding_value=_NEVER
        )
        either, told = self._total(torch.cat([free, bound]), torch.tensor(sizes).repeat(2)).chunk(2)
        return (either - told).sum()

    def _total(self, logits: torch.Tensor, sizes: torch.Tensor) -> torch.Tensor:
        """The log of the sum over all legal sequences of each row of `logits` [rows, words, tags], [rows]."""
        inside = torch.tensor([tag.startswith("I-") for tag in self._tags])
        legal = torch.tensor(
            [[not tag.startswith("I-") or before[1:] == tag[1:] for tag in self._tags] for before in self._tags]
        )
        step = self.weight.exp() * legal
        sums = logits[:, 0].masked_fill(inside, _NEVER)
        for at in range(1, logits.shape[1]):
            top = sums.amax(1, keepdim=True)
            after = ((sums - top).exp() @ step).clamp_min(_LEAST).log() + top + logits[:, at]
            sums = torch.where((at < sizes).unsqueeze(1), after, sums)
        return sums.logsumexp(1)


def allowing(classes: npt.NDArray[np.int64], size: int, ignored: int) -> npt.NDArray[np.bool_]:
    """Tag classes as `Chain` takes them, [words, size]: of a word whose class is `ignored` nothing is known."""
    allowed: npt.NDArray[np.bool_] = (classes[:, None] == np.arange(size)) | (classes[:, None] == ignored)
    return allowed
