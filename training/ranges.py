"""How large what goes into a model's linear layers gets, channel by channel: by what int8 graphs are scaled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from torch import nn

from serving.chains import Floats

Ranges = Mapping[nn.Module, Floats]
"""By linear layer: the largest magnitude of each channel of its input."""


@contextmanager
def observed(model: nn.Module) -> Iterator[Ranges]:
    """While the context lasts, all that `model` reads is noted in what it gives."""
    layers = [module for module in model.modules() if isinstance(module, nn.Linear)]
    ranges: dict[nn.Module, Floats] = {layer: np.zeros(layer.in_features, np.float32) for layer in layers}

    def note(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        ranges[module] = np.maximum(ranges[module], inputs[0].detach().abs().flatten(0, -2).amax(0).numpy())

    hooks = [layer.register_forward_pre_hook(note) for layer in layers]
    try:
        yield ranges
    finally:
        for hook in hooks:
            hook.remove()
