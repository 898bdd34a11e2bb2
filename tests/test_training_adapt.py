"""Masked language modelling on raw text, and runs that are interrupted and go on."""

import json
import lzma
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertModel, PreTrainedTokenizerFast

from labels import Document
from labels.jsonl import to_json
from serving import manifest
from serving.manifest import ModelError
from training import adapt as adapting
from training import checkpoint, loop, state
from training.__main__ import main
from training.adapt import _chosen, _without
from training.corpora import held_out
from training.examples import IGNORED
from training.masking import clozes, mask, pack
from training.selection import read_raw, resembling

WAR = "قصف الجيش مواقع في ريف حلب وقتل عدد من المدنيين في المدينة"
SPORT = "فاز الفريق بالمباراة وسجل اللاعب هدفين في مرمى منافسه"


@pytest.fixture(scope="module")
def tokenizer(arabert: Path) -> PreTrainedTokenizerFast:
    return checkpoint.tokenizer(str(arabert))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with raw text and a domain corpus of which one document is held out."""
    texts = [f"{WAR} يوم {n} " * 20 for n in range(30)]
    # The same words in another order, since what tells the unseen text is not read.
    shuffled = (" ".join(Random(n).sample(WAR.split() * 20, 240)) for n in range(30))
    unseen = next(t for t in shuffled if held_out(Document("", t)))
    learned = next(t for t in texts if not held_out(Document("", t)))
    (tmp_path / "domain").mkdir()
    lines = [json.dumps(to_json(Document(str(i), t)), ensure_ascii=False) for i, t in enumerate((unseen, learned))]
    (tmp_path / "domain" / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "raw").mkdir()
    with lzma.open(tmp_path / "raw" / "arabic_news.txt.xz", "wt", encoding="utf-8") as raw:
        raw.write("\n".join(texts * 20 + [SPORT * 20] * 200) + "\n")
    return tmp_path


def test_what_resembles_comes_first(data: Path) -> None:
    documents = list(read_raw(data / "raw" / "arabic_news.txt.xz"))
    assert len(documents) == 800
    assert all(d.startswith("قصف") for d in resembling(documents, [WAR] * 100, 600))


def test_windows_over_running_text(tokenizer: PreTrainedTokenizerFast) -> None:
    windows = list(pack(tokenizer, [WAR] * 40, 64))
    assert {len(ids) for ids, _ in windows} == {64}
    assert all(ids[0] == tokenizer.cls_token_id and owners[0] == -1 for ids, owners in windows)


def test_words_are_hidden_whole(tokenizer: PreTrainedTokenizerFast) -> None:
    random = np.random.default_rng(0)
    hidden = words = 0
    for ids, owners in pack(tokenizer, [WAR] * 200, 128):
        shown, targets = mask(ids, owners, tokenizer.mask_token_id, 600, random)
        chosen = targets != IGNORED
        assert (shown[~chosen] == ids[~chosen]).all() and (targets[chosen] == ids[chosen]).all()
        starts = np.flatnonzero(np.diff(owners) != 0) + 1
        for word in np.split(np.arange(len(ids)), starts):
            assert len(set(chosen[word])) == 1
            hidden, words = hidden + bool(chosen[word[0]]), words + (owners[word[0]] >= 0)
    assert 0.18 < hidden / words < 0.22


def test_the_same_seed_hides_the_same(tokenizer: PreTrainedTokenizerFast) -> None:
    one, other = (list(clozes(tokenizer, [WAR] * 20, 32, 600, 5)) for _ in range(2))
    assert [c.targets.tolist() for c in one] == [c.targets.tolist() for c in other]


def test_an_interrupted_run_ends_as_one_that_was_not(
    arabert: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def adapt(out: str) -> BertModel:
        given = ["--data", str(data), "--init", str(arabert), "--pieces", "61440", "--out", str(tmp_path / out)]
        assert main(["adapt", *given]) == 0
        return BertModel.from_pretrained(tmp_path / out, add_pooling_layer=False)

    whole = adapt("whole").state_dict()
    assert "of the hidden pieces of unseen documents" in capsys.readouterr().out
    (stage,) = json.loads((tmp_path / "whole" / "training.json").read_text(encoding="utf-8"))
    assert stage["recipe"]["accuracy_before"] < stage["recipe"]["accuracy_after"]
    written = {f.name for f in (tmp_path / "whole").iterdir()} - {manifest.NAME}
    assert manifest.read(tmp_path / "whole").files.keys() == written
    assert {"README.md", "config.json", "model.safetensors", "tokenizer.json", "training.json"} <= written
    assert load_file(tmp_path / "whole" / "model.safetensors")["bert.embeddings.LayerNorm.bias"].dtype == torch.float16

    (tmp_path / "whole" / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json: its SHA-256 is not the manifest's"):
        checkpoint.load(str(tmp_path / "whole"))

    monkeypatch.setattr(loop, "_KEPT_EVERY", 0.0)
    kept = state.write

    def killed(folder: Path, run: str, place: state.Place, *rest: Any) -> None:
        kept(folder, run, place, *rest)
        if place.step == 7:
            raise KeyboardInterrupt

    monkeypatch.setattr(state, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        adapt("cut")
    assert [f.name for f in (tmp_path / "cut").iterdir()] == ["state.safetensors"]
    monkeypatch.setattr(state, "write", kept)
    with monkeypatch.context() as patch:
        patch.setattr(adapting, "RECIPE", replace(adapting.RECIPE, rate=1e-4))
        with pytest.raises(SystemExit, match=r"state\.safetensors: the state of another run"):
            adapt("cut")
    again = adapt("cut").state_dict()
    assert not (tmp_path / "cut" / "state.safetensors").exists()
    for name, value in whole.items():
        torch.testing.assert_close(again[name], value, rtol=0, atol=1e-6)


def test_what_tells_an_unseen_text_is_not_read() -> None:
    text, other = (" ".join(f"{name}{i}" for i in range(100)) for name in "اب")
    page = " ".join([*(f"ج{i}" for i in range(900)), *text.split()[:40]])
    passing = " ".join([*other.split()[:90], *text.split()[:15]])
    assert list(_without([text, page, passing, other, "قصير"], [text])) == [passing, other, "قصير"]


def test_what_is_read_resembles_the_annotated_documents_more_than_all_there_is(data: Path) -> None:
    raw = list(read_raw(data / "raw" / "arabic_news.txt.xz"))
    chosen = _chosen(raw, [WAR] * 100)
    # A quarter of the 800 is the most alike, 200 of war, and a quarter of the other 400 of war and 200 of sport.
    assert len(chosen) == 350
    assert 40 <= sum(d.startswith("فاز") for d in chosen) <= 60
    assert chosen == _chosen(raw, [WAR] * 100)
