"""Progress of long work, on standard error: a line every few seconds, with the time left and smoothed figures."""

import sys
import time

_SMOOTH = 0.97
_last: dict[str, float] = {}
_means: dict[str, dict[str, float]] = {}


def report(task: str, step: int, spent: float, planned: float, **figures: float) -> None:
    """Note one step of `task`: `spent` of `planned` minutes are over. Prints at most every ten seconds."""
    means = _means.setdefault(task, {})
    for name, value in figures.items():
        means[name] = _SMOOTH * means.get(name, value) + (1 - _SMOOTH) * value
    now = time.monotonic()
    if now - _last.get(task, 0.0) >= 10:
        _last[task] = now
        shown = "  ".join(f"{name} {value:.4f}" for name, value in means.items())
        sys.stderr.write(f"{task}  step {step}  {spent:.1f}/{planned:.1f} min  {shown}\n")
        sys.stderr.flush()
