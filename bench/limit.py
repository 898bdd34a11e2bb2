"""The limit: the encoder's matrix products alone, with the int8 kernels of ONNX Runtime.

No reader of this size can be faster on this machine with these kernels. Left out is all else that an answer takes:
embeddings, the scaling of activations, attention's own products, norms, heads, the role reader, decoding, JSON. Each
piece is read once, while the project's windows overlap.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from bench.whole import pieces
from serving.windows import WINDOW


@dataclass(frozen=True, slots=True)
class Shape:
    """Of an encoder: in each of its `layers`, four products with `size` × `size` weights, one with `size` × `wide` and
    one with `wide` × `size`."""

    layers: int
    size: int
    wide: int

    @classmethod
    def of(cls, model: Path) -> "Shape":
        """That of the model in the folder `model`."""
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        return cls(config["num_hidden_layers"], config["hidden_size"], config["intermediate_size"])

    @property
    def products(self) -> int:
        """Multiplications, each with an addition, for one piece."""
        return self.layers * (4 * self.size * self.size + 2 * self.size * self.wide)


class Limit:
    """Runs nothing but the products."""

    def __init__(self, model: Path, threads: int) -> None:
        self.shape = Shape.of(model)
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        graph = _graph(self.shape).SerializeToString()
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        chance = np.random.default_rng(0)
        self._narrow = chance.integers(0, 256, (WINDOW, self.shape.size), np.uint8)
        self._wide = chance.integers(0, 256, (WINDOW, self.shape.wide), np.uint8)

    def work(self, texts: Sequence[str]) -> Callable[[], object]:
        """As `Reader.work`."""
        runs = [size for text in texts for size in even(pieces(text, self._tokenizer), WINDOW)]
        return lambda: [self._run(size) for size in runs]

    def pieces(self, texts: Sequence[str]) -> int:
        """As `Reader.pieces`."""
        return sum(pieces(text, self._tokenizer) for text in texts)

    def _run(self, size: int) -> object:
        return self._session.run(None, {"narrow": self._narrow[:size], "wide": self._wide[:size]})


def even(total: int, most: int) -> list[int]:
    """`total` in as few parts as can be, of at most `most` each, that differ by 1 at the most."""
    count = -(-total // most)
    return [total // count + (i < total % count) for i in range(count)]


def _graph(shape: Shape) -> onnx.ModelProto:
    """Each layer's products, with weights of their own; of each, one row is kept, so that none is left out."""
    chance = np.random.default_rng(1)
    kinds = [("narrow", shape.size, shape.size)] * 4
    kinds += [("narrow", shape.size, shape.wide), ("wide", shape.wide, shape.size)]
    nodes, weights, rows = [], [numpy_helper.from_array(np.array(0, np.int64), "first")], []
    for i, (given, height, width) in enumerate(kinds * shape.layers):
        weights.append(numpy_helper.from_array(chance.integers(-127, 128, (height, width), np.int8), f"weight{i}"))
        nodes.append(helper.make_node("MatMulInteger", [given, f"weight{i}"], [f"product{i}"]))
        nodes.append(helper.make_node("Gather", [f"product{i}", "first"], [f"row{i}"], axis=0))
        rows.append(f"row{i}")
    nodes.append(helper.make_node("Concat", rows, ["rows"], axis=0))
    inputs = [
        helper.make_tensor_value_info("narrow", TensorProto.UINT8, ["pieces", shape.size]),
        helper.make_tensor_value_info("wide", TensorProto.UINT8, ["pieces", shape.wide]),
    ]
    outputs = [helper.make_tensor_value_info("rows", TensorProto.INT32, ["all"])]
    graph = helper.make_graph(nodes, "limit", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
