"""Batch runs on a Ray cluster of this machine, and the slices that it hands out."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from serving import partition
from serving.__main__ import main
from serving.operation import Operation, Tally
from serving.partition import FatalError, clean, done, work
from serving.plan import Measure, Slice, divide, earlier, measure
from serving.reading import Part
from serving.settings import Settings
from serving.unread import UsageError
from tests.fakes import FakeAnalyzer
from tests.mortals import load
from tests.test_batch import documents


def lines(values: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def infer(*arguments: Path | str, mortal: bool = False) -> int:
    def immortal(_settings: Settings) -> FakeAnalyzer:
        return FakeAnalyzer()

    return main(["infer", *map(str, arguments)], load if mortal else immortal)


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder of files of three kinds, with 40 documents; the last of all has DIE in it."""
    folder = tmp_path / "in"
    folder.mkdir()
    made = documents(39)
    (folder / "a.jsonl").write_bytes(lines(made[:20]) + b"not\n")
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines(made[20:33])))
    last = [*made[33:], {"id": "last", "text": "DIE قسد", "outlet": 1, "tags": []}]
    parquet.write_table(pyarrow.Table.from_pylist(last), folder / "c.parquet")
    return folder


def joined(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_the_same_bytes_as_on_one_machine_though_a_worker_dies_and_the_run_is_begun_again(
    tmp_path: Path, parts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISNAD_MODEL_DIR", str(tmp_path))
    assert infer(parts, tmp_path / "local.jsonl") == 3
    out = tmp_path / "out"
    monkeypatch.chdir(tmp_path)
    assert infer("in", "out", "--engine", "ray", "--workers", "2", mortal=True) == 3
    # Workers of other machines stand in other folders.
    assert {json.loads(line)["file"] for line in joined(out / "errors").splitlines()} == {
        path.name for path in parts.iterdir()
    }
    plan = earlier(out)
    assert plan is not None
    assert {piece.part.path for piece in plan.slices} == {str(path) for path in parts.iterdir()}
    assert (tmp_path / "died").exists()
    answers, errors = (tmp_path / "local.jsonl").read_bytes(), (tmp_path / "local.jsonl.errors.jsonl").read_bytes()
    assert (joined(out / "answers"), joined(out / "errors")) == (answers, errors)
    assert f"{answers.count(10)} answers: out/answers; {errors.count(10)} refused: out/errors" in (
        capsys.readouterr().out
    )
    # As after a kill: one slice has no answers yet, one has no file at all, a third was being written. And the input
    # was moved.
    first, second, *_ = sorted((out / "answers").iterdir())
    first.unlink()
    second.unlink()
    (out / "errors" / second.name).unlink(missing_ok=True)
    (out / "answers" / ".part-000003.jsonl.0.tmp").write_bytes(b"torn")
    parts = parts.rename(tmp_path / "moved")
    kept = {path: path.stat().st_mtime_ns for path in (out / "answers").glob("part*")}
    assert infer(parts, out, "--engine", "ray", "--workers", "1", mortal=True) == 3
    assert (joined(out / "answers"), joined(out / "errors")) == (answers, errors)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    # Another input: what is there is kept.
    (parts / "a.jsonl").write_bytes(lines(documents(2)))
    assert infer(parts, out, "--engine", "ray", "--workers", "1", mortal=True) == 2
    assert "was made from another input, by another model or with other choices" in capsys.readouterr().err
    assert joined(out / "answers") == answers


def test_what_is_wrong_use_of_a_cluster(
    tmp_path: Path, parts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISNAD_MODEL_DIR", str(tmp_path))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").touch()
    cases: list[tuple[list[Path | str], str]] = [
        (["-", "out", "--engine", "ray"], "not standard input"),
        ([parts, "out", "--engine", "ray", "--digest"], "--digest is for --engine local"),
        ([parts, "out", "--workers", "2"], "--workers and --format are for --engine ray"),
        ([parts, parts / "out", "--engine", "ray"], "lie in one another"),
        ([parts / "a.jsonl", parts, "--engine", "ray"], "lie in one another"),
        ([parts, tmp_path / "notes", "--engine", "ray"], "has files that no run left"),
        ([parts, tmp_path / "notes" / "a.md", "--engine", "ray"], "OUT is not a folder"),
        ([tmp_path / "none", "out", "--engine", "ray"], "no such file or folder"),
    ]
    for arguments, said in cases:
        assert infer(*arguments) == 2
        assert said in capsys.readouterr().err
    for wrong in (["--workers", "0"], ["--engine", "spark"], ["--format", "csv"]):
        with pytest.raises(SystemExit):
            infer(parts, "out", *wrong)


@settings(deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=6), st.integers(1, 64))
def test_slices_hold_every_document_once_in_order(counts: list[int], workers: int) -> None:
    measures = [Measure(Part(f"{number}.jsonl"), count, "0") for number, count in enumerate(counts)]
    plan = divide("ab", measures, workers)
    held = [(piece.part.path, piece.first + place) for piece in plan.slices for place in range(piece.count)]
    assert held == [(each.part.path, place) for each in measures for place in range(each.count)]
    assert [piece.number for piece in plan.slices] == list(range(len(plan.slices)))
    assert all(1 <= piece.count <= 500 for piece in plan.slices)
    if sum(counts) >= workers:
        assert len(plan.slices) >= min(workers, sum(counts))


def test_a_plan_is_read_as_it_was_written(tmp_path: Path, parts: Path) -> None:
    assert earlier(tmp_path / "none") is None
    found = measure(Part(str(parts / "a.jsonl"), "a.jsonl"))
    assert (found.count, len(found.sha256)) == (21, 64)
    out = tmp_path / "out"
    out.mkdir()
    assert earlier(out) is None
    plan = divide("ab", [found], 2)
    plan.write(out)
    assert earlier(out) == plan
    (out / "plan.json").write_bytes(b'{"run": "ab"}')
    with pytest.raises(UsageError, match="not a plan"):
        earlier(out)


def test_a_folder_of_texts_is_measured_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("قسد", encoding="utf-8")
    before = measure(Part(str(tmp_path)))
    assert before.count == 1
    (tmp_path / "a.txt").write_text("قسدد", encoding="utf-8")
    assert measure(Part(str(tmp_path))).sha256 != before.sha256


@pytest.fixture
def slice_of_five(tmp_path: Path) -> tuple[Slice, Path]:
    """A slice of five documents, the first of which is refused, and the folder to write it to."""
    (tmp_path / "in.jsonl").write_bytes(lines(documents(20)))
    for kind in (partition.ANSWERS, partition.ERRORS):
        (tmp_path / "out" / kind).mkdir(parents=True)
    return Slice(7, Part(str(tmp_path / "in.jsonl")), 10, 5), tmp_path / "out"


def test_parquet_holds_what_the_lines_say(slice_of_five: tuple[Slice, Path]) -> None:
    piece, out = slice_of_five
    operation = Operation(FakeAnalyzer())
    for ending in ("jsonl", "parquet"):
        assert done(out, piece, ending) is None
        assert work(piece, operation, out, ending) == Tally(analysed=4, refused=1)
        assert done(out, piece, ending) == Tally(analysed=4, refused=1, resumed=5)
        clean(out)
    told = [json.loads(line) for line in (out / "answers" / "part-000007.jsonl").read_bytes().splitlines()]
    rows = parquet.read_table(out / "answers" / "part-000007.parquet").to_pylist()
    assert [row | {"meta": json.loads(row["meta"])} for row in rows] == told
    assert [row["id"] for row in rows] == ["d11", "d12", "d13", "d14"]
    assert {path.name for path in (out / "answers").iterdir()} == {"part-000007.jsonl", "part-000007.parquet"}


def test_a_slice_that_kills_whoever_takes_it_is_given_up(slice_of_five: tuple[Slice, Path]) -> None:
    class Killed(BaseException):
        pass

    class Deadly(FakeAnalyzer):
        def analyze(self, *_arguments: Any) -> Any:
            raise Killed

    piece, out = slice_of_five
    for _ in range(4):
        with pytest.raises(Killed):
            work(piece, Operation(Deadly()), out, "jsonl")
    with pytest.raises(FatalError, match=r"in.jsonl: documents 11 to 15: 4 workers have died on them"):
        work(piece, Operation(FakeAnalyzer()), out, "jsonl")
    clean(out)
    assert work(piece, Operation(FakeAnalyzer()), out, "jsonl") == Tally(analysed=4, refused=1)
