"""From a trained model to the two graphs that are served, written in ONNX Runtime's operators, their products in int8.

Almost all of the largest activations of a BERT stand in a handful of channels (Dettmers et al. 2022, LLM.int8()). They
would set the scale for all others, so they are kept out: where a feed-forward network is entered, the channels are
shrunk and their weights enlarged (Xiao et al. 2023, SmoothQuant); within it they are computed apart, in fp32.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from labels.scheme import CUE_TAGS, ENTITY_TAGS
from serving.chains import Floats
from serving.layout import ACT_CLASSES, CLIP_CLASSES, ROLE_CLASSES
from serving.model import CHAINS, ENCODER, ROLES
from training.graph import FLOAT, INT, LONG, Graph, Shape
from training.model import IsnadModel
from training.ranges import Ranges

_APART = 16
"""Channels computed apart, and rank of the channel to whose range larger ones are shrunk."""
_SHRINK = 32
"""By how much at the most."""


def export(model: IsnadModel, ranges: Ranges, folder: Path) -> None:
    """Write both graphs where `Analyzer.load` looks for them under `folder`; `ranges` are those of `model` reading what
    it was made for. Raises ValueError for an activation other than BERT's."""
    if model.config.hidden_act != "gelu":
        raise ValueError(f"hidden_act {model.config.hidden_act!r} is not exported, only 'gelu'")
    _encoder(model, ranges, folder / ENCODER)
    _roles(model, ranges, folder / ROLES)


def _encoder(model: IsnadModel, ranges: Ranges, path: Path) -> None:
    graph, config = Graph(), model.config
    embeddings = model.bert.embeddings
    places = _array(embeddings.position_embeddings.weight) + _array(embeddings.token_type_embeddings.weight)[0]
    count = graph.add("Shape", "ids")
    start, axis = graph.constant([0], np.int64), graph.constant([0], np.int64)
    placed = graph.add("Slice", graph.constant(places), start, count, axis)
    words = graph.rows("ids", _array(embeddings.word_embeddings.weight))
    read = _norm(graph, embeddings.LayerNorm, graph.add("Add", words, placed))
    layers = list(model.bert.encoder.layer)
    sequences = graph.constant([1, -1, config.hidden_size], np.int64)
    for layer in layers[:-1]:
        read = _layer(graph, layer, ranges, read, read, sequences)
    # Of the last layer only what stands for a word is needed.
    asked = graph.add("Gather", read, "first")
    read = _layer(graph, layers[-1], ranges, asked, read, sequences)
    heads = [model.classifier, model.nested, model.cue, model.clips]
    sizes = [len(ENTITY_TAGS), len(ENTITY_TAGS), len(CUE_TAGS), CLIP_CLASSES]
    logits = graph.add(
        "Gemm",
        read,
        graph.constant(np.concatenate([_array(head.weight) for head in heads]).T),
        graph.constant(np.concatenate([_array(head.bias) for head in heads])),
    )
    parts = graph.several("Split", 4, logits, graph.constant(sizes, np.int64), axis=1)
    names = ("outer", "inner", "cue", "clips")
    outputs: dict[str, tuple[str, Shape]] = {"hidden": (read, ["words", config.hidden_size])}
    outputs |= {name: (part, ["words", size]) for name, part, size in zip(names, parts, sizes, strict=True)}
    inputs: dict[str, tuple[int, Shape]] = {"ids": (LONG, ["pieces"]), "first": (LONG, ["words"])}
    graph.write(path, inputs, outputs, {CHAINS: model.chains().to_json()})


def _roles(model: IsnadModel, ranges: Ranges, path: Path) -> None:
    graph, config, reader = Graph(), model.config, model.roles
    size = config.hidden_size
    marked = graph.add("Gather", graph.constant(_array(reader.mark.weight)), "marks")
    distant = graph.add("Gather", graph.constant(_array(reader.distance.weight)), "distances")
    flat = graph.constant([-1, size], np.int64)
    given = graph.add("Reshape", graph.add("Add", graph.add("Add", "hidden", marked), distant), flat)
    read = _norm(graph, reader.norm, given)
    count = graph.add("Shape", "marks", end=1)
    sequences = graph.add("Concat", count, flat, axis=0)
    layers = list(reader.layers)
    for layer in layers[:-1]:
        read = _layer(graph, layer, ranges, read, read, sequences, "mask")
    asked = graph.add("Gather", read, graph.add("Reshape", "rows", graph.constant([-1], np.int64)))
    read = _layer(graph, layers[-1], ranges, asked, read, sequences, "mask")
    told = graph.add("Concat", count, graph.constant([-1, ROLE_CLASSES], np.int64), axis=0)
    words = graph.add("Reshape", graph.add("Gemm", read, *_linear(graph, reader.words)), told)
    # The mean over the marked words: `shares` are theirs of it.
    shares = graph.add("Unsqueeze", "shares", graph.constant([1], np.int64))
    centre = graph.add("Reshape", graph.add("MatMul", shares, graph.add("Reshape", read, sequences)), flat)
    acts = graph.add("Gelu", graph.add("Gemm", centre, *_linear(graph, reader.act[0])))
    acts = graph.add("Gemm", acts, *_linear(graph, reader.act[2]))
    outputs: dict[str, tuple[str, Shape]] = {
        "words": (words, ["marks", "rows", ROLE_CLASSES]),
        "acts": (acts, ["marks", ACT_CLASSES]),
    }
    inputs: dict[str, tuple[int, Shape]] = {
        "hidden": (FLOAT, ["marks", "words", size]),
        "marks": (LONG, ["marks", "words"]),
        "distances": (LONG, ["marks", "words"]),
        "mask": (INT, ["marks", "words"]),
        "rows": (LONG, ["marks", "rows"]),
        "shares": (FLOAT, ["marks", "rows"]),
    }
    graph.write(path, inputs, outputs, {})


def _layer(graph: Graph, layer: Any, ranges: Ranges, asked: str, read: str, sequences: str, mask: str = "") -> str:
    """A layer of BERT for the rows `asked`, which attend to the rows `read`: both [rows, size], and of as many
    sequences, apart in the shape `sequences`. `mask` [sequences, rows] says what is to be attended to, "" for all."""
    attention, output, size = layer.attention.self, layer.attention.output, layer.attention.self.all_head_size
    parts = [attention.query, attention.key, attention.value]
    query, key, value = (_array(part.weight).T for part in parts)
    if asked == read:
        all_three = graph.product(read, np.concatenate([query, key, value], 1))
        made = graph.several("Split", 3, all_three, axis=1, num_outputs=3)
    else:
        both = graph.several("Split", 2, graph.product(read, np.concatenate([key, value], 1)), axis=1, num_outputs=2)
        made = [graph.product(asked, query), *both]
    given = [graph.add("Reshape", part, sequences) for part in made]
    given.append(graph.constant(np.concatenate([_array(part.bias) for part in parts])))
    seen = graph.add("MultiHeadAttention", *given, *([mask] if mask else []), num_heads=attention.num_attention_heads)
    seen = graph.add("Reshape", seen, graph.constant([-1, size], np.int64))
    out = graph.product(seen, _array(output.dense.weight).T, _array(output.dense.bias))
    return _feed_forward(graph, layer, ranges, _norm(graph, output.LayerNorm, graph.add("Add", out, asked)))


def _feed_forward(graph: Graph, layer: Any, ranges: Ranges, given: str) -> str:
    wide, narrow = layer.intermediate.dense, layer.output.dense
    entering, within = ranges[wide], ranges[narrow]
    limit = max(np.sort(entering)[-_APART], entering.max() / _SHRINK)
    shrunk = np.where(entering > limit, limit / np.maximum(entering, 1e-12), 1).astype(np.float32)
    order = np.argsort(within, kind="stable")
    most, few = np.sort(order[:-_APART]), np.sort(order[-_APART:])
    up, bias, down = _array(wide.weight).T, _array(wide.bias), _array(narrow.weight).T
    small = graph.add("Mul", given, graph.constant(shrunk))
    inner = graph.add("Gelu", graph.product(small, (up / shrunk[:, None])[:, most], bias[most]))
    apart = graph.add("Gelu", graph.add("Gemm", given, graph.constant(up[:, few]), graph.constant(bias[few])))
    rest = graph.product(inner, down[most], _array(narrow.bias))
    made = graph.add("Gemm", apart, graph.constant(down[few]), rest)
    return _norm(graph, layer.output.LayerNorm, graph.add("Add", made, given))


def _norm(graph: Graph, norm: Any, given: str) -> str:
    weights = graph.constant(_array(norm.weight)), graph.constant(_array(norm.bias))
    return graph.add("LayerNormalization", given, *weights, epsilon=norm.eps)


def _linear(graph: Graph, linear: Any) -> tuple[str, str]:
    return graph.constant(_array(linear.weight).T), graph.constant(_array(linear.bias))


def _array(parameter: torch.Tensor) -> Floats:
    value: Floats = parameter.detach().float().numpy()
    return value
