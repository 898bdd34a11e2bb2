"""Fit and measure the calibration of scores on documents that were not learned from."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from labels import Document, judgement
from labels.judgement import Judged
from serving.calibration import Calibration, Platt, logit

Floats = npt.NDArray[np.float64]
_BINS = 10
_ROUNDS = 50
_TASKS = {"entities": judgement.entities, "attributions": judgement.attributions, "stances": judgement.stances}


def calibrate(gold: Sequence[Document], predicted: Sequence[Document]) -> tuple[Calibration, dict[str, float]]:
    """The calibration that fits `predicted`, whose scores are raw, and each task's expected calibration error under it,
    measured on one half of the documents with the maps fitted on the other, both ways."""
    maps, errors = {}, {}
    for task, judge in _TASKS.items():
        judged = [list(judge(g, p)) for g, p in zip(gold, predicted, strict=True)]
        halves = [[j for one in judged[side::2] for j in one] for side in (0, 1)]
        maps[task] = fit([*halves[0], *halves[1]])
        crossed = [
            Judged(fitted(j.score), j.right)
            for fitted, half in ((fit(halves[1]), halves[0]), (fit(halves[0]), halves[1]))
            for j in half
        ]
        errors[task] = expected_error(crossed)
    return Calibration(**maps), errors


def fit(judged: Sequence[Judged]) -> Platt:
    """The map of least cross-entropy (Newton's method with halved steps, Platt's smoothed targets). A map that would
    turn the order of scores round, or rest on fewer than ten right or wrong ones, is not made: then scores stay as they
    are."""
    right = sum(j.right for j in judged)
    wrong = len(judged) - right
    if min(right, wrong) < _BINS:
        return Platt()
    inputs = np.stack([[logit(j.score) for j in judged], np.ones(len(judged))], axis=1)
    targets = np.where([j.right for j in judged], (right + 1) / (right + 2), 1 / (wrong + 2))
    weights = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        found = 0.5 + 0.5 * np.tanh(inputs @ weights / 2)
        curve = (inputs * (found * (1 - found))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        step = np.linalg.solve(curve, inputs.T @ (found - targets))
        # Where scores are near 0 or 1 the curve is flat and a whole step goes far too far.
        while np.abs(step).max() > 1e-9 and _cost(inputs, targets, weights - step) > _cost(inputs, targets, weights):
            step = step / 2
        weights = weights - step
    return Platt(float(weights[0]), float(weights[1])) if weights[0] > 0 else Platt()


def _cost(inputs: Floats, targets: Floats, weights: Floats) -> float:
    """The cross-entropy of the targets under the map, in all."""
    logits = inputs @ weights
    return float((np.logaddexp(0.0, logits) - targets * logits).sum())


def expected_error(judged: Sequence[Judged]) -> float:
    """The expected calibration error in ten bins of equal width (Guo et al. 2017); 0 for nothing."""
    if not judged:
        return 0.0
    scores, right = np.array([j.score for j in judged]), np.array([j.right for j in judged], float)
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gaps = [abs(scores[bins == b].sum() - right[bins == b].sum()) for b in range(_BINS)]
    return float(sum(gaps) / len(judged))
