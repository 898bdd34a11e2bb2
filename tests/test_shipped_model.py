"""The shipped model on the five seeds and on text in every dress: what is promised of answers holds of its answers."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from labels import Document
from labels.jsonl import parse, read
from labels.measures import total
from labels.scoring import score
from labels.validation import faults
from serving.__main__ import main
from serving.analyzer import Analyzer
from serving.app import create_app
from serving.offsets import OffsetUnit
from serving.settings import Settings

ROOT = Path(__file__).parent.parent
SEEDS = list(read(ROOT / "labels/corpus/seeds.jsonl"))
MODEL = ROOT / "models/isnad-ar"
FLOOR = 0.95
"""What a model must reach on documents that it was trained on."""
SENTENCES = (
    "وأكد المرصد السوري لحقوق الإنسان أن تنظيم داعش هاجم سجن غويران في الحسكة.",
    "قالت وكالة رويترز إن 23 عنصراً من قسد قتلوا يوم الخميس.",
    "ونفت وزارة الدفاع التركية ذلك.",
    "\u200fقـــسد “😀” و”داعش”.. ٢٠٢٢/١/٢٠\r\n",
)


@pytest.fixture(scope="module")
def shipped() -> Analyzer:
    return Analyzer.load(MODEL)


@pytest.fixture(scope="module")
def found(shipped: Analyzer) -> list[Document]:
    return [shipped.analyze(seed.text).document for seed in SEEDS]


def named(document: Document) -> set[tuple[str, str, str | None]]:
    return {(e.span.of(document.text), e.label, e.name) for e in document.entities}


def test_entities_of_the_seeds_which_it_was_trained_on(found: list[Document]) -> None:
    predicted = [
        Document(seed.id, seed.text, d.entities, d.attributions, d.stances)
        for seed, d in zip(SEEDS, found, strict=True)
    ]
    assert total(score(SEEDS, predicted).entities.values()).f1 >= FLOOR


def test_what_it_finds_in_the_seeds_breaks_no_rule_of_spans(found: list[Document]) -> None:
    told = [fault for document in found for fault in faults(document)]
    assert [f for f in told if f.place.startswith("entity")] == []


def test_every_seed_is_the_same_over_http_and_from_the_batch(tmp_path: Path) -> None:
    out = tmp_path / "seeds.jsonl"
    assert main(["infer", str(ROOT / "labels/corpus/seeds"), str(out)]) == 0
    batch = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in batch] == [seed.id for seed in SEEDS]
    with TestClient(create_app(Settings(model_dir=MODEL), lambda: Analyzer.load(MODEL))) as client:
        while client.get("/readyz").status_code != 200:
            pass
        alone = [client.post("/analyze", json={"id": s.id, "text": s.text}).json() for s in SEEDS]
        listed = [{"id": s.id, "text": s.text} for s in reversed(SEEDS)]
        together = client.post("/analyze", json={"documents": listed}).json()["results"]
        utf16 = client.post(
            "/analyze", json={"text": SENTENCES[3], "options": {"offset_unit": OffsetUnit.UTF16}}
        ).json()
    for answer, other in zip(batch, alone, strict=True):
        assert {key: value for key, value in answer.items() if key != "meta"} == other
    assert together == alone[::-1]
    for answer, seed in zip(alone, SEEDS, strict=True):
        parse(json.dumps(answer).encode(), {seed.id: seed.text})
        spans = answer["entities"] + [a["cue"] for a in answer["attributions"]]
        spans += [c for a in answer["attributions"] for c in a["contents"]]
        assert len(spans) > 20
        assert all(seed.text[s["start"] : s["end"]] == s["text"] for s in spans)
    units = SENTENCES[3].encode("utf-16-le")
    assert utf16["entities"]
    assert all(units[2 * e["start"] : 2 * e["end"]].decode("utf-16-le") == e["text"] for e in utf16["entities"])


def test_a_text_means_the_same_in_every_dress(shipped: Analyzer) -> None:
    plain = "قال المرصد السوري لحقوق الإنسان إن داعش هاجم سجن غويران في الحسكة"
    expected = [(e.label, e.name) for e in shipped.analyze(plain).document.entities]
    assert ("ARMED", "تنظيم الدولة الإسلامية") in expected
    dresses = {
        "decomposed": unicodedata.normalize("NFD", plain),
        "tatweel": plain.replace("داعش", "داعـــش"),
        "diacritics": plain.replace("قال", "قَالَ").replace("هاجم", "هَاجَمَ"),
        "joiners": plain.replace(" ", "\u200f \u200e"),
        "wide spaces": plain.replace(" ", "\u00a0"),
    }
    for dress, text in dresses.items():
        document = shipped.analyze(text).document
        assert [(e.label, e.name) for e in document.entities] == expected, dress


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*SENTENCES, "\n", "\u0640\u064e", "x" * 700, " «", "🇸🇾"]), max_size=8))
def test_invariants_of_any_answer(shipped: Analyzer, parts: list[str]) -> None:
    text = " ".join(parts)
    document = shipped.analyze(text).document
    known = {e.id: e for e in document.entities} | {a.id: a for a in document.attributions}
    for entity in document.entities:
        surface = entity.span.of(text)
        assert surface == surface.strip() != ""
        assert "\n" not in surface
        assert entity.parent is None or known[entity.parent].id != entity.id
        assert 0 <= entity.score <= 1
    for act in document.attributions:
        assert act.contents
        assert act.parent is None or act.parent in known
        assert act.speaker_entity is None or act.speaker_entity in known
        assert all("\n" not in c.of(text) for c in act.contents)
    assert all(s.target in known and (s.holder == "author" or s.holder in known) for s in document.stances)


def test_min_score_and_tasks(shipped: Analyzer, found: list[Document]) -> None:
    text, whole = SEEDS[0].text, found[0]
    sure = shipped.analyze(text, min_score=0.9).document
    assert [e.span for e in sure.entities] == [e.span for e in whole.entities if e.score >= 0.9]
    assert 0 < len(sure.entities) < len(whole.entities)
    only = shipped.analyze(text, frozenset({"attributions"})).document
    assert (only.entities, only.stances) == ((), ())
    assert [a.cue for a in only.attributions] == [a.cue for a in whole.attributions]


def test_the_folder_is_small() -> None:
    assert sum(f.stat().st_size for f in MODEL.rglob("*") if f.is_file()) < 90_000_000
