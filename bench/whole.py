"""This project: from a text to the JSON that a caller gets."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from serving.ahead import ahead
from serving.analyzer import Analyzer
from serving.answer import answer
from serving.offsets import OffsetUnit
from serving.windows import windows
from serving.words import words


class Whole:
    """Whole answers, of as many texts at a time as there are threads, as the batch runner makes them."""

    def __init__(self, model: Path, threads: int) -> None:
        """Raises ModelError if the folder `model` does not load."""
        self._threads = threads
        self._analyzer = Analyzer.load(model, threads)
        self._tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))

    def work(self, texts: Sequence[str]) -> Callable[[], object]:
        """As `Reader.work`."""
        return lambda: list(ahead(self.answer, texts, self._threads))

    def answer(self, text: str) -> str:
        """The answer about `text` as JSON."""
        analysis = self._analyzer.analyze(text)
        return answer(analysis, None, OffsetUnit.CODEPOINT, self._analyzer.info).model_dump_json()

    def pieces(self, texts: Sequence[str]) -> int:
        """As `Reader.pieces`."""
        return sum(pieces(text, self._tokenizer) for text in texts)


def pieces(text: str, tokenizer: Tokenizer) -> int:
    """How many pieces the encoder has to read of `text`, each counted once, without marks at the ends."""
    # A window that nothing is too long for holds each piece once.
    return sum(len(window.ids) - 2 for window in windows(words(text), tokenizer, size=1 << 40))
