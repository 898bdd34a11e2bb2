"""The whole of training on a BERT with AraBERT's kind of tokenizer and small random weights: it learns, exports, and
what it leaves is served."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForTokenClassification

from labels.jsonl import read, to_json
from serving import manifest
from serving.analyzer import Analyzer
from serving.manifest import ModelError
from training import checkpoint, release, stages
from training.__main__ import main
from training.corpora import annotated, held_out
from training.examples import example
from training.losses import costs
from training.mixture import batches, dataset, examples

SEEDS = Path("labels/corpus/seeds.jsonl")


@pytest.fixture(autouse=True, scope="module")
def _seeds_alone() -> Iterator[None]:
    """The whole corpus would take minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "PROJECT", SEEDS)
        yield


@pytest.fixture(scope="module")
def trained(arabert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "small"
    assert main(["train", "--init", str(arabert), "--out", str(out), "--epochs", "2"]) == 0
    return out


def test_the_folder_is_whole(trained: Path) -> None:
    listed = manifest.read(trained)
    there = {str(f.relative_to(trained)) for f in trained.rglob("*") if f.is_file()}
    assert there == set(listed.files) | {manifest.NAME}
    assert {"config.json", "model.safetensors", "tokenizer.json", "names.json", "README.md", "training.json"} <= there
    assert {"onnx/encoder_quantized.onnx", "onnx/roles_quantized.onnx"} <= there
    manifest.check(trained, listed, *listed.files)
    (stage,) = json.loads((trained / "training.json").read_text(encoding="utf-8"))
    assert stage["recipe"]["epochs"] == 2
    assert stage["recipe"]["seed"] == 1
    assert stage["data"]["labels/corpus/seeds.jsonl"] == manifest.sha256(SEEDS)
    assert "There were no development documents" in (trained / "README.md").read_text(encoding="utf-8")


def test_what_was_trained_is_served(trained: Path) -> None:
    text = next(read(SEEDS)).text
    first, again = (Analyzer.load(trained, threads).analyze(text) for threads in (1, 2))
    assert first.windows > 1
    assert [(e.span, e.label) for e in first.document.entities] == [(e.span, e.label) for e in again.document.entities]


def test_a_changed_file_is_refused(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    for name in manifest.read(trained).files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((trained / name).read_bytes())
    (folder / manifest.NAME).write_bytes((trained / manifest.NAME).read_bytes())
    Analyzer.load(folder)
    path = folder / "onnx/roles_quantized.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ModelError, match=r"roles_quantized\.onnx: its SHA-256 is not the manifest's"):
        Analyzer.load(folder)


def test_a_shipped_model_is_trained_further_and_is_a_token_classifier(trained: Path) -> None:
    model, tokenizer = checkpoint.load(str(trained))
    assert next(model.parameters()).dtype == torch.float32
    plain = AutoModelForTokenClassification.from_pretrained(trained, dtype=torch.float32)
    given = tokenizer("زار وفد حلب", return_tensors="pt")
    with torch.no_grad():
        outer = model.tag(model.encode(given["input_ids"], given["attention_mask"])[0])[0]
        logits = plain(input_ids=given["input_ids"], attention_mask=given["attention_mask"]).logits[0]
    np.testing.assert_allclose(logits.numpy(), outer.numpy(), atol=1e-5)
    assert plain.config.id2label[11] == "B-GPE"


def test_the_gate_refuses_and_leaves_what_is_there(
    arabert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "kept"
    out.mkdir()
    (out / "mine").write_text("mine", encoding="utf-8")
    monkeypatch.setitem(release.LOSS, "acts", -101.0)
    assert main(["train", "--init", str(arabert), "--out", str(out), "--epochs", "1"]) == 1
    assert [f.name for f in out.iterdir()] == ["mine"]
    # The trained weights are not lost: without the gate in the way they are released as they are.
    monkeypatch.undo()
    assert main(["release", "--init", str(tmp_path / "kept-trained"), "--out", str(out)]) == 0
    assert Analyzer.load(out).info.name == "kept"
    assert "refused" in capsys.readouterr().err
    # Nor is their training begun anew by the same command.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "PROJECT", SEEDS)
        patch.setattr(stages, "_train", lambda *_: pytest.fail("trained again"))
        assert main(["train", "--init", str(arabert), "--out", str(out), "--epochs", "1"]) == 0
    assert not (tmp_path / "kept-trained").exists()


def test_a_few_development_documents_give_figures_and_no_thresholds(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = next(read(SEEDS))
    texts = (f"{seed.text}\n{number}" for number in count())
    kept = next(d for t in texts if held_out(d := replace(seed, id="mine", text=t, origin="external")))
    (tmp_path / "mine.jsonl").write_text(json.dumps(to_json(kept), ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "measured"
    assert main(["release", "--init", str(trained), "--corpus", str(tmp_path / "mine.jsonl"), "--out", str(out)]) == 0
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "On the development split (1 documents, none of whose annotations was learned from)" in card
    assert "Thresholds (cue 0, favor 0.5, against 0.5) are those of the model that training began with." in card
    assert "calibrated" not in card
    assert "comparing int8 with fp32 on 6 documents" in capsys.readouterr().err


def test_two_texts_of_one_id_are_named_before_anything_is_trained(tmp_path: Path) -> None:
    seed = next(read(SEEDS))
    lines = [json.dumps(to_json(replace(seed, id="a1", text=seed.text + end)), ensure_ascii=False) for end in "12"]
    (tmp_path / "two.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"2 texts have the id 'a1' in labels/corpus/seeds\.jsonl, .*two\.jsonl"):
        main(["train", "--corpus", str(tmp_path / "two.jsonl"), "--out", str(tmp_path / "out")])


def test_training_lowers_every_cost(arabert: Path) -> None:
    model, tokenizer = checkpoint.load(str(arabert))
    batch = [example(s, tokenizer.backend_tokenizer) for s in annotated(SEEDS)][:2]
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    before = costs(model.train(False), batch, np.random.default_rng(0)).of
    for _ in range(25):
        torch.autograd.backward(costs(model, batch, np.random.default_rng(0)).total())
        optimiser.step()
        optimiser.zero_grad()
    after = costs(model, batch, np.random.default_rng(0)).of
    words, marks = {"outer", "inner", "cue", "clips"}, {"roles", "role_clips", "speaker", "force", "mode"}
    assert set(before) == words | marks | {"polarity", "evidence", "evidence_clips"}
    assert all(after[name] < before[name] for name in before)


def test_batches_hold_every_example_and_no_more_than_they_may(arabert: Path) -> None:
    _, tokenizer = checkpoint.load(str(arabert))
    whole = [example(s, tokenizer.backend_tokenizer) for s in annotated(SEEDS)]
    drawn = examples(dataset(annotated(SEEDS)), tokenizer.backend_tokenizer, 2, seed=3)
    groups = list(batches(drawn, 4000, seed=3))
    # Cut into excerpts or not, every word is there in each of the two passes.
    assert sum(len(e.cues) for group in groups for e in group) == 2 * sum(len(e.cues) for e in whole)
    for group in groups:
        longest = max(len(window.ids) for e in group for window in e.windows)
        assert len(group) == 1 or sum(len(e.windows) for e in group) * longest <= 4000
