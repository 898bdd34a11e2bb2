"""From a trained model to the two graphs that are served: ONNX, then int8 weights, activations scaled as they come."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from torch.export import Dim

from serving.chains import Floats
from serving.model import CHAINS, ENCODER, ROLES
from training.model import IsnadModel

_OPSET = 20
_TABLE = 1000
"""A table with at least so many rows is that of the word vectors; positions and distances have fewer."""


_WIDE = range(6)
"""Layers whose feed-forward network gives its second product inputs with outliers. Rounding these to eight bits cost
0.8 points of F1 on entities, so the products are made in fp32, from int8 weights."""


class _Encoder(nn.Module):
    """One window, without padding: what `Network.encode` asks for."""

    def __init__(self, model: IsnadModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
        hidden = self.model.bert.embeddings(input_ids=ids)
        for layer in self.model.bert.encoder.layer:
            hidden = layer(hidden)
        hidden = hidden[0]
        return hidden, *self.model.tag(hidden)


def export(model: IsnadModel, folder: Path) -> tuple[Path, Path]:
    """Write both graphs in fp32 as `encoder.onnx` and `roles.onnx` in `folder`; gives their paths."""
    # The plain attention is exported as two products and a softmax, which every version of ONNX Runtime knows.
    model.eval()  # type: ignore[no-untyped-call]
    model.config._attn_implementation = "eager"
    folder.mkdir(parents=True, exist_ok=True)
    encoder, roles = folder / "encoder.onnx", folder / "roles.onnx"
    size = model.config.hidden_size
    # Two of each in the example: a dimension that is 1 there would be fixed.
    ids = torch.full((1, 7), 5)
    _write(
        _Encoder(model), (ids,), ("ids",), ("hidden", "outer", "inner", "cue", "clips"), ({1: Dim("pieces")},), encoder
    )
    graph = onnx.load(encoder)
    helper.set_model_props(graph, {CHAINS: model.chains().to_json()})
    onnx.save(graph, encoder)
    marks, words = Dim("marks"), Dim("words")
    shape = {0: marks, 1: words}
    inputs = (
        torch.zeros(2, 7, size),
        torch.zeros(2, 7, dtype=torch.long),
        torch.zeros(2, 7, dtype=torch.long),
        torch.ones(2, 7),
    )
    _write(model.roles, inputs, ("hidden", "marks", "distances", "mask"), ("words", "acts"), (shape,) * 4, roles)
    return encoder, roles


def _write(
    module: nn.Module,
    inputs: tuple[torch.Tensor, ...],
    names: tuple[str, ...],
    outputs: tuple[str, ...],
    shapes: tuple[dict[int, Dim], ...],
    path: Path,
) -> None:
    torch.onnx.export(
        module.eval(),
        inputs,
        path,
        input_names=list(names),
        output_names=list(outputs),
        dynamic_shapes=shapes,
        opset_version=_OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def quantise(encoder: Path, roles: Path, folder: Path) -> None:
    """Write the int8 graphs of two fp32 ones where `Analyzer.load` looks for them under `folder`."""
    for source, name in ((encoder, ENCODER), (roles, ROLES)):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        graph = onnx.load(source)
        # The exporter's notes on shapes speak of weights as they lay before it turned them; they would be refused.
        del graph.graph.value_info[:]
        _quantise_words(graph.graph)
        wide = _quantise_outputs(graph.graph)
        # Weights of seven bits: with eight, the 16-bit sums of processors without VNNI overflow, so that answers would
        # depend on the machine.
        quantize_dynamic(
            graph,
            target,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=wide,
        )


def _quantise_words(graph: onnx.GraphProto) -> None:
    """Keep the table of word vectors, where there is one, as int8 with a scale of its own for each row; ONNX Runtime's
    own quantisation would give all rows one scale, which costs three times as much F1."""
    for node in list(graph.node):
        tables = [i for i in graph.initializer if i.name == node.input[0]]
        if node.op_type != "Gather" or not tables or tables[0].dims[0] < _TABLE:
            continue
        rows = numpy_helper.to_array(tables[0])
        small, scales = _rounded(rows, 1)
        graph.initializer.remove(tables[0])
        graph.initializer.append(numpy_helper.from_array(small, "words.int8"))
        graph.initializer.append(numpy_helper.from_array(scales, "words.scales"))
        ids, vectors = node.input[1], node.output[0]
        made = [
            helper.make_node("Gather", ["words.int8", ids], ["words.small"]),
            helper.make_node("Cast", ["words.small"], ["words.wide"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", ["words.scales", ids], ["words.scale"]),
            helper.make_node("Mul", ["words.wide", "words.scale"], [vectors]),
        ]
        at = list(graph.node).index(node)
        graph.node.remove(node)
        for offset, new in enumerate(made):
            graph.node.insert(at + offset, new)


def _rounded(table: Floats, axis: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix as int8, and the scales by which it is to be multiplied: one for all that lies along `axis`."""
    scales = np.abs(table).max(axis, keepdims=True) / 127
    return np.round(table / np.maximum(scales, 1e-12)).astype(np.int8), scales.astype(np.float32)


def _quantise_outputs(graph: onnx.GraphProto) -> list[str]:
    """Keep the weights of the feed-forward networks' second products in the layers `_WIDE` as int8 with a scale for
    each column, to be multiplied in fp32; gives these products' names. A graph of fewer layers has fewer, or none."""
    tables = {i.name: i for i in graph.initializer}
    products = [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in tables]
    narrowing = [n for n in products if tables[n.input[1]].dims[0] > tables[n.input[1]].dims[1]]
    wide = [narrowing[layer] for layer in _WIDE if layer < len(narrowing)]
    for node in wide:
        name = node.input[1]
        weights = numpy_helper.to_array(tables[name])
        small, scales = _rounded(weights, 0)
        graph.initializer.remove(tables[name])
        graph.initializer.append(numpy_helper.from_array(small, f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scales.ravel(), f"{name}.scales"))
        made = helper.make_node("DequantizeLinear", [f"{name}.int8", f"{name}.scales"], [name], axis=1)
        graph.node.insert(list(graph.node).index(node), made)
    return [node.name for node in wide]
