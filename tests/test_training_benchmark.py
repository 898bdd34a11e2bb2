"""The benchmark: passages of an IOB2 file, and the whole way from two files to figures on a small model."""

import json
from pathlib import Path

import pytest

from labels.scheme import bio
from tests.tiny import speller
from training.__main__ import main
from training.benchmark import figures
from training.conll import Sentence
from training.examples import IGNORED
from training.passages import label_set, passage, passages

FIRST = Sentence(("زار", "رجب", "طيب", "دمشق", "."), ("O", "B-PERS", "I-PERS", "B-LOC", "O"))
SECOND = Sentence(("في", "(د", "ب", "أ)", "\u200f", "حلب"), ("O", "B-ORG", "I-ORG", "I-ORG", "O", "B-LOC"))
TAGS = bio(("LOC", "ORG", "PERS"))


def test_labels() -> None:
    assert label_set([FIRST, SECOND]) == ["LOC", "ORG", "PERS"]
    assert label_set([]) == []


def test_a_passage() -> None:
    made = passage([FIRST, SECOND], TAGS, speller())
    # "(د" and "أ)" are two words each; a mark that cannot be seen is none.
    assert made.begins == [0, 1, 2, 3, 4, 5, 6, 8, 9, -1, 11]
    assert made.classes.tolist() == [0, 5, 6, 1, 0, 0, 3, IGNORED, 4, 4, IGNORED, 1]
    (window,) = made.windows
    assert (window.start, window.end, made.pieces) == (0, 12, len(window.ids))


def test_tags_that_were_not_learned_are_nothing() -> None:
    assert passage([FIRST], bio(("LOC",)), speller()).classes.tolist() == [0, 0, 0, 1, 0]


def test_an_inside_tag_that_goes_on_with_nothing_begins_an_entity() -> None:
    odd = Sentence(("\u200f", "طيب", "زار", "دمشق", "."), ("B-PERS", "I-PERS", "O", "I-LOC", "I-PERS"))
    assert passage([FIRST, odd], TAGS, speller()).classes.tolist() == [0, 5, 6, 1, 0, 5, 0, 1, 5]


def test_each_pass_holds_every_sentence_once() -> None:
    corpus = [Sentence((str(n),) * 30, ("O",) * 30) for n in range(100, 140)]
    drawn = list(passages(corpus, TAGS, speller(), 2, 1))
    assert sum(len(p.begins) for p in drawn) == 2 * 40 * 30
    assert max(len(p.begins) for p in drawn) == 180


def test_figures() -> None:
    predicted = [["O", "B-PERS", "I-PERS", "B-ORG", "O"], list(SECOND.tags)]
    found = figures([FIRST, SECOND], predicted)
    assert (found["precision"], found["recall"], found["f1"]) == (0.75, 0.75, 0.75)
    assert found["per_label"]["ORG"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1.0}


def test_two_files(arabert: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Two words that are always places, among words that never are.
    lines = ["زار O", "وفد O", "حلب B-LOC", "ثم O", "دمشق B-LOC"]
    learned, unseen, out = tmp_path / "learned.txt", tmp_path / "unseen.txt", tmp_path / "out"
    learned.write_text("\n\n".join(["\n".join(lines)] * 200), encoding="utf-8")
    unseen.write_text("\n".join(reversed(lines)), encoding="utf-8")
    given = ["--train", str(learned), "--dev", str(learned), "--test", str(unseen), "--init", str(arabert)]
    assert main(["benchmark", *given, "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(found) == {"precision", "recall", "f1", "per_label", "seconds"}
    assert found["f1"] == 1.0
    assert found["per_label"] == {"LOC": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 2.0}}
    assert json.loads((out / "config.json").read_text())["id2label"] == {"0": "O", "1": "B-LOC", "2": "I-LOC"}


def test_a_file_without_entities(tmp_path: Path) -> None:
    path = tmp_path / "none.txt"
    path.write_text("حلب O\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no entity"):
        main(["benchmark", "--train", str(path), "--test", str(path), "--out", str(tmp_path / "out")])
