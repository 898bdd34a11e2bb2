"""What a run must not write over."""

import json
import os
import threading
from pathlib import Path

import pytest

from serving.__main__ import main
from serving.settings import Settings
from tests.fakes import FakeAnalyzer


def infer(source: Path | str, out: Path | str) -> int:
    def load(_settings: Settings) -> FakeAnalyzer:
        return FakeAnalyzer()

    return main(["infer", str(source), str(out)], load)


def write(path: Path, *texts: str) -> Path:
    documents = [{"id": f"{path.name} {number}", "text": text} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    return path


def test_answers_about_another_input_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    assert infer(write(tmp_path / "a.jsonl", "قسد", "داعش"), out) == 0
    before = out.read_bytes()
    assert infer(write(tmp_path / "b.jsonl", "قسد"), out) == 2
    assert f"isnad: {out}: holds answers about another input; name another OUT, or remove it" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_answers_about_the_same_input_are_made_anew(tmp_path: Path) -> None:
    source, out = write(tmp_path / "a.jsonl", "قسد", "داعش"), tmp_path / "out.jsonl"
    assert infer(source, out) == 0
    whole = out.read_bytes()
    of_another_model = whole.replace(b'"version":"1"', b'"version":"0"')
    for earlier in (b"", whole[:-1], whole + b"torn", of_another_model):
        out.write_bytes(earlier)
        assert infer(source, out) == 0
        assert out.read_bytes() == whole
    part = Path(f"{out}.0123456789ab.part")
    for torn in (b"", whole[:1], whole[:20], whole[:-1], whole + b"torn", of_another_model):
        part.write_bytes(torn)
        assert infer(source, out) == 0
        assert out.read_bytes() == whole
        assert not part.exists()
    # The input has grown, at its beginning and at its end.
    source.write_bytes(b'{"id": "new", "text": ""}\n' + source.read_bytes() + b'{"id": "newer", "text": ""}\n')
    assert infer(source, out) == 0
    assert out.read_bytes().count(b"\n") == 4


def test_an_unfinished_run_over_another_input_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    assert infer(write(tmp_path / "a.jsonl", "قسد"), out) == 0
    part = out.rename(f"{out}.0123456789ab.part")
    assert infer(write(tmp_path / "b.jsonl", "قسد"), out) == 2
    assert f"{part}: holds answers about another input" in capsys.readouterr().err
    assert part.exists()
    assert infer(tmp_path / "a.jsonl", out) == 0
    assert not part.exists()


def test_what_is_no_file_of_answers_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "a.jsonl", "قسد")
    itself = source.read_bytes()
    for content in (b"# Notes\n", b"# Notes", b"[1]\n", b"[" * 100_000 + b"\n", b"\n", itself, itself.strip(), b"{"):
        out = tmp_path / "out.jsonl"
        out.write_bytes(content)
        assert infer(source, out) == 2
        assert f"isnad: {out}: not a file of answers" in capsys.readouterr().err
        assert out.read_bytes() == content


def test_what_is_no_file_of_errors_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = write(tmp_path / "a.jsonl", "قسد"), tmp_path / "out.jsonl"
    errors = Path(f"{out}.errors.jsonl")
    for content in (b"# Notes\n", b"[1]\n", b"[" * 100_000, b'"line error"', b'{"line": 1}\n', b'{"error": {}}', b"\n"):
        errors.write_bytes(content)
        assert infer(source, out) == 2
        assert f"isnad: {errors}: not a file of errors" in capsys.readouterr().err
        assert errors.read_bytes() == content
    for content in (b"", b'{"id":null,"line":1,"error":{}}\n'):
        errors.write_bytes(content)
        assert infer(source, out) == 0
        assert not errors.exists()
    errors.mkdir()
    assert infer(source, out) == 2
    assert f"isnad: {errors}: not a file of errors" in capsys.readouterr().err


def test_out_is_not_the_input_in_any_disguise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, parts = tmp_path / "texts", tmp_path / "parts"
    texts.mkdir()
    parts.mkdir()
    (texts / "a.txt").write_text("قسد", encoding="utf-8")
    source = write(parts / "a.jsonl", "قسد")
    os.link(source, tmp_path / "same.jsonl")
    (tmp_path / "link.jsonl").symlink_to(source)
    errors = write(tmp_path / "b.jsonl.errors.jsonl", "قسد")
    itself = "OUT or its errors file is the input itself"
    cases: list[tuple[Path | str, Path | str, str]] = [
        (source, source, itself),
        (source, f"{parts}/../parts/a.jsonl", itself),
        (source, tmp_path / "same.jsonl", itself),
        (source, tmp_path / "link.jsonl", itself),
        (errors, tmp_path / "b.jsonl", itself),
        (texts, texts / "b.txt", "OUT would be one of the texts of"),
        (parts, parts / "b.jsonl", "OUT would be one of the files of"),
        (source, tmp_path, "OUT is not a file"),
        (source, "/dev/null", "OUT is not a file"),
        (source, "-", "OUT is not a file"),
    ]
    for given, out, said in cases:
        assert infer(given, out) == 2
        assert said in capsys.readouterr().err
    assert infer(texts, texts / "b.jsonl") == 0
    assert infer(texts, texts / "b.jsonl") == 0


def test_a_link_to_where_answers_go_stays_a_link(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", "قسد")
    (tmp_path / "far").mkdir()
    (tmp_path / "out.jsonl").symlink_to(tmp_path / "far" / "out.jsonl")
    assert infer(source, tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").is_symlink()
    assert (tmp_path / "far" / "out.jsonl").read_bytes().count(b"\n") == 1


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", "قسد")
    os.mkfifo(tmp_path / "pipe.jsonl")
    writer = threading.Thread(target=(tmp_path / "pipe.jsonl").write_bytes, args=(source.read_bytes(),))
    writer.start()
    assert infer(tmp_path / "pipe.jsonl", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 1
    writer.join()
