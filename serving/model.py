"""The network in ONNX Runtime: pieces in, numbers out. What the numbers mean is `serving.layout`'s to say."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from serving import memory
from serving.chains import Chains, Floats
from serving.manifest import ModelError

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]

ENCODER = "onnx/encoder_quantized.onnx"
ROLES = "onnx/roles_quantized.onnx"
CHAINS = "chains"
"""Where the encoder's graph notes how tags follow one another, among its metadata."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the encoder says of each word, each [words, …]: its hidden state, and logits of entity tags, nested entity
    tags, cue tags and clips."""

    hidden: Floats
    outer: Floats
    inner: Floats
    cue: Floats
    clips: Floats

    @classmethod
    def joined(cls, parts: Sequence["Tagged"]) -> "Tagged":
        """All words of `parts`, one or more."""
        return cls(
            np.concatenate([part.hidden for part in parts]),
            np.concatenate([part.outer for part in parts]),
            np.concatenate([part.inner for part in parts]),
            np.concatenate([part.cue for part in parts]),
            np.concatenate([part.clips for part in parts]),
        )


class Network(Protocol):
    """What encoding and decoding need of a network, wherever it runs."""

    @property
    def chains(self) -> Chains:
        """How tags follow one another."""

    def encode(self, ids: Ints, first: Ints) -> Tagged:
        """Read one window of pieces, [pieces]; what is said is of the pieces at `first`, [words]."""

    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Shorts, asked: Ints) -> tuple[Floats, Floats]:
        """Read the surroundings of marks: `hidden` [marks, words, size], marks, distances and mask (1 where a word is)
        [marks, words]. What is said is of the words at `asked` [marks, asked], -1 for none, which hold all that are
        marked. Gives logits of these [marks, asked, ROLE_CLASSES] and of marks [marks, ACT_CLASSES]."""


class OnnxNetwork:
    """The exported network. Each run takes one thread, that of its caller, and runs may overlap.

    A window is run by itself, never in a batch with others: int8 activations are scaled by all that a run reads, so
    that the answer about a text would depend on its neighbours.
    """

    def __init__(self, encoder: Path, roles: Path) -> None:
        """Load the two graphs. Raises ModelError naming the one that does not load."""
        memory.bound()
        self._encoder = _session(encoder, {"ids", "first"})
        self._roles = _session(roles, {"hidden", "marks", "distances", "mask", "rows", "shares"})
        try:
            self._chains = Chains.of(self._encoder.get_modelmeta().custom_metadata_map[CHAINS])
        except (KeyError, ValueError) as error:
            raise ModelError(f"{encoder}: the transitions between tags are missing or malformed") from error

    @property
    def chains(self) -> Chains:
        """As `Network.chains`."""
        return self._chains

    def encode(self, ids: Ints, first: Ints) -> Tagged:
        """As `Network.encode`."""
        return Tagged(*self._encoder.run(["hidden", "outer", "inner", "cue", "clips"], {"ids": ids, "first": first}))

    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Shorts, asked: Ints) -> tuple[Floats, Floats]:
        """As `Network.roles`."""
        # The graph takes places in all rows of the run, and each asked word's share of the mean over the marked ones.
        places = np.maximum(asked, 0)
        marked = (np.take_along_axis(marks, places, 1) > 0) & (asked >= 0)
        given = {
            "hidden": hidden,
            "marks": marks,
            "distances": distances,
            "mask": mask,
            "rows": places + np.arange(len(marks))[:, None] * marks.shape[1],
            "shares": (marked / marked.sum(1, keepdims=True)).astype(np.float32),
        }
        words, acts = self._roles.run(["words", "acts"], given)
        return words, acts


def processors() -> int:
    """How many processors this process may use: its affinity, cut to the cgroup's quota where there is one."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return count if quota == "max" else max(1, min(count, int(quota) // int(period)))
    except (OSError, ValueError):
        return count


def _session(path: Path, inputs: set[str]) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graphs are written as they are to be run. Above this level sums and layer norms would be fused into an
    # operator that takes five times as long.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # The arena keeps the most that any text ever needed; texts differ so much in length that it would only grow.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises classes of its own that share no base but this.
        raise ModelError(f"{path}: not a graph that ONNX Runtime {ort.__version__} loads") from error
    if {one.name for one in session.get_inputs()} != inputs:
        raise ModelError(f"{path}: exported by another version; `python -m training release` exports it anew")
    return session
