"""The network in ONNX Runtime: pieces in, numbers out. What the numbers mean is `serving.layout`'s to say."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from serving.chains import Chains, Floats
from serving.manifest import ModelError

Ints = npt.NDArray[np.int64]

ENCODER = "onnx/encoder_quantized.onnx"
ROLES = "onnx/roles_quantized.onnx"
CHAINS = "chains"
"""Where the encoder's graph notes how tags follow one another, among its metadata."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the encoder says of each piece or word, each [items, …]: its hidden state, and logits of entity tags, nested
    entity tags, cue tags and clips."""

    hidden: Floats
    outer: Floats
    inner: Floats
    cue: Floats
    clips: Floats

    def __getitem__(self, index: Any) -> "Tagged":
        """The items at `index`."""
        return Tagged(self.hidden[index], self.outer[index], self.inner[index], self.cue[index], self.clips[index])


class Network(Protocol):
    """What encoding and decoding need of a network, wherever it runs."""

    @property
    def chains(self) -> Chains:
        """How tags follow one another."""

    def encode(self, ids: Ints) -> Tagged:
        """Read one window of pieces, [pieces]."""

    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Floats) -> tuple[Floats, Floats]:
        """Read the surroundings of marks: `hidden` [marks, words, size], the others [marks, words].
        Gives logits of words [marks, words, ROLE_CLASSES] and of marks [marks, ACT_CLASSES]."""


class OnnxNetwork:
    """The exported network. Runs may overlap in several threads.

    A window is run by itself, never in a batch with others: int8 activations are scaled by all that a run reads, so
    that the answer about a text would depend on its neighbours.
    """

    def __init__(self, encoder: Path, roles: Path, threads: int | None = None) -> None:
        """Load the two graphs. Raises ModelError naming the one that does not load."""
        self._encoder = _session(encoder, threads or processors())
        self._roles = _session(roles, threads or processors())
        try:
            self._chains = Chains.of(self._encoder.get_modelmeta().custom_metadata_map[CHAINS])
        except (KeyError, ValueError) as error:
            raise ModelError(f"{encoder}: the transitions between tags are missing or malformed") from error

    @property
    def chains(self) -> Chains:
        """As `Network.chains`."""
        return self._chains

    def encode(self, ids: Ints) -> Tagged:
        """As `Network.encode`."""
        return Tagged(*self._encoder.run(["hidden", "outer", "inner", "cue", "clips"], {"ids": ids[None]}))

    def roles(self, hidden: Floats, marks: Ints, distances: Ints, mask: Floats) -> tuple[Floats, Floats]:
        """As `Network.roles`."""
        given = {"hidden": hidden, "marks": marks, "distances": distances, "mask": mask}
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


def _session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The arena keeps the most that any text ever needed; texts differ so much in length that it would only grow.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises classes of its own that share no base but this.
        raise ModelError(f"{path}: not a graph that ONNX Runtime {ort.__version__} loads") from error
