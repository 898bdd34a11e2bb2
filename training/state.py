"""The state of a training run on the way: the weights, the optimiser's moments and the average so far, in one file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

NAME = "state.safetensors"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a run is: steps made, pieces read, weights averaged."""

    step: int = 0
    done: int = 0
    averaged: int = 0


def write(
    folder: Path,
    run: str,
    place: Place,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    average: Mapping[str, torch.Tensor],
) -> None:
    """Put the state of `run` down in `folder`, in place of an older one at once."""
    held: dict[str, torch.Tensor] = {f"weights/{name}": value for name, value in model.named_parameters()}
    held |= {f"average/{name}": value for name, value in average.items()}
    for name, value in model.named_parameters():
        held |= {f"{part}/{name}": moment for part, moment in optimiser.state.get(value, {}).items()}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{NAME}.new"
    save_file(
        {key: value.detach().contiguous() for key, value in held.items()},
        fresh,
        {"run": run} | {key: str(value) for key, value in asdict(place).items()},
    )
    fresh.replace(folder / NAME)


def read(
    folder: Path, run: str, model: nn.Module, optimiser: torch.optim.Optimizer, average: dict[str, torch.Tensor]
) -> Place | None:
    """Take up the state in `folder`, filling model, optimiser and average; None if there is none. Raises ValueError if
    it is not of `run` or another model's."""
    path = folder / NAME
    if not path.is_file():
        return None
    with safe_open(path, "pt") as file:
        parts: dict[str, dict[str, torch.Tensor]] = {}
        for key in file.keys():  # noqa: SIM118  # a safetensors file is no mapping
            part, name = key.split("/", 1)
            parts.setdefault(part, {})[name] = file.get_tensor(key)
        noted = dict(file.metadata())
    named = dict(model.named_parameters())
    weights = parts.pop("weights")
    if noted.pop("run", "") != run or weights.keys() != named.keys():
        raise ValueError(f"{path}: the state of another run; remove it, or choose another folder")
    model.load_state_dict(weights, strict=False)
    average.update({name: value.to(named[name].device) for name, value in parts.pop("average", {}).items()})
    for part, moments in parts.items():
        for name, moment in moments.items():
            optimiser.state[named[name]][part] = moment.to(named[name].device)
    return Place(**{key: int(value) for key, value in noted.items()})


def remove(folder: Path) -> None:
    """Forget the state in `folder`."""
    (folder / NAME).unlink(missing_ok=True)
