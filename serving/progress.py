"""How far a batch run is, for whoever waits for it."""

import time
from collections.abc import Callable
from typing import Final, TextIO

from serving.operation import Tally

_ON_TERMINAL: Final = 0.2
_ELSEWHERE: Final = 60.0
_LEAST: Final = 1e-6


class Progress:
    """Writes the count, the rate and the time left: over one line on a terminal, else one line a minute.

    `total` is the number of documents, `None` when it is not known. `clock` gives seconds.
    """

    def __init__(self, stream: TextIO, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._terminal = stream.isatty()
        self._began = clock()
        self._written = self._began

    def __call__(self, tally: Tally) -> None:
        """Writes a line if it is time for one."""
        if self._clock() - self._written >= (_ON_TERMINAL if self._terminal else _ELSEWHERE):
            self._write(tally)

    def end(self, tally: Tally) -> None:
        """Writes the last line."""
        self._write(tally)
        if self._terminal:
            self._stream.write("\n")

    def _write(self, tally: Tally) -> None:
        self._written = self._clock()
        line = self.line(tally)
        self._stream.write(f"\r{line}\x1b[K" if self._terminal else f"{line}\n")
        self._stream.flush()

    def line(self, tally: Tally) -> str:
        """The state now, as one line."""
        done = tally.analysed + tally.refused
        rate = (done - tally.resumed) / max(self._clock() - self._began, _LEAST)
        parts = [f"{done}/{self._total} documents" if self._total is not None else f"{done} documents"]
        if tally.refused:
            parts.append(f"{tally.refused} refused")
        if tally.resumed:
            parts.append(f"{tally.resumed} from an earlier run")
        parts.append(f"{rate:.1f}/s")
        if self._total is not None and rate > 0 and done < self._total:
            parts.append(f"{_clock_time((self._total - done) / rate)} left")
        return ", ".join(parts)


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
