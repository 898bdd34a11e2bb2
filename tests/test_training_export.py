"""The exported graphs say what the model says in torch, also where a few channels are a hundred times as large."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from transformers import BertConfig

from serving.manifest import ModelError
from serving.marks import DISTANCES, Kind
from serving.model import ENCODER, ROLES, OnnxNetwork
from training.export import export
from training.graph import FLOAT, Graph
from training.model import IsnadModel
from training.network import TorchNetwork
from training.ranges import observed

SIZE, LOUD = 32, 5


@pytest.fixture(scope="module")
def model() -> IsnadModel:
    """Small and random, but that one channel of each feed-forward network is much larger than the others."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=50,
        hidden_size=SIZE,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        initializer_range=0.2,
    )
    made: Any = IsnadModel(config).eval()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for layer in (*made.bert.encoder.layer, *made.roles.layers):
            layer.intermediate.dense.bias[LOUD] += 50
            layer.output.dense.weight[:, LOUD] /= 50
            layer.attention.output.LayerNorm.weight[LOUD] *= 20
            layer.intermediate.dense.weight[:, LOUD] /= 20
    return cast(IsnadModel, made)


IDS = np.random.default_rng(0).integers(0, 50, 40)
FIRST = np.array([1, 2, 5, 30, 38])
HIDDEN = np.random.default_rng(1).normal(size=(2, 9, SIZE)).astype(np.float32)
MARKS = np.zeros((2, 9), np.int64)
MARKS[0, 3:5], MARKS[1, 0] = Kind.CUE, Kind.TARGET
GAPS = np.random.default_rng(2).integers(0, DISTANCES, (2, 9))
MASK = np.array([[1] * 9, [1] * 4 + [0] * 5], np.int32)
WHOLE = np.array([range(9), [0, 1, 2, 3, -1, -1, -1, -1, -1]])
MARKED = np.array([[3, 4], [0, -1]])


@pytest.fixture(scope="module")
def exported(model: Any, tmp_path_factory: pytest.TempPathFactory) -> OnnxNetwork:
    torch_network, folder = TorchNetwork(model), tmp_path_factory.mktemp("graphs")
    with observed(model) as ranges:
        torch_network.encode(IDS, FIRST)
        torch_network.roles(HIDDEN, MARKS, GAPS, MASK, WHOLE)
    wide = ranges[model.bert.encoder.layer[0].output.dense]
    assert int(wide.argmax()) == LOUD and wide.max() > 10 * np.sort(wide)[-2]
    export(model, ranges, folder)
    return OnnxNetwork(folder / ENCODER, folder / ROLES)


def near(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Whether what is said differs by a twentieth of how much it varies at the most."""
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).mean()) < 0.05 * float(theirs.std())


def test_the_encoder_in_int8(model: IsnadModel, exported: OnnxNetwork) -> None:
    ours, theirs = exported.encode(IDS, FIRST), TorchNetwork(model).encode(IDS, FIRST)
    for part in ("hidden", "outer", "inner", "cue", "clips"):
        assert near(getattr(ours, part), getattr(theirs, part)), part


def test_the_role_reader_in_int8(model: IsnadModel, exported: OnnxNetwork) -> None:
    given = HIDDEN, MARKS, GAPS, MASK
    words, acts = exported.roles(*given, WHOLE)
    their_words, their_acts = TorchNetwork(model).roles(*given, WHOLE)
    assert near(words[0], their_words[0]) and near(words[1, :4], their_words[1, :4]) and near(acts, their_acts)


def test_the_marked_words_alone_give_the_same_acts(model: IsnadModel, exported: OnnxNetwork) -> None:
    given = HIDDEN, MARKS, GAPS, MASK
    words, acts = exported.roles(*given, MARKED)
    assert words.shape[:2] == (2, 2)
    assert near(acts, exported.roles(*given, WHOLE)[1])
    assert near(acts, TorchNetwork(model).roles(*given, MARKED)[1])


def test_how_tags_follow_one_another_goes_along(model: IsnadModel, exported: OnnxNetwork) -> None:
    assert np.array_equal(exported.chains.outer, model.chains().outer)


def test_graphs_with_other_inputs_are_refused(tmp_path: Path) -> None:
    graph, path = Graph(), tmp_path / "old.onnx"
    graph.write(path, {"x": (FLOAT, [1])}, {"y": ("x", [1])}, {})
    with pytest.raises(ModelError, match=r"old\.onnx: exported by another version"):
        OnnxNetwork(path, path)


def test_another_activation_is_refused(tmp_path: Path) -> None:
    model = IsnadModel(
        BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, hidden_act="relu")
    )
    with observed(model) as ranges, pytest.raises(ValueError, match="hidden_act 'relu'"):
        export(model, ranges, tmp_path)
