"""The BERT as most people run it: transformers' pipeline, fp32, one text after the other."""

from collections.abc import Callable, Sequence

import torch
from transformers import pipeline

from bench.bert import STRIDE, Bert


class Plain:
    """Token classification by transformers. Texts are read whole, in windows."""

    def __init__(self, bert: Bert, threads: int) -> None:
        torch.set_num_threads(threads)
        self._bert = bert
        # Without batches: transformers advises against them on a CPU, and the padding would cost more than they save.
        self._pipeline = pipeline(
            "token-classification",
            model=bert.model,
            tokenizer=bert.fast,
            aggregation_strategy="simple",
            stride=STRIDE,
            device=torch.device("cpu"),
        )

    def work(self, texts: Sequence[str]) -> Callable[[], object]:
        """As `Reader.work`."""
        return lambda: self._pipeline(list(texts))

    def pieces(self, texts: Sequence[str]) -> int:
        """As `Reader.pieces`."""
        return self._bert.pieces(texts)
