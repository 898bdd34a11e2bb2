"""Batch runs: what is written, and going on after a kill."""

import io
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from serving.__main__ import main
from serving.app import create_app
from serving.batch import run
from serving.infer import default_path
from serving.lock import BusyError
from serving.operation import Choices, Tally
from serving.output import Output
from serving.progress import Progress
from serving.reading import read
from serving.settings import Settings
from tests.fakes import FakeAnalyzer

SEEDS = Path(__file__).parent.parent / "labels" / "corpus" / "seeds"
ROOT = Path(__file__).parent.parent
WORDS = ["قال", "داعش", "قسد", "إن", "الإرهابي", "البطلة", "سجن غويران", "😀", "12", "\r\n", "\u200f", "و"]


def documents(number: int) -> list[dict[str, Any]]:
    """Documents that are analysed, ones that are refused (every 7th, no text) and ones that fail (every 11th)."""
    chance = random.Random(7)
    made = []
    for n in range(number):
        text = " ".join(chance.choices(WORDS, k=60))
        made.append(
            {"id": f"d{n}", "text": None if n % 7 == 3 else text + " BOOM" * (n % 11 == 5), "outlet": n, "tags": ["أ"]}
        )
    return made


def write(path: Path, values: list[Any]) -> str:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return str(path)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("together", [2, 5, 100])
def test_several_at_a_time_give_the_same_bytes(tmp_path: Path, together: int) -> None:
    source = write(tmp_path / "in.jsonl", documents(40))
    tallies = [
        run(read(source), FakeAnalyzer(), tmp_path / f"{count}.jsonl", together=count) for count in (1, together)
    ]
    assert tallies[0] == tallies[1]
    for end in ("", ".errors.jsonl"):
        alone, others = ((tmp_path / f"{count}.jsonl{end}").read_bytes() for count in (1, together))
        assert alone == others


def test_answers_in_order_with_meta_and_errors_in_their_file(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.jsonl"
    source = write(tmp_path / "in.jsonl", documents(23))
    assert run(read(source), FakeAnalyzer(), out) == Tally(analysed=18, refused=5)
    answers = lines(out)
    errors = lines(out.with_name("out.jsonl.errors.jsonl"))
    failing = {3, 10, 17, 5, 16}
    assert [answer["id"] for answer in answers] == [f"d{n}" for n in range(23) if n not in failing]
    assert answers[3]["meta"] == {"outlet": 4, "tags": ["أ"]}
    assert [(error["id"], error["line"], error["error"]["status"]) for error in errors] == [
        ("d3", 4, 422),
        ("d5", 6, 500),
        ("d10", 11, 422),
        ("d16", 17, 500),
        ("d17", 18, 422),
    ]
    assert errors[0]["error"] == {
        "type": "urn:isnad:problem:invalid-request",
        "title": "Not a valid request",
        "status": 422,
        "detail": "text: Input should be a valid string",
        "instance": "#line=4",
        "errors": [{"path": "text", "detail": "Input should be a valid string"}],
    }
    assert left_in(out.parent) == {"out.jsonl", "out.jsonl.errors.jsonl"}


@pytest.mark.parametrize("unit", ["codepoint", "utf16", "byte"])
def test_the_same_answer_as_over_http(tmp_path: Path, unit: str) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["infer", str(SEEDS), str(out), "--offset-unit", unit], lambda _: FakeAnalyzer()) == 0
    with TestClient(create_app(Settings(), FakeAnalyzer)) as client:
        while client.get("/readyz").status_code != 200:
            pass
        for record, answer in zip(read(str(SEEDS)), lines(out), strict=True):
            body = {"id": record.id, "text": record.text, "options": {"offset_unit": unit}}
            assert client.post("/analyze", json=body).json() | {"meta": {}} == answer


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, bytes]:
    """An input, and the two files that an uninterrupted run makes of it."""
    folder = tmp_path_factory.mktemp("whole")
    source = write(folder / "in.jsonl", documents(23))
    run(read(source), FakeAnalyzer(), folder / "out.jsonl")
    return source, (folder / "out.jsonl").read_bytes(), (folder / "out.jsonl.errors.jsonl").read_bytes()


class Killed(BaseException):
    """Stands for a kill between two documents."""


def stop_after(number: int) -> Any:
    def progress(tally: Tally) -> None:
        if tally.analysed + tally.refused - tally.resumed == number:
            raise Killed

    return progress


def test_resume_after_a_kill_between_any_two_documents(tmp_path: Path, whole: tuple[str, bytes, bytes]) -> None:
    source, answers, errors = whole
    out = tmp_path / "out.jsonl"
    analyzer = FakeAnalyzer()
    for _ in range(11):
        with pytest.raises(Killed):
            run(read(source), analyzer, out, progress=stop_after(2))
        assert not out.exists()
    assert run(read(source), analyzer, out) == Tally(analysed=18, refused=5, resumed=22)
    assert (out.read_bytes(), Path(f"{out}.errors.jsonl").read_bytes()) == (answers, errors)
    # 23 documents, 3 of which never reach the analyzer: none was analysed twice.
    assert analyzer.calls == 20


def test_resume_after_a_kill_at_any_byte(tmp_path: Path, whole: tuple[str, bytes, bytes]) -> None:
    source, answers, errors = whole
    out = tmp_path / "out.jsonl"
    chance = random.Random(1)
    places = [(chance.randrange(len(answers) + 1), chance.randrange(len(errors) + 1)) for _ in range(30)]
    for results_kept, errors_kept in [
        (0, 0),
        (len(answers), len(errors)),
        (len(answers), 0),
        (0, len(errors)),
        *places,
    ]:
        with Output(out, run_name(source, out)) as output:
            output.results.append(answers[:results_kept])
            output.errors.append(errors[:errors_kept])
        run(read(source), FakeAnalyzer(), out)
        assert (out.read_bytes(), Path(f"{out}.errors.jsonl").read_bytes()) == (answers, errors)
        out.unlink()


def run_name(source: str, out: Path) -> str:
    """The name that a run gives its parts, taken from one that was stopped."""
    with pytest.raises(Killed):
        run(read(source), FakeAnalyzer(), out, progress=stop_after(1))
    (part,) = out.parent.glob(f"{out.name}.????????????.part")
    for path in out.parent.glob("*.part"):
        path.unlink()
    return part.name.split(".")[-2]


@pytest.mark.parametrize("renamed", ["errors", "none"])
def test_resume_after_a_kill_while_the_files_take_their_names(
    tmp_path: Path, whole: tuple[str, bytes, bytes], renamed: str
) -> None:
    source, answers, errors = whole
    out = tmp_path / "out.jsonl"
    with Output(out, run_name(source, out)) as output:
        output.results.append(answers)
        output.errors.append(errors)
    if renamed == "errors":
        output.errors.path.rename(output.errors_path)
    assert run(read(source), FakeAnalyzer(), out).resumed == 23
    assert (out.read_bytes(), Path(f"{out}.errors.jsonl").read_bytes()) == (answers, errors)
    assert left_in(tmp_path) == {"out.jsonl", "out.jsonl.errors.jsonl"}


def test_nothing_is_kept_of_another_input_or_of_other_choices(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    texts = [{"id": "same", "text": f"قسد {n}"} for n in range(6)]
    source = write(tmp_path / "in.jsonl", texts)
    with pytest.raises(Killed):
        run(read(source), FakeAnalyzer(), out, progress=stop_after(4))
    write(Path(source), [*texts[:2], {"id": "same", "text": "داعش"}, *texts[3:]])
    assert run(read(source), FakeAnalyzer(), out).resumed == 2
    assert [answer["entities"][0]["text"] for answer in lines(out)] == ["قسد", "قسد", "داعش", "قسد", "قسد", "قسد"]
    with pytest.raises(Killed):
        run(read(source), FakeAnalyzer(), out, progress=stop_after(4))
    assert run(read(source), FakeAnalyzer(), out, Choices(min_score=0.5)).resumed == 0
    assert [len(answer["entities"]) for answer in lines(out)] == [1] * 6
    assert left_in(tmp_path) == {"in.jsonl", "out.jsonl"}


def test_an_errors_file_of_an_earlier_run_does_not_stay(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    source = write(tmp_path / "in.jsonl", [{"id": "a"}])
    assert run(read(source), FakeAnalyzer(), out) == Tally(refused=1)
    assert out.read_bytes() == b""
    write(Path(source), [{"id": "a", "text": ""}])
    assert run(read(source), FakeAnalyzer(), out) == Tally(analysed=1)
    assert left_in(tmp_path) == {"in.jsonl", "out.jsonl"}


def test_what_stands_where_the_errors_would_go_is_not_taken_for_a_run_that_was_killed(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    source = write(tmp_path / "in.jsonl", documents(23))
    Path(f"{out}.errors.jsonl").write_bytes(b"of an earlier run\n")
    assert run(read(source), FakeAnalyzer(), out) == Tally(analysed=18, refused=5)
    assert len(lines(Path(f"{out}.errors.jsonl"))) == 5


def test_documents_of_one_id_and_one_text_each_have_their_line(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    same = {"id": "same", "text": "قسد"}
    source = write(tmp_path / "in.jsonl", [same, same, {"id": "same"}, same, {"id": "same"}, same])
    for kept in range(6):
        if kept:
            with pytest.raises(Killed):
                run(read(source), FakeAnalyzer(), out, progress=stop_after(kept))
        assert run(read(source), FakeAnalyzer(), out) == Tally(analysed=4, refused=2, resumed=kept)
        assert [answer["id"] for answer in lines(out)] == ["same"] * 4
        assert [error["line"] for error in lines(Path(f"{out}.errors.jsonl"))] == [3, 5]


def test_two_runs_do_not_write_one_output(tmp_path: Path) -> None:
    with Output(tmp_path / "out.jsonl", "ab"), pytest.raises(BusyError, match="another run is writing this output"):
        Output(tmp_path / "out.jsonl", "ab")


INFER = """
import sys
from serving.__main__ import main
from tests.fakes import FakeAnalyzer
sys.exit(main(sys.argv[1:], lambda settings: FakeAnalyzer()))
"""
FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))
"""


def infer(source: str, out: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    """A run in a process of its own, which does `before` first."""
    command = [sys.executable, "-c", before + INFER, "infer", source, str(out)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_a_full_disk_is_told_and_gone_on_from(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", documents(23))
    assert infer(source, tmp_path / "whole.jsonl").returncode == 3
    out = tmp_path / "out.jsonl"
    for largest in (1, 1000, 5000):
        # A limit on the size of files stands for a disk with no more room: a line is cut off in its midst.
        full = infer(source, out, FULL.format(largest=largest))
        assert full.returncode == 1
        assert f"isnad: [Errno 27] File too large: '{out}." in full.stderr
        assert "Traceback" not in full.stderr
        assert not out.exists()
        assert max(part.stat().st_size for part in tmp_path.glob("out.jsonl.*.part")) == largest
    assert infer(source, out).returncode == 3
    for ending in ("", ".errors.jsonl"):
        assert Path(f"{out}{ending}").read_bytes() == Path(f"{tmp_path}/whole.jsonl{ending}").read_bytes()
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob("*.lock"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_and_elsewhere() -> None:
    now = 0.0
    terminal, file = Terminal(), io.StringIO()
    shown = [Progress(stream, 10, lambda: now) for stream in (terminal, file)]
    for done in range(1, 11):
        now = done * 30.0
        for progress in shown:
            progress(Tally(analysed=done - 1, refused=1, resumed=1))
    for progress in shown:
        progress.end(Tally(analysed=10))
    assert "\r4/10 documents, 1 refused, 1 from an earlier run, 0.0/s, 0:04:00 left\x1b[K" in terminal.getvalue()
    assert terminal.getvalue().endswith("10/10 documents, 0.0/s\x1b[K\n")
    # Ten half-minutes: a line a minute, and the last.
    assert file.getvalue().count("\n") == 6
    assert Progress(file, None, lambda: now).line(Tally(analysed=3, resumed=3)) == (
        "3 documents, 3 from an earlier run, 0.0/s"
    )


def test_exit_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_settings: Settings) -> FakeAnalyzer:
        return FakeAnalyzer()

    def broken(_settings: Settings) -> FakeAnalyzer:
        raise ValueError("manifest.json: not there")

    out = str(tmp_path / "out.jsonl")
    good = write(tmp_path / "good.jsonl", [{"id": "a", "text": "قسد"}])
    assert main(["infer", good, out], load) == 0
    assert main(["infer", write(tmp_path / "bad.jsonl", [{"id": "a"}]), str(tmp_path / "none.jsonl")], load) == 3
    for arguments, said in [
        (["infer", str(tmp_path / "not.jsonl"), out], "not.jsonl: no such file or folder"),
        (["infer", __file__, out], "not a .jsonl, .jsonl.gz, .parquet or .csv file, a folder of .txt files, or -"),
        (["infer", good, good], "OUT or its errors file is the input itself"),
        (["infer", "--digest", "-", out], "--digest needs an input that can be read twice"),
    ]:
        assert main(arguments, load) == 2
        assert said in capsys.readouterr().err
    assert main(["infer", good, out], broken) == 1
    assert capsys.readouterr().err == "isnad: the model was not loaded: manifest.json: not there\n"
    assert main(["infer", good, str(tmp_path / "good.jsonl" / "out.jsonl")], load) == 1
    for arguments in (["infer"], ["infer", good, out, "--tasks", "x"], ["infer", good, "--min-score", "2"], ["x"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments, load)
        assert stopped.value.code == 2
    monkeypatch.setenv("ISNAD_MAX_CHARS", "0")
    assert main(["infer", good, out], load) == 2
    assert "isnad: ISNAD_MAX_CHARS: Input should be greater than or equal to 1" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "status"), [("قسد", 0), (None, 3)])
@pytest.mark.parametrize("options", [[], ["--digest"]])
def test_a_reader_that_has_had_enough_changes_no_status(
    tmp_path: Path, text: str | None, status: int, options: list[str]
) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": "a", "text": "قسد"}, {"id": "b", "text": text}])
    code = (
        "import sys\nfrom serving.__main__ import main\nfrom tests.fakes import FakeAnalyzer\n"
        'sys.exit(main(["infer", *sys.argv[1:]], lambda settings: FakeAnalyzer()))'
    )
    command = [sys.executable, "-c", code, source, str(tmp_path / "out.jsonl"), *options]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.returncode == status
    assert re.fullmatch(rb"2/2 documents[^\n]*\n", done.stderr)


def test_where_answers_go_when_nothing_is_said() -> None:
    assert default_path("-") == "out/stdin.jsonl"
    assert default_path("/data/news.jsonl.gz") == "out/news.jsonl"
    assert default_path("articles/") == "out/articles.jsonl"
