"""The network in torch behind the interface that serving decodes from, to evaluate it before it is exported."""

import numpy as np
import torch

from serving.chains import Chains, Floats
from serving.model import Ints, Shorts, Tagged
from training.model import IsnadModel


class TorchNetwork:
    """A `serving.model.Network` on an `IsnadModel` in fp32."""

    def __init__(self, model: IsnadModel) -> None:
        self._model = model.eval()  # type: ignore[no-untyped-call]

    @property
    def chains(self) -> Chains:
        """As `Network.chains`."""
        chains: Chains = self._model.chains()
        return chains

    @torch.inference_mode()
    def encode(self, ids: Ints, first: Ints) -> Tagged:
        """As `Network.encode`."""
        given = torch.from_numpy(ids[None])
        hidden = self._model.encode(given, torch.ones_like(given))[0, torch.from_numpy(first)]
        return Tagged(*(part.numpy() for part in (hidden, *self._model.tag(hidden))))

    @torch.inference_mode()
    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Shorts, asked: Ints) -> tuple[Floats, Floats]:
        """As `Network.roles`."""
        given = (torch.from_numpy(part) for part in (hidden, marks, distances, mask.astype(np.float32)))
        words, acts = self._model.roles(*given)
        return np.take_along_axis(words.numpy(), np.maximum(asked, 0)[:, :, None], 1), acts.numpy()
