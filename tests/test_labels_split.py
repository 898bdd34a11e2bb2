from pathlib import Path

import pytest

from labels.__main__ import main
from labels.fields import FormatError
from labels.jsonl import write
from labels.split import parts
from tests.test_labels_main import BROKEN, SOUND

HEAD = "id\tevent\tpart\n"


def saved(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_each_document_has_the_part_of_its_event(tmp_path: Path) -> None:
    path = saved(tmp_path / "split.tsv", f"{HEAD}d1\tflood\ttrain\nd2\td2\ttest\nd3\tflood\ttrain\n")
    assert parts(path) == {"d1": "train", "d2": "test", "d3": "train"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "1: must be the columns id, event, part, a tab between"),
        ("d1\tflood\ttrain\n", "1: must be the columns id, event, part, a tab between"),
        (HEAD + "d1 flood train\n", "2: must be id, event, part, a tab between"),
        (HEAD + "d1\t\ttrain\n", "2: must be id, event, part, a tab between"),
        (HEAD + "d1\tflood\ttrain\n\n", "3: must be id, event, part, a tab between"),
        (HEAD + "d1\tflood\tdev\n", "2: part: 'dev' is none of train, development, test"),
        (HEAD + "d1\tflood\ttrain\nd1\tflood\ttrain\n", "3: id: d1 stands twice"),
        (HEAD + "d1\tflood\ttrain\nd2\tflood\ttest\n", "3: part: the event flood is in train already"),
    ],
)
def test_a_malformed_line_is_refused_by_its_number(tmp_path: Path, content: str, fault: str) -> None:
    path = saved(tmp_path / "split.tsv", content)
    with pytest.raises(FormatError) as caught:
        parts(path)
    assert str(caught.value) == f"{path}:{fault}"


def test_stats_count_each_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "split.tsv", f"{HEAD}d1\td1\ttrain\nd2\td2\ttest\n")
    write(tmp_path / "a.jsonl", [SOUND, BROKEN])
    assert main(["stats", str(tmp_path / "a.jsonl"), "--split", str(path)]) == 0
    rows = [tuple(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ("all", "train", "development", "test")
    for row in (
        ("documents", "2", "1", "0", "1"),
        ("words", "18", "9", "0", "9"),
        ("ARMED", "6", "3", "0", "3"),
        ("attributions", "2", "1", "0", "1"),
        ("affirm", "2", "1", "0", "1"),
        ("of", "the", "author", "1", "0", "0", "1"),
        ("different", "cues", "1", "1", "0", "1"),
        ("أكدت", "2", "1", "0", "1"),
    ):
        assert row in rows


def test_stats_want_a_part_for_every_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "split.tsv", f"{HEAD}d1\td1\ttrain\n")
    write(tmp_path / "a.jsonl", [SOUND, BROKEN])
    assert main(["stats", str(tmp_path), "--split", str(path)]) == 2
    assert capsys.readouterr().err == f"python -m labels: {path} has no part for document d2\n"
