"""Analyzers that die, for tests of what becomes of their work."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from serving.analysis import TASKS, Analysis
from serving.settings import Settings
from tests.fakes import FakeAnalyzer


@dataclass
class MortalAnalyzer(FakeAnalyzer):
    """Its process is killed by the first text with DIE in it, if `mark` is not there yet; `mark` is then made."""

    mark: Path = Path()

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """As `FakeAnalyzer.analyze`."""
        if "DIE" in text and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().analyze(text, tasks, min_score)


def load(settings: Settings) -> MortalAnalyzer:
    """Its mark is the file "died" in the model folder."""
    return MortalAnalyzer(mark=settings.model_dir / "died")
