"""The conditional random field over tags, against the sum over all sequences."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.scheme import bio
from training.chain import Chain, allowing

TAGS = bio(("X", "Y"))
NO, BX, IX, BY, IY = range(5)


def worth(path: tuple[int, ...], logits: torch.Tensor, chain: Chain, begins: list[bool]) -> float | None:
    """The sum of a path's logits and transitions; None for one that is not legal."""
    total = 0.0
    for at, tag in enumerate(path):
        if tag in (IX, IY) and (begins[at] or path[at - 1] not in (tag - 1, tag)):
            return None
        total += float(logits[at, tag]) + (0.0 if begins[at] else float(chain.weight[path[at - 1], tag]))
    return total


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(0, 15))
def test_against_brute_force(seed: int, count: int, broken: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    chain = Chain(TAGS)
    torch.nn.init.normal_(chain.weight, generator=generator)
    logits = torch.randn(count, 5, generator=generator)
    allowed = torch.rand(count, 5, generator=generator) < 0.7
    allowed[:, NO] = True
    begins = [at == 0 or bool(broken >> at & 1) for at in range(count)]
    worths = {path: worth(path, logits, chain, begins) for path in product(range(5), repeat=count)}
    legal = [value for value in worths.values() if value is not None]
    told = [
        value
        for path, value in worths.items()
        if value is not None and all(bool(allowed[at, tag]) for at, tag in enumerate(path))
    ]
    expected = np.logaddexp.reduce(legal) - np.logaddexp.reduce(told)
    assert chain(logits, allowed, torch.tensor(begins)).item() == pytest.approx(expected, abs=1e-4)


def test_words_of_which_nothing_is_known_cost_nothing() -> None:
    allowed = torch.from_numpy(allowing(np.array([-100, -100]), 5, -100))
    assert Chain(TAGS)(torch.randn(2, 5), allowed, torch.tensor([True, False])).item() == pytest.approx(0, abs=1e-5)


def test_what_never_follows_is_learned() -> None:
    chain = Chain(TAGS)
    # The second word alone looks as much like a beginning as like a continuation.
    logits = torch.tensor([[0.0, 5.0, 0.0, 0.0, 0.0], [0.0, 5.0, 5.0, 0.0, 0.0]])
    allowed = torch.from_numpy(allowing(np.array([BX, IX]), 5, -100))
    optimiser = torch.optim.SGD(chain.parameters(), 1.0)
    for _ in range(50):
        optimiser.zero_grad()
        chain(logits, allowed, torch.tensor([True, False])).backward()
        optimiser.step()
    assert chain.weight[BX, IX] > chain.weight[BX, BX] + 3
