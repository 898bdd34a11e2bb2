"""The benchmark's arithmetic, its texts and its tables."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import main
from bench.figures import Spread, percentile, quotients, rates
from bench.install import Install, locked
from bench.limit import Shape, even
from bench.plan import FULL, QUICK
from bench.quantised import batches
from bench.results import LIMIT, PLAIN, QUANTISED, WHOLE, Latency, Results, Timed
from bench.service import Service
from bench.table import megabytes, number, report, shown, table
from bench.texts import cases, cut, seeds
from bench.whole import pieces
from tests.tiny import speller

TIMED = Timed(
    "seeds",
    documents=4,
    words=1000,
    characters=6000,
    pieces={PLAIN: 1500, QUANTISED: 1500, WHOLE: 1800, LIMIT: 1800},
    seconds={PLAIN: [8.0, 9.0, 10.0], QUANTISED: [4.0, 3.0, 2.0], WHOLE: [2.0, 2.0, 4.0], LIMIT: [0.5, 0.4, 1.0]},
)


def test_spread() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)
    assert Spread.of([1.0, 2.0]) == Spread(1.5, 1.0, 2.0)
    with pytest.raises(ValueError, match="nothing was measured"):
        Spread.of([])


def test_rates() -> None:
    assert rates(6, [1.0, 2.0, 4.0]) == Spread(3.0, 1.5, 6.0)


def test_quotients_are_those_of_each_round() -> None:
    # The quotient of the medians would be 1.
    assert quotients([1.0, 8.0, 3.0], [2.0, 4.0, 3.0]) == Spread(1.0, 0.5, 2.0)
    assert quotients([1.0, 2.0, 9.0], [4.0, 2.0, 1.0]) == Spread(1.0, 0.25, 9.0)
    with pytest.raises(ValueError, match="shorter"):
        quotients([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("count", "share", "expected"), [(1, 0.99, 1), (2, 0.5, 1), (99, 0.99, 99), (100, 0.99, 99), (100, 1.0, 100)]
)
def test_percentile(count: int, share: float, expected: float) -> None:
    assert percentile([float(i) for i in range(count, 0, -1)], share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.01)])
def test_what_has_no_percentile(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="a percentile needs"):
        percentile(values, share)


def test_a_case() -> None:
    assert TIMED.documents_rate(WHOLE) == Spread(2.0, 1.0, 2.0)
    assert TIMED.pieces_rate(PLAIN) == Spread(1500 / 9, 150.0, 187.5)
    assert TIMED.ratio(PLAIN) == Spread(4.0, 2.5, 4.5)
    assert TIMED.ratio(QUANTISED) == Spread(1.5, 0.5, 2.0)
    assert TIMED.ratio(LIMIT) == Spread(0.25, 0.2, 0.25)
    assert TIMED.to_json()["ratios"]["isnad / limit"] == {"median": 0.25, "least": 0.2, "most": 0.25}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0.00"),
        (0.01234, "0.012"),
        (0.456, "0.46"),
        (1.236, "1.24"),
        (45.67, "45.7"),
        (456.7, "457"),
        (12345.6, "12,346"),
    ],
)
def test_number(value: float, expected: str) -> None:
    assert number(value) == expected


def test_cells() -> None:
    assert shown(Spread(1.5, 0.25, 12.0)) == "1.50 (0.25–12.0)"
    assert megabytes(377_600_000) == "378 MB"
    assert megabytes(None) == "unknown here"


def test_table() -> None:
    assert table(["", "a"], [["seeds", "1.00"], ["x", "100"]]) == (
        "|       |    a |\n| ----- | ---: |\n| seeds | 1.00 |\n| x     |  100 |"
    )
    with pytest.raises(ValueError, match="shorter"):
        table(["", "a"], [["seeds"]])


def test_the_report() -> None:
    results = Results(
        {"processor": "A chip", "threads": 2, "load": 0.1},
        FULL,
        [TIMED],
        [Latency("1 at a time", [0.25, 0.5, 0.75])],
        Spread(1.0, 0.9, 1.2),
        (150_000_000, None),
        Install(378_000_000, 33, ("colorama",)),
        Spread(1.1, 1.0, 1.2),
    )
    lines = [" ".join(line.split()) for line in report(results).splitlines()]
    assert lines[0] == "A chip, 2 threads; 5 rounds; load average 0.1"
    assert "| seeds | 4 | 1000 | 0.44 (0.40–0.50) | 1.33 (1.00–2.00) | 2.00 (1.00–2.00) | 8.00 (4.00–10.0) |" in lines
    assert "| seeds | 4.00 (2.50–4.50) | 1.50 (0.50–2.00) | 0.25 (0.20–0.25) |" in lines
    assert "| 1 at a time | 3 | 500 | 750 |" in lines
    assert "| resident memory at the end | unknown here |" in lines
    assert "| cost of a character, 6400 words / 100 words | 1.10 (1.00–1.20) |" in lines
    assert results.to_json()["latencies"] == [
        {"load": "1 at a time", "median": 0.5, "p99": 0.75, "seconds": [0.25, 0.5, 0.75]}
    ]


def test_documents_are_cut_one_behind_the_other_with_their_lines() -> None:
    assert cut(" a b\nc  d e", 2, 2) == ("a b", "c  d")
    assert cut("a b\nc", 2, 4) == ("a b", "c\na", "b\nc", "a b")
    with pytest.raises(ValueError, match="without words"):
        cut(" \n", 1, 1)


@given(st.text("a \n").filter(lambda text: "a" in text), st.integers(1, 9), st.integers(1, 9))
def test_every_document_has_its_length(text: str, words: int, documents: int) -> None:
    assert [len(one.split()) for one in cut(text, words, documents)] == [words] * documents


def test_cases() -> None:
    made = cases(seeds(), FULL)
    assert [case.name for case in made] == ["seeds", "50 words", "200 words", "600 words", "2000 words", "5000 words"]
    assert [case.words for case in made] == [3116, 400, 800, 600, 2000, 5000]
    assert made[0].characters == 18574
    assert [len(case.texts) for case in cases(seeds(), QUICK)] == [1, 2]


def test_a_folder_without_texts(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no \.txt files"):
        seeds(tmp_path)


def test_every_piece_is_counted_once() -> None:
    text = "حلب في سوريا .\nقال" * 400
    # 12 letters and marks, the separator before each line, and 3 letters that stand at the next line's beginning.
    assert pieces(text, speller()) == 400 * (11 + 1 + 3)
    assert pieces("", speller()) == 0


def test_the_products_of_the_shipped_encoder() -> None:
    assert Shape.of(Path("models/isnad-ar")) == Shape(12, 384, 1536)
    assert Shape(12, 384, 1536).products == 12 * (4 * 384 * 384 + 2 * 384 * 1536) == 21_233_664


@pytest.mark.parametrize(
    ("total", "expected"), [(0, []), (5, [5]), (512, [512]), (513, [257, 256]), (1100, [367, 367, 366])]
)
def test_even(total: int, expected: list[int]) -> None:
    assert even(total, 512) == expected


def test_windows_of_like_length_are_read_together() -> None:
    assert batches([512, 40, 512, 512, 300, 60], 1024) == [[0, 2], [3, 4], [5, 1]]
    assert batches([2000, 10], 1024) == [[0], [1]]
    assert batches([], 1024) == []


@given(st.lists(st.integers(1, 600)))
def test_every_window_is_in_one_batch(lengths: list[int]) -> None:
    groups = batches(lengths, 1024)
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len(group) * max(lengths[i] for i in group) <= 1024 for group in groups)


def test_the_names_in_a_lock() -> None:
    lock = (
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n    # via a==1\nnumpy==2.5.5\nhf-xet==1\n"
    )
    assert locked(lock) == ["numpy", "hf-xet"]


def test_memory_of_a_process_that_is_none() -> None:
    assert Service(0, 2**31 - 1, 0.0).resident() is None


def test_without_a_model_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISNAD_MODEL_DIR", str(tmp_path / "none"))
    assert main(["--quick", "--out", str(tmp_path / "results.json")]) == 1
    assert capsys.readouterr().err.startswith(f"bench: {tmp_path / 'none'}")
    assert not (tmp_path / "results.json").exists()


def test_a_setting_at_fault_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISNAD_THREADS", "0")
    assert main(["--quick", "--out", str(tmp_path / "results.json")]) == 2
    assert capsys.readouterr().err == "bench: ISNAD_THREADS: Input should be greater than or equal to 1\n"
