from pathlib import Path

import pytest

from labels import Document, Entity, Span
from labels.__main__ import main
from labels.fields import FormatError
from labels.formats.label_studio import read
from labels.jsonl import write
from labels.texts import texts

ANSWER = (
    '{"id": "n1", "text_sha256": null, "offset_unit": "codepoint", "entities": [{"id": "e1", "start": 2, "end": 5, '
    '"text": "قسد", "label": "ARMED", "score": 0.5, "name": "قسد", "parent": null}], "attributions": [], "stances": []}'
)
TEXT = "🕊 قسد"


def test_lines_that_were_not_analysed_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "a", "text": "نص"}\n{"id": "b"}\n{"id": 3, "text": "آخر", "x": []}\n[\n', encoding="utf-8")
    assert texts(path) == {"a": "نص", "3": "آخر"}


def test_a_folder_has_texts_by_their_paths(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "a.txt").write_bytes("نص\r\n".encode())
    (tmp_path / "more/b.c.txt").write_bytes("آخر".encode())
    assert texts(tmp_path) == {"a": "نص\r\n", "more/b.c": "آخر"}


def test_files_that_were_not_analysed_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("نص".encode())
    (tmp_path / "b.txt").write_bytes("نص".encode("cp1256"))
    (tmp_path / "c.txt").mkdir()
    (tmp_path / "d.txt").symlink_to(tmp_path / "nowhere")
    assert texts(tmp_path) == {"a": "نص"}


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "a", "text": "نص"}\n\n{"id": "a", "text": "آخر"}\n', encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        texts(path)
    assert str(caught.value) == f"{path}:3: id: 'a' stands twice"


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        texts(tmp_path)
    assert str(caught.value) == f"{tmp_path}: holds no .txt file"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "out.jsonl"
    path.write_text(f"{ANSWER}\n", encoding="utf-8")
    (tmp_path / "in.jsonl").write_text(f'{{"id": "n1", "text": "{TEXT}"}}\n', encoding="utf-8")
    return path


def test_answers_are_converted_with_the_texts_that_were_given(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, given = answers.with_name("tasks.json"), str(answers.with_name("in.jsonl"))
    arguments = ["convert", str(answers), str(out), "--to", "label-studio-predictions", "--texts", given]
    assert main(arguments) == 0
    assert list(read(out)) == [Document("n1", TEXT, (Entity("e1", Span(2, 5), "ARMED", "قسد", score=0.5),))]
    assert capsys.readouterr() == ("", "")


def test_answers_without_their_texts_are_refused(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(answers), str(answers.with_name("tasks.json"))]) == 1
    assert capsys.readouterr().err == f"python -m labels: {answers}:1: text: missing\n"


def test_texts_go_with_answers_alone(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = answers.with_name("tasks.json")
    tasks.write_text("[]", encoding="utf-8")
    assert main(["convert", str(tasks), str(answers), "--texts", str(answers.with_name("in.jsonl"))]) == 2
    assert capsys.readouterr().err == (
        "python -m labels: --texts goes with answers of the service, which are jsonl, not label-studio\n"
    )


def test_answers_are_shown_beside_an_annotation_of_their_text(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = answers.with_name("ours.jsonl")
    write(ours, [Document("n1", TEXT, (Entity("e9", Span(2, 5), "ORG", "قسد"),))])
    assert main(["diff", str(ours), str(answers)]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["entity   2:5  2:5    «قسد»", "  label  ORG  ARMED"]
