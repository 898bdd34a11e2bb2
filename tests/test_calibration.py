"""Scores that say how often they are right: which predictions count as right, the maps, and their error."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span, Stance, judgement
from labels.judgement import Judged
from serving.analyzer import Thresholds
from serving.calibration import Calibration, Platt
from training.calibration import calibrate, expected_error, fit

TEXT = "أكد زيد أن داعش مجرمة وغادر"
ACT = Attribution("a1", Span(0, 3), Span(4, 7), (Span(11, 21),), "indirect", "affirm", "زيد", "e1", score=0.7)
GOLD = Document(
    "d",
    TEXT,
    (Entity("e1", Span(4, 7), "PER", "زيد"), Entity("e2", Span(11, 15), "ARMED", "داعش")),
    (ACT,),
    (Stance("a1", "e2", "against"),),
)


def test_right_and_wrong_entities() -> None:
    found = (Entity("e9", Span(4, 7), "PER", score=0.9), Entity("e8", Span(11, 15), "ORG", score=0.4))
    assert list(judgement.entities(GOLD, replace(GOLD, entities=found))) == [(0.9, True), (0.4, False)]


def test_right_and_wrong_acts() -> None:
    right = replace(ACT, id="x", contents=(Span(11, 27),), score=0.8)
    wrong = replace(ACT, source=None, score=0.6)
    assert list(judgement.attributions(GOLD, replace(GOLD, attributions=(right,)))) == [(0.8, True)]
    assert list(judgement.attributions(GOLD, replace(GOLD, attributions=(wrong,)))) == [(0.6, False)]


def test_right_and_wrong_stances() -> None:
    found = replace(GOLD, attributions=(replace(ACT, id="x"),))
    for stance, right in (
        (Stance("x", "e2", "against", score=0.5), True),
        (Stance("x", "e2", "favor", score=0.5), False),
        (Stance("author", "e2", "against", score=0.5), False),
        (Stance("x", "e1", "against", score=0.5), False),
    ):
        assert list(judgement.stances(GOLD, replace(found, stances=(stance,)))) == [(0.5, right)]


def test_the_error_of_scores() -> None:
    assert expected_error([]) == 0.0
    assert expected_error([Judged(0.75, True)] * 3 + [Judged(0.75, False)]) == 0.0
    assert expected_error([Judged(1.0, False)]) == 1.0
    # In one bin 0.9 is claimed and half is right, in the other 0.1 and nothing is.
    mixed = [Judged(0.9, True), Judged(0.9, False), Judged(0.1, False), Judged(0.1, False)]
    assert expected_error(mixed) == pytest.approx((0.8 + 0.2) / 4)


def test_a_fitted_map_mends_what_claims_too_much() -> None:
    random = np.random.default_rng(0)
    truth = random.random(5000)
    # Whoever doubles the log-odds claims too much: the map halves them again.
    judged = [Judged(Platt(2.0)(p), bool(random.random() < p)) for p in truth]
    found = fit(judged)
    assert found.slope == pytest.approx(0.5, abs=0.05)
    assert found.offset == pytest.approx(0.0, abs=0.1)
    assert expected_error(judged) > 0.08
    assert expected_error([Judged(found(j.score), j.right) for j in judged]) < 0.03


def test_scores_that_are_all_but_certain_are_fitted_too() -> None:
    # Nearly all scores at the edge, one in ten of them wrong: a whole Newton step from there would never come back.
    judged = [Judged(1 - 1e-9, n % 10 > 0) for n in range(200)] + [Judged(0.6, n % 2 > 0) for n in range(20)]
    found = fit(judged)
    assert found(1.0) == pytest.approx(0.9, abs=0.02)
    assert found(0.6) == pytest.approx(0.5, abs=0.1)


def test_too_little_to_fit() -> None:
    assert fit([Judged(0.9, True)] * 100 + [Judged(0.2, False)] * 9) == Platt()
    assert fit([Judged(0.9, False)] * 20 + [Judged(0.2, True)] * 20) == Platt()


def test_both_halves_are_measured() -> None:
    found, errors = calibrate([GOLD] * 4, [replace(GOLD, stances=())] * 4)
    assert found == Calibration()
    assert errors == pytest.approx({"entities": 0.0, "attributions": 0.3, "stances": 0.0}, abs=1e-5)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 5), st.floats(-5, 5))
def test_a_map_keeps_the_order(one: float, other: float, slope: float, offset: float) -> None:
    made = Platt(slope, offset)
    assert 0 <= made(one) <= 1 and not math.isnan(made(other))
    assert (one <= other) <= (made(one) <= made(other))


def test_thresholds_are_read_as_they_were_written() -> None:
    given = Thresholds(-0.5, 0.7, 0.8, Calibration(stances=Platt(0.5, -1.0)))
    assert Thresholds.of(given.to_json()) == given
    with pytest.raises(TypeError):
        Thresholds.of(given.to_json() | {"calibration": {"others": [1, 0]}})
    assert given.calibration(GOLD).stances[0].score == pytest.approx(1 / (1 + math.exp(1 - 0.5 * math.log(1e6 - 1))))
