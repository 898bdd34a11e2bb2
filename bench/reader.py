"""What is timed."""

from collections.abc import Callable, Sequence
from typing import Protocol


class Reader(Protocol):
    """One way to read texts."""

    def work(self, texts: Sequence[str]) -> Callable[[], object]:
        """What reads `texts`, all of them, each time it is called; what is made here is not timed."""

    def pieces(self, texts: Sequence[str]) -> int:
        """How many pieces the texts have, each counted once, without marks at the ends."""
