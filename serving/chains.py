"""How tags follow one another: the learned transitions of conditional random fields (Lafferty et al. 2001)."""

import json
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from labels.scheme import CUE_TAGS, ENTITY_TAGS, ROLE_TAGS

Floats = npt.NDArray[np.float32]

SIZES = {"outer": len(ENTITY_TAGS), "inner": len(ENTITY_TAGS), "cue": len(CUE_TAGS), "roles": len(ROLE_TAGS)}
"""How many tags there are for entities, nested entities, cues, and what a word is to a mark."""


@dataclass(frozen=True, slots=True)
class Chains:
    """For each kind of tags, [tags, tags]: what is added to the logits where the column's tag follows the row's."""

    outer: Floats
    inner: Floats
    cue: Floats
    roles: Floats

    @classmethod
    def even(cls) -> "Chains":
        """Any tag follows any other as easily."""
        return cls(**{name: np.zeros((size, size), np.float32) for name, size in SIZES.items()})

    @classmethod
    def of(cls, text: str) -> "Chains":
        """From what `to_json` gave. Raises ValueError if `text` is no such thing."""
        try:
            read = {name: np.array(rows, np.float32) for name, rows in json.loads(text).items()}
            if {name: rows.shape for name, rows in read.items()} == {
                name: (size, size) for name, size in SIZES.items()
            }:
                return cls(**read)
        except (TypeError, AttributeError):
            pass
        raise ValueError("not the transitions of the scheme's tags")

    def to_json(self) -> str:
        """Rows of numbers by name."""
        return json.dumps({name: rows.tolist() for name, rows in asdict(self).items()})
