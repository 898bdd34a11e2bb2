"""The loop on a small model: it answers, its answers go to Label Studio, the export comes back and is learned."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labels.__main__ import main as labels
from labels.formats import label_studio
from labels.jsonl import read
from serving.__main__ import main as serving
from training import stages
from training.__main__ import main as training

EXPORT = Path(__file__).parent / "data/label_studio_export.json"
SPAN = "فجر الينابيع"
"""What was a DATE to the model, and an EVENT to the person who corrected it."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing to learn from but what is given, in steps that suit a small model."""
    (tmp_path / "none").mkdir()
    monkeypatch.setattr(stages, "PROJECT", tmp_path / "none")
    monkeypatch.setattr(stages, "TUNE", replace(stages.TUNE, epochs=80, rate=3e-3, pieces=128, hidden=0.0))


def as_predicted(path: Path) -> Path:
    """A file of the export's tasks as they were before anyone corrected them: an annotation keeps its prediction."""
    tasks = json.loads(EXPORT.read_text(encoding="utf-8"))
    before = [{"data": task["data"], "predictions": [task["annotations"][0]["prediction"]]} for task in tasks]
    path.write_text(json.dumps(before), encoding="utf-8")
    return path


def labelled(model: Path, articles: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The model's answers to the articles, converted for Label Studio into `out`: their entities."""
    monkeypatch.setenv("ISNAD_MODEL_DIR", str(model))
    answers = out.with_suffix(".jsonl")
    assert serving(["infer", str(articles), str(answers)]) == 0
    predictions = ["--to", "label-studio-predictions", "--texts", str(articles)]
    assert labels(["convert", str(answers), str(out), *predictions]) == 0
    texts = {document.id: document.text for document in read(articles)}
    found = list(label_studio.read(out))
    expected = [replace(d, entities=tuple(replace(e, parent=None) for e in d.entities)) for d in read(answers, texts)]
    assert [d.entities for d in found] == [d.entities for d in expected]
    return {(entity.label, entity.span.of(document.text)) for document in found for entity in document.entities}


@pytest.mark.usefixtures("quick")
def test_a_correction_is_learned(arabert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, corrected = tmp_path / "before.jsonl", tmp_path / "corrected.jsonl"
    assert labels(["convert", str(as_predicted(tmp_path / "tasks.json")), str(before)]) == 0
    assert labels(["convert", str(EXPORT), str(corrected)]) == 0
    assert labels(["validate", str(corrected)]) == 0
    old, new = tmp_path / "old", tmp_path / "new"
    assert training(["train", "--init", str(arabert), "--corpus", str(before), "--out", str(old)]) == 0
    found = labelled(old, corrected, tmp_path / "old.json", monkeypatch)
    assert ("DATE", SPAN) in found and ("EVENT", SPAN) not in found
    assert training(["train", "--init", str(old), "--corpus", str(corrected), "--out", str(new)]) == 0
    found = labelled(new, corrected, tmp_path / "new.json", monkeypatch)
    assert ("EVENT", SPAN) in found and ("DATE", SPAN) not in found
