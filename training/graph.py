"""An ONNX graph as it is written down, node by node, with the operators that ONNX Runtime has for BERT on a CPU."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from serving.chains import Floats

_OPSET = 20
_MICROSOFT = "com.microsoft"
_IR = 10
FLOAT, INT, LONG = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64
Shape = list[int | str]
"""The axes of an input or output; those that are named differ from run to run."""


class Graph:
    """Nodes and weights in the order in which they are added; what is added is known by the name that `add` gives."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """A node of one output; gives its name."""
        return self.several(operator, 1, *inputs, **attributes)[0]

    def several(self, operator: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """A node of several outputs; gives their names."""
        at = len(self._nodes)
        names = [f"{operator}.{at}.{i}" for i in range(outputs)]
        # ONNX Runtime's own operators are those that ONNX has not.
        domain = "" if onnx.defs.has(operator, _OPSET) else _MICROSOFT
        node = helper.make_node(operator, list(inputs), names, f"{operator}.{at}", domain=domain, **attributes)
        self._nodes.append(node)
        return names

    def constant(self, value: npt.ArrayLike, kind: type = np.float32) -> str:
        """Weights; gives their name."""
        name = f"weights.{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(value, kind), name))
        return name

    def product(self, x: str, weights: Floats, bias: Floats | None = None) -> str:
        """`x` [rows, in] by `weights` [in, out] in int8: x rounded to eight bits by a scale of its own in each run,
        each column of the weights to seven. With eight the 16-bit sums of processors without VNNI overflow, so that
        answers would depend on the machine."""
        small, scales = rounded(weights, 0, 63)
        given = [x, self.constant(small, np.int8), self.constant(scales.ravel())]
        # The place before the bias is for the weights' zero points, which are 0.
        return self.add("DynamicQuantizeMatMul", *given, *([] if bias is None else ["", self.constant(bias)]))

    def rows(self, ids: str, table: Floats) -> str:
        """The rows of a table that `ids` point to; the table is kept as int8 with a scale for each row."""
        small, scales = rounded(table, 1, 127)
        wide = self.add("Cast", self.add("Gather", self.constant(small, np.int8), ids), to=FLOAT)
        return self.add("Mul", wide, self.add("Gather", self.constant(scales), ids))

    def write(
        self,
        path: Path,
        inputs: dict[str, tuple[int, Shape]],
        outputs: dict[str, tuple[str, Shape]],
        notes: dict[str, str],
    ) -> None:
        """Write the graph. `inputs`: type and shape by name; `outputs`: what to give, and its shape, by name; `notes`
        go among its metadata."""
        for name, (made, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [made], [name]))
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()],
            [helper.make_tensor_value_info(name, FLOAT, shape) for name, (_, shape) in outputs.items()],
            self._weights,
        )
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=_IR, producer_name="isnad")
        helper.set_model_props(model, notes)
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, path)


def rounded(table: Floats, axis: int, most: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix as integers from -`most` to `most`, and the scales by which these are to be multiplied: one for all that
    lies along `axis`."""
    scales = np.maximum(np.abs(table).max(axis, keepdims=True) / most, 1e-12)
    return np.round(table / scales).astype(np.int8), scales.astype(np.float32)
