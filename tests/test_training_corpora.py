"""Corpora become documents in the scheme's terms."""

import json
import lzma
from hashlib import sha256
from pathlib import Path
from unittest.mock import Mock

import pytest

from labels import Document, Entity, Span
from labels.jsonl import FormatError, rows
from serving import manifest
from training import history, stages
from training.conll import sentences
from training.corpora import ALL, Parts, Sample, annotated, conll, divided, held_out, newsmtsc, polnear, unfolding
from training.external import STANDOFF, standoff
from training.stages import PROJECT, SHIPPED, SPLIT

CHOSEN = ["نص 20", "نص 21"]
SEEDS = Path("labels/corpus/seeds.jsonl")


def test_conll_sentences_and_spans(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("زار\tO\nعمر\tB-PERS\nحسن\tI-PERS\nحلب B-LOC\nاليوم\tI-DATE\n\n\nنعم O\n", encoding="utf-8")
    first, second = sentences(path)
    assert first.tokens == ("زار", "عمر", "حسن", "حلب", "اليوم")
    assert list(first.spans()) == [(1, 3, "PERS"), (3, 4, "LOC"), (4, 5, "DATE")]
    assert second.tags == ("O",)


@pytest.mark.parametrize("line", ["وحيد", "كلمة X-PER", "كلمة B-"])
def test_conll_faults_name_the_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(f"نعم O\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.tsv:2: not a token and an IOB2 tag"):
        list(sentences(path))


def test_fane_clitics_are_joined_and_spellings_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    rows = "و O|زار O|ل O|الامم B-Non-Governmental|المتحدة I-Non-Governmental|ب O|حلب B-Population-Center|قوات O|ه O"
    path.write_text(rows.replace("|", "\n") + "\n", encoding="utf-8")
    (sample,) = conll(path, "fane", {"الامم": "الأمم"})
    text = sample.document.text
    assert text == "وزار للأمم المتحدة بحلب قواته"
    assert [(e.span.of(text), e.label) for e in sample.document.entities] == [
        ("لأمم المتحدة", "ORG|ARMED"),
        ("حلب", "GPE"),
    ]
    assert sample.unknown == {"DATE", "NUM", "EVENT", "NORP", "WEAPON"}
    assert sample.layers == {"entities", "clips"}


def test_coarse_labels_stand_for_their_fine_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("رويترز B-ORG\nفي O\nدمشق B-LOC\n", encoding="utf-8")
    (sample,) = conll(path, "aqmar")
    assert [e.label for e in sample.document.entities] == ["ORG|ARMED|MEDIA", "GPE|LOC|FAC"]
    assert sample.layers == {"entities"}


def test_unfolding_takes_the_commonest_spelling() -> None:
    assert unfolding(["الأمم الأمم الامم إلى", "إلى"]) == {"الامم": "الأمم", "الي": "إلى"}


def test_polnear_without_cue_or_content_is_left_out(tmp_path: Path) -> None:
    acts = [
        {"source": [[0, 2]], "cue": [[3, 7]], "content": [[8, 12], [14, 16]]},
        {"cue": [[3, 7]], "content": [[8, 12]]},
        {"source": [[0, 2]], "content": [[8, 12]]},
    ]
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps({"doc": "d", "text": "He said nice, so", "attributions": acts}) + "\n", encoding="utf-8")
    (sample,) = polnear(path)
    assert [(a.source, a.cue, a.contents) for a in sample.document.attributions] == [
        (Span(0, 2), Span(3, 7), (Span(8, 12), Span(14, 16))),
        (None, Span(3, 7), (Span(8, 12),)),
    ]


def test_newsmtsc_polarity(tmp_path: Path) -> None:
    targets = [{"from": 0, "to": 2, "polarity": p} for p in (2.0, 4.0, 6.0)]
    row = {"primary_gid": "g", "sentence_normalized": "He did", "targets": targets}
    path = tmp_path / "n.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (sample,) = newsmtsc(path)
    assert [(s.target, s.polarity) for s in sample.document.stances] == [("e0", "against"), ("e2", "favor")]


def test_the_split_depends_on_the_text_alone_and_spares_the_seeds() -> None:
    seeds = [s.document for s in annotated(SEEDS)]
    assert [d.id[:3] for d in seeds] == ["000", "001", "002", "003", "004"]
    assert not any(held_out(d) for d in seeds)
    texts = [f"نص {i}" for i in range(30)]
    chosen = [t for t in texts if held_out(Document("any", t))]
    assert chosen == [t for t in texts if held_out(Document("other", t, outlet="x"))]
    assert chosen == CHOSEN


def test_the_project_has_its_own_parts_and_others_the_rule_of_the_text() -> None:
    def samples(*documents: Document) -> list[Sample]:
        return [Sample(document, ALL) for document in documents]

    own = [Document(f"a{i}", f"خبر {i}", origin="authored") for i in range(3)]
    kept, learned = Document("x", CHOSEN[0]), Document("a1", "نص 1")
    assert held_out(kept) and not held_out(learned)
    named = {"a0": "train", "a1": "development", "a2": "test"}
    found = divided(samples(*own), samples(kept, learned, Document("y", own[2].text)), named)
    assert [sample.document.id for sample in found.learned] == ["a0", "a1"]
    assert [sample.document.text for sample in found.learned] == [own[0].text, learned.text]
    assert found.project == [own[1]]
    assert found.others == [kept]
    # A text of the test part stays there under any name.
    assert found.test == [Document("y", own[2].text)]


def test_of_several_annotations_of_a_text_the_last_counts() -> None:
    first, second = Document("a", "نص 1"), Document("a", "نص 1", (Entity("e1", Span(0, 2), "NUM"),))
    assert divided([], [Sample(first, ALL), Sample(second, ALL)], {}).learned == [Sample(second, ALL)]


def test_a_document_of_the_project_without_a_part_is_named() -> None:
    with pytest.raises(KeyError, match="a9"):
        divided([Sample(Document("a9", "نص"), ALL)], [], {"a1": "train"})


def test_a_model_has_seen_what_it_learned_before_the_split(tmp_path: Path) -> None:
    split = tmp_path / "split.tsv"
    split.write_text("id\tevent\tpart\n", encoding="utf-8")
    now = {str(split): manifest.sha256(split)}
    foreign = {"data": {"/elsewhere/news.jsonl": "0"}}
    assert history.unseen([foreign], tmp_path, split)
    assert history.unseen([foreign, {"data": {str(tmp_path / "a.jsonl"): "0"} | now}], tmp_path, split)
    assert not history.unseen([{"data": {str(tmp_path / "a.jsonl"): "0"}}, foreign], tmp_path, split)
    split.write_text("id\tevent\tpart\na\ta\ttest\n", encoding="utf-8")
    assert not history.unseen([{"data": {str(tmp_path / "a.jsonl"): "0"} | now}], tmp_path, split)


@pytest.mark.parametrize(
    ("others", "unseen", "chosen_on"), [(19, True, 21), (19, False, 19), (20, True, 20), (0, True, 2), (0, False, 0)]
)
def test_thresholds_are_chosen_on_the_projects_documents_where_others_are_few_and_it_has_not_seen_them(
    monkeypatch: pytest.MonkeyPatch, others: int, unseen: bool, chosen_on: int
) -> None:
    released: list[list[Document]] = []
    tested: list[object] = []

    def release(_model: None, _tokenizer: None, _learned: None, development: list[Document], *_: object) -> int:
        released.append(development)
        return 0

    monkeypatch.setattr(stages, "release", release)
    monkeypatch.setattr(stages, "final", lambda *given: tested.append(given))
    before = [] if unseen else [{"data": {"labels/corpus/authored/syria.jsonl": "0"}}]
    own, test = [Document(f"a{i}", f"نص {i}") for i in range(2)], [Document("t", "نص")]
    parts = Parts([], own, [Document(str(i), f"خبر {i}") for i in range(others)], test)
    assert stages._release(Mock(), Mock(), parts, before, Path("out")) == 0
    assert [len(documents) for documents in released] == [chosen_on]
    assert tested == [(Path("out"), test, unseen)]


def test_the_datasheet_says_whether_the_shipped_model_has_seen_what_is_kept_apart() -> None:
    said = "The shipped model has learned from all of these documents" in (PROJECT / "README.md").read_text("utf-8")
    assert said == (not history.unseen(history.read(SHIPPED), PROJECT, SPLIT))


def test_documents_annotated_without_their_texts(tmp_path: Path) -> None:
    texts = ["قصفت قسد قرية", "هاجم داعش سجن غويران"]
    raw, path = tmp_path / "raw.xz", tmp_path / "notes.jsonl"
    with lzma.open(raw, "wt", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text in texts)
    digest = sha256(texts[1].encode()).hexdigest()
    entity = {"id": "e1", "start": 5, "end": 9, "label": "ARMED", "name": "تنظيم الدولة الإسلامية"}
    note = {"id": digest[:16], "text_sha256": digest, "entities": [entity], "attributions": [], "stances": []}
    path.write_text(json.dumps(note), encoding="utf-8")
    (sample,) = standoff(raw, path)
    assert sample.document.text == texts[1]
    assert [e.span.of(texts[1]) for e in sample.document.entities] == ["داعش"]
    assert sample.layers == ALL
    path.write_text(json.dumps(note | {"id": "0" * 16}), encoding="utf-8")
    with pytest.raises(FormatError, match=r"notes\.jsonl:1: text: missing"):
        list(standoff(raw, path))


def test_what_is_annotated_of_the_raw_news_holds_no_text() -> None:
    for number, line in rows(STANDOFF):
        note = json.loads(line)
        assert "text" not in note, number
        assert note["text_sha256"].startswith(note["id"]), number
