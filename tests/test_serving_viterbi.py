from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.scheme import bio
from serving.chains import Floats
from serving.viterbi import Run, log_softmax, runs

TAGS = bio(("X", "Y"))
NO, BX, IX, BY, IY = range(5)
NO_BREAKS = np.zeros(9, bool)
EVEN = np.zeros((5, 5), np.float32)


def logits(*path: int, height: float = 5.0) -> Floats:
    """Logits that prefer each tag of `path` by `height`."""
    made = np.zeros((len(path), len(TAGS)), np.float32)
    made[np.arange(len(path)), path] = height
    return made


def spans(found: list[Run]) -> list[tuple[int, int, str]]:
    return [(run.start, run.end, run.label) for run in found]


def test_no_words() -> None:
    assert runs(np.zeros((0, 5), np.float32), TAGS, np.zeros(0, bool), EVEN) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((NO, NO, NO), []),
        ((BX, IX, NO), [(0, 2, "X")]),
        ((BX, BX, IX), [(0, 1, "X"), (1, 3, "X")]),
        ((BX, IX, BY, IY), [(0, 2, "X"), (2, 4, "Y")]),
        ((NO, NO, BY), [(2, 3, "Y")]),
    ],
)
def test_legal_paths_are_read_as_they_are(path: tuple[int, ...], expected: list[tuple[int, int, str]]) -> None:
    assert spans(runs(logits(*path), TAGS, NO_BREAKS[: len(path)], EVEN)) == expected


def test_an_inside_needs_a_beginning() -> None:
    doubtful = logits(NO, IX, IX)
    doubtful[0] = [2.0, 1.0, -9.0, -9.0, -9.0]
    assert spans(runs(doubtful, TAGS, NO_BREAKS[:3], EVEN)) == [(0, 3, "X")]


def test_an_inside_goes_on_with_its_own_label() -> None:
    doubtful = logits(BX, IY, IY)
    doubtful[0, BY] = 4.0
    assert spans(runs(doubtful, TAGS, NO_BREAKS[:3], EVEN)) == [(0, 3, "Y")]


def test_no_span_crosses_a_line() -> None:
    breaks = np.array([False, False, True, False])
    broken = logits(BX, IX, IX, IX)
    broken[2, BX] = 3.0
    assert spans(runs(broken, TAGS, breaks, EVEN)) == [(0, 2, "X"), (2, 4, "X")]


def test_the_score_is_that_of_the_least_sure_tag() -> None:
    sure = np.full((2, 5), np.log(0.025), np.float32)
    sure[0, BX], sure[1, IX] = np.log(0.9), np.log(0.6)
    sure[1, NO] = np.log(0.325)
    (run,) = runs(sure, TAGS, NO_BREAKS[:2], EVEN)
    assert run.score == pytest.approx(0.6)


def test_log_softmax_bears_large_logits() -> None:
    values = log_softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32))
    assert values.tolist() == [[0.0, -1e4], pytest.approx([-np.log(2)] * 2)]


def test_what_seldom_follows_is_not_taken_for_a_second_beginning() -> None:
    doubtful = logits(BX, BX, NO)
    doubtful[1, IX] = 4.0
    seldom = EVEN.copy()
    seldom[BX, BX] = -2.0
    assert spans(runs(doubtful, TAGS, NO_BREAKS[:3], EVEN)) == [(0, 1, "X"), (1, 2, "X")]
    assert spans(runs(doubtful, TAGS, NO_BREAKS[:3], seldom)) == [(0, 2, "X")]
    # What the line before ends with is no matter.
    assert spans(runs(doubtful, TAGS, np.array([True, True, False]), seldom)) == [(0, 1, "X"), (1, 2, "X")]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 31))
def test_against_brute_force(seed: int, count: int, broken: int) -> None:
    random = np.random.default_rng(seed)
    made, chain = (random.normal(0, 2, shape).astype(np.float32) for shape in ((count, 5), (5, 5)))
    breaks = np.array([bool(broken >> at & 1) for at in range(count)])

    def worth(path: tuple[int, ...]) -> float:
        steps = sum(chain[path[at - 1], path[at]] for at in range(1, count) if not breaks[at])
        return float(made[np.arange(count), path].sum() + steps)

    best = max((path for path in product(range(5), repeat=count) if _is_legal(path, breaks)), key=worth)
    expected = [
        (start, end, TAGS[best[start]][2:])
        for start in range(count)
        for end in range(start + 1, count + 1)
        if best[start] in (BX, BY)
        and all(best[at] in (IX, IY) for at in range(start + 1, end))
        and (end == count or best[end] not in (IX, IY))
    ]
    assert spans(runs(made, TAGS, breaks, chain)) == expected


def _is_legal(path: tuple[int, ...], breaks: npt.NDArray[np.bool_]) -> bool:
    return all(
        tag not in (IX, IY) or (at > 0 and not breaks[at] and path[at - 1] in (tag - 1, tag))
        for at, tag in enumerate(path)
    )
