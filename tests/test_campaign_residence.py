"""The short version of `tests.campaigns.residence`, on the shipped model."""

import sys

import pytest

from tests.campaigns.residence import growth, main, texts


def test_texts_are_of_every_length_and_the_same_each_time() -> None:
    made = list(texts(200, 3000))
    lengths = sorted(len(text.split()) for text in made)
    assert (len(lengths), lengths[0], lengths[-1] > 2000, lengths[100] < 100) == (200, 5, True, True)
    assert made == list(texts(200, 3000))


def test_growth() -> None:
    assert growth([100, 200, 400, 400, 410]) == pytest.approx(0.025)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell in /proc")
def test_a_few_requests(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--requests", "30", "--longest", "600"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    # So few requests say nothing of growth, but all that is loaded is there.
    assert 80 < float(lines[-2].split()[1]) < 300
