"""The same BERT with int8 weights in ONNX Runtime, its windows in batches of like length."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from torch.export import Dim

from bench.bert import LENGTH, STRIDE, Bert, copy

_TOGETHER = 2 * LENGTH
"""Most pieces in a batch, padding included: enough to share the reading of the weights, while what the layers hand on
still fits a processor's cache."""


class _Logits(nn.Module):
    def __init__(self, bert: Bert) -> None:
        super().__init__()
        self.model = bert.model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=ids, attention_mask=mask).logits
        return logits


class Quantised:
    """Token classification by ONNX Runtime, as far as the class of each piece. Texts are read whole, in windows."""

    def __init__(self, bert: Bert, threads: int) -> None:
        self._bert = bert
        self._tokenizer = copy(bert.tokenizer)
        self._tokenizer.enable_truncation(LENGTH, stride=STRIDE)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        with TemporaryDirectory() as folder, _silent():
            graph = _export(bert, Path(folder))
            self._session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def work(self, texts: Sequence[str]) -> Callable[[], object]:
        """As `Reader.work`."""
        return lambda: self._classes(texts)

    def pieces(self, texts: Sequence[str]) -> int:
        """As `Reader.pieces`."""
        return self._bert.pieces(texts)

    def _classes(self, texts: Sequence[str]) -> list[npt.NDArray[np.int64]]:
        encoded = self._tokenizer.encode_batch(list(texts))
        windows = [window.ids for first in encoded for window in (first, *first.overflowing)]
        classes: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)] * len(windows)
        for group in batches([len(window) for window in windows], _TOGETHER):
            longest = max(len(windows[i]) for i in group)
            ids, mask = np.zeros((2, len(group), longest), np.int64)
            for row, i in enumerate(group):
                ids[row, : len(windows[i])] = windows[i]
                mask[row, : len(windows[i])] = 1
            (logits,) = self._session.run(["logits"], {"ids": ids, "mask": mask})
            for row, i in enumerate(group):
                classes[i] = logits[row, : len(windows[i])].argmax(-1)
        return classes


def batches(lengths: Sequence[int], most: int) -> list[list[int]]:
    """The places of `lengths` in groups of like length, longest first; a group padded to its longest has at most `most`
    pieces, unless it is a single one."""
    groups: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if groups and lengths[groups[-1][0]] * (len(groups[-1]) + 1) <= most:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


@contextmanager
def _silent() -> Iterator[None]:
    """Without what torch and ONNX Runtime remark on the export of any model; errors are still told."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _export(bert: Bert, folder: Path) -> Path:
    # The plain attention is exported as two products and a softmax; the usual is put back, since the pipeline runs the
    # same model.
    usual = bert.model.config._attn_implementation
    bert.model.config._attn_implementation = "eager"
    shape = {0: Dim("windows"), 1: Dim("pieces")}
    torch.onnx.export(
        _Logits(bert).eval(),
        # Two of each in the example: a dimension that is 1 there would be fixed.
        (torch.full((2, 7), 5), torch.ones(2, 7, dtype=torch.long)),
        folder / "bert.onnx",
        input_names=["ids", "mask"],
        output_names=["logits"],
        dynamic_shapes=(shape, shape),
        opset_version=20,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    bert.model.config._attn_implementation = usual
    graph = onnx.load(folder / "bert.onnx")
    # The exporter's notes on shapes speak of weights as they lay before it turned them; they would be refused.
    del graph.graph.value_info[:]
    quantize_dynamic(graph, folder / "bert.int8.onnx", weight_type=QuantType.QInt8)
    return folder / "bert.int8.onnx"
