import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.marks import DISTANCES, Kind, Marked, surroundings


def test_a_cue_in_the_middle_of_a_text() -> None:
    assert surroundings(Kind.CUE, 100, 102, 1000) == Marked(Kind.CUE, 100, 102, 36, 198)


def test_a_target_is_read_more_narrowly() -> None:
    assert surroundings(Kind.TARGET, 100, 102, 1000) == Marked(Kind.TARGET, 100, 102, 76, 126)


def test_the_text_ends_before_the_reach_does() -> None:
    assert surroundings(Kind.CUE, 1, 2, 5) == Marked(Kind.CUE, 1, 2, 0, 5)


@pytest.mark.parametrize(("factor", "high"), [(1, 198), (2, 294), (4, 486), (16, 1000)])
def test_a_wider_reach_is_wider_after_the_mark_alone(factor: int, high: int) -> None:
    assert surroundings(Kind.CUE, 100, 102, 1000, factor) == Marked(Kind.CUE, 100, 102, 36, high)


@pytest.mark.parametrize(("kind", "mark"), [(Kind.CUE, 1), (Kind.TARGET, 2)])
def test_marks(kind: Kind, mark: int) -> None:
    assert Marked(kind, 2, 4, 1, 6).marks.tolist() == [0, mark, mark, 0, 0]


def test_distances_near_the_mark() -> None:
    assert Marked(Kind.CUE, 2, 4, 0, 6).distances.tolist() == [22, 23, 24, 24, 25, 26]


@pytest.mark.parametrize(
    ("steps", "distance"),
    [(16, 16), (17, 17), (22, 17), (23, 18), (32, 19), (64, 21), (181, 23), (182, 24), (9999, 24)],
)
def test_far_distances_are_told_apart_by_their_logarithm(steps: int, distance: int) -> None:
    marked = Marked(Kind.CUE, 10_000, 10_001, 0, 20_001)
    assert marked.distances[10_000 + steps] == 24 + distance
    assert marked.distances[10_000 - steps] == 24 - distance


@given(st.integers(0, 3000), st.integers(1, 5), st.integers(0, 3000), st.sampled_from(Kind), st.integers(1, 40))
def test_what_holds_of_any_mark(start: int, length: int, rest: int, kind: Kind, factor: int) -> None:
    count = start + length + rest
    marked = surroundings(kind, start, start + length, count, factor)
    assert 0 <= marked.low <= start and start + length <= marked.high <= count
    assert len(marked.marks) == len(marked.distances) == marked.high - marked.low
    assert (marked.marks > 0).sum() == length
    assert marked.distances.min() >= 0 and marked.distances.max() < DISTANCES
    assert (np.diff(marked.distances) >= 0).all()
    assert ((marked.distances == 24) == (marked.marks > 0)).all()
